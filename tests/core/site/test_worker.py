"""Which of the server's processes takes a new connection."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from gunicorn.config import Config

from r57 import worker


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody has called."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        with socket.create_connection(listening.getsockname()):
            yield listening


@pytest.fixture
def taker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answers nobody."""
    one = worker.PatientWorker(0, 0, [], None, 30, Config(), None)
    monkeypatch.setattr(one, "enqueue_req", lambda conn: conn.sock.close())
    yield one
    one.tmp.close()


def test_an_idle_worker_takes_it_at_once(
    listener: socket.socket, taker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("r57.worker.time.sleep", lambda _seconds: pytest.fail("It waited."))
    taker.accept(listener)
    assert taker.nr_conns == 1


def test_a_busy_worker_leaves_it_to_an_idle_one(
    listener: socket.socket, taker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("r57.worker.time.sleep", lambda _seconds: listener.accept()[0].close())
    taker.nr_conns = 3
    taker.accept(listener)
    assert taker.nr_conns == 3


def test_a_busy_worker_takes_it_where_nobody_else_does(listener: socket.socket, taker: Any) -> None:
    taker.nr_conns = 3
    taker.accept(listener)
    assert taker.nr_conns == 4
