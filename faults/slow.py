"""Clients that dribble: a request of which a byte comes now and then, and never the whole."""

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from faults.product import Product

_BETWEEN_BYTES = 0.25
_ANNOUNCED = 1_000_000
_KINDS = (
    ("/api/v1/readings/", "application/json"),
    ("/api/v1/readings/bulk/", "text/csv"),
    ("/api/v1/imports/", "multipart/form-data; boundary=x"),
    ("", ""),  # Not even its headers are whole.
)
CUT_OFF = "cut off"


class Dribblers:
    """``ended``: of each that was sent away its answer's status or ``CUT_OFF``, and after how many
    seconds."""

    def __init__(self, product: Product, key: str) -> None:
        parts = urlsplit(product.address)
        self._address, self._key = (parts.hostname, parts.port), key
        self.ended: list[tuple[str, float]] = []

    @contextmanager
    def at_work(self, number: int) -> Iterator[None]:
        """So many at once, of each kind as many; they stay until they are sent away."""
        threads = [
            threading.Thread(target=self._dribble, args=_KINDS[n % len(_KINDS)], daemon=True)
            for n in range(number)
        ]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join(timeout=60)

    def _dribble(self, path: str, kind: str) -> None:
        begun, connection = time.monotonic(), socket.create_connection(self._address)
        answer = b""
        try:
            connection.sendall(self._head(path, kind))
            connection.settimeout(_BETWEEN_BYTES)
            while not answer:
                connection.sendall(b"a")
                try:
                    answer = connection.recv(100)
                except TimeoutError:
                    continue
                break
        except OSError:
            pass
        status = answer.split()[1].decode() if answer else CUT_OFF
        self.ended.append((status, time.monotonic() - begun))

    def _head(self, path: str, kind: str) -> bytes:
        if not path:
            return b"GET /"
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._key}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {_ANNOUNCED}\r\n\r\n"
        ).encode()


def answers(product: Product, seconds: float) -> list[float]:
    """Asks for that long, one request after the other; how many seconds each answer took."""
    took, ends = [], time.monotonic() + seconds
    while (begun := time.monotonic()) < ends:
        with urllib.request.urlopen(f"{product.address}/healthz", timeout=60) as answer:
            answer.read()
        took.append(time.monotonic() - begun)
        time.sleep(0.05)
    return took
