"""The site behind its real server, and many who send to it at once."""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import cast

from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, connections
from gunicorn.app.base import BaseApplication

import r57.gunicorn
from bench.country.data import WrongFiguresError

_PATIENCE = 30.0
_CHUNK = 65536
_END = b"\r\n\r\n"
_TAKEN_OVER = (
    "worker_class",
    "workers",
    "threads",
    "keepalive",
    "control_socket_disable",
    "post_worker_init",
)


class _Server(BaseApplication):  # type: ignore[misc]  # Of a library without types.
    """As ``make serve`` starts it."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        for name in _TAKEN_OVER:
            self.cfg.set(name, getattr(r57.gunicorn, name))
        self.cfg.set("bind", self._address)
        self.cfg.set("loglevel", "critical")

    def load(self) -> object:
        return get_wsgi_application()


@contextmanager
def running(database: str) -> Iterator[int]:
    """Serves from that database; yields the port of 127.0.0.1."""
    connections.close_all()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(database, port))
    process.start()
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(database: str, port: int) -> None:
    """Its threads take connections as the settings say, from a pool where there is one."""
    pooled = connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"].get("pool")
    settings = dict(connections.settings[database])
    if pooled:
        settings["OPTIONS"] = {**settings["OPTIONS"], "pool": pooled}
    connections.settings[DEFAULT_DB_ALIAS] = settings
    _Server(f"127.0.0.1:{port}").run()


def _wait_for(port: int) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise WrongFiguresError("The server did not start.")


@dataclass(frozen=True)
class Letter:
    """One POST."""

    address: str
    body: str
    kind: str
    expected: HTTPStatus
    headers: dict[str, str] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """As it goes over the wire."""
        body = self.body.encode()
        kind = {"Host": "testserver", "Content-Type": self.kind, "Content-Length": len(body)}
        lines = [f"{name}: {value}" for name, value in {**kind, **self.headers}.items()]
        return "\r\n".join([f"POST {self.address} HTTP/1.1", *lines, "", ""]).encode() + body

    def to_bare(self, address: str) -> "Letter":
        return replace(self, address=address, expected=HTTPStatus.CREATED)


class Callers:
    """Clients that keep their connections; each sends its next letter when it was answered."""

    def __init__(self, port: int, clients: int) -> None:
        self._port, self._clients = port, clients

    def send(self, letters: Sequence[bytes], expected: int) -> list[bytes]:
        """The answers. Raises WrongFiguresError for any other status than expected."""
        answers, waiting = [], iter(letters)
        with ExitStack() as stack, selectors.DefaultSelector() as selector:
            for _client in range(self._clients):
                one = stack.enter_context(socket.create_connection(("127.0.0.1", self._port)))
                selector.register(one, selectors.EVENT_READ, bytearray())
                _next(one, waiting, selector)
            while selector.get_map():
                for key, _events in selector.select(_PATIENCE) or _silent():
                    one, answer = cast(socket.socket, key.fileobj), key.data
                    answer += one.recv(_CHUNK)
                    if _is_whole(answer):
                        _check(answer, expected)
                        answers.append(bytes(answer).partition(_END)[2])
                        answer.clear()
                        _next(one, waiting, selector)
        return answers


def _next(one: socket.socket, letters: Iterator[bytes], selector: selectors.BaseSelector) -> None:
    letter = next(letters, None)
    if letter is None:
        selector.unregister(one)
    else:
        one.sendall(letter)


def _silent() -> list[tuple[selectors.SelectorKey, int]]:
    raise WrongFiguresError("The server does not answer.")


def _is_whole(answer: bytearray) -> bool:
    head, end, body = answer.partition(_END)
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return bool(end) and len(body) >= int(length or 0)


def _check(answer: bytearray, expected: int) -> None:
    if not answer.startswith(f"HTTP/1.1 {expected} ".encode()):
        raise WrongFiguresError(answer[:400].decode(errors="replace"))
