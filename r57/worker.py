"""Gunicorn's threads, safe from slow senders and shared among the processes.

Gunicorn's thread waits for a request without end, so a few slow clients would hold all threads.
Here every thread waits for a moment, half of them wait longer, and none waits for a client that is
slower than a slow line.

Gunicorn's process that wakes first takes every connection, while the others are idle. Two systems
that sent batches at once shared one processor.
"""

import os
import select
import threading
import time
from typing import Any

from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import _DEFER, ThreadWorker

MOMENT = 1.0
"""Seconds for which any thread waits for a request; only half of the threads wait longer."""
PATIENCE = float(os.environ.get("R57_BODY_SECONDS", "20"))
LEAST_BYTES_A_SECOND = 16_384
"""The patience grows by a second for each so many bytes received."""

COURTESY = 0.001
"""Seconds for which a worker with connections leaves a new one to a worker without any."""


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # Gunicorn has no types.
    """``gthread`` in which half of the threads are never held by a slow sender."""

    def init_process(self) -> None:
        self.slow = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))
        super().init_process()

    def accept(self, listener: Any) -> None:
        if self.nr_conns:
            time.sleep(COURTESY)
        super().accept(listener)

    def handle(self, conn: Any) -> Any:
        if not conn.initialized:
            if not conn.wait_for_data(MOMENT):
                return _DEFER  # The main loop waits on, without a thread.
            conn.init()
            conn.parser.unreader = PatientUnreader(conn.sock, self.slow)
        unreader = conn.parser.unreader
        unreader.begin()
        try:
            return super().handle(conn)
        finally:
            unreader.end()


class PatientUnreader(SocketUnreader):  # type: ignore[misc]  # Gunicorn has no types.
    """Raises NoMoreData for a request that comes too slowly."""

    def __init__(self, sock: Any, slow: threading.BoundedSemaphore) -> None:
        super().__init__(sock)
        self._slow, self._is_slow = slow, False
        self._waited, self._received = 0.0, 0

    def begin(self) -> None:
        self._waited, self._received = 0.0, 0

    def end(self) -> None:
        if self._is_slow:
            self._is_slow = False
            self._slow.release()

    def chunk(self, size_hint: int | None = None) -> bytes:
        self._wait()
        data: bytes = super().chunk(size_hint)
        self._received += len(data)
        return data

    def _wait(self) -> None:
        """Wait until there is something to read; only waiting counts, not the work between."""
        if self._is_readable(MOMENT - self._waited):
            return
        if not self._is_slow:
            self._is_slow = self._slow.acquire(blocking=False)
        allowed = PATIENCE + self._received / LEAST_BYTES_A_SECOND
        if not self._is_slow or not self._is_readable(allowed - self._waited):
            raise NoMoreData

    def _is_readable(self, seconds: float) -> bool:
        poll, begun = select.poll(), time.monotonic()
        poll.register(self.sock, select.POLLIN)
        found = bool(poll.poll(max(0.0, self._bounded(seconds)) * 1000))
        self._waited += time.monotonic() - begun
        return found

    def _bounded(self, seconds: float) -> float:
        """Gunicorn sets a timeout on the socket while it skips an unread body."""
        timeout: float | None = self.sock.gettimeout()
        return seconds if timeout is None else min(seconds, timeout)
