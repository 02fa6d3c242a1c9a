"""Gunicorn's threads, proof against clients that send slowly and shared out among the processes.

Of itself a thread waits for a request without end, so a few clients that dribble would hold all of
them. Here any thread waits a moment, some of them longer, and none for less than a slow line sends.

Of itself the process that wakes first takes every connection, while its sibling stands idle: two
systems that send batches at once had one processor between them.
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
"""Seconds a request may be waited for by any thread; beyond them only by half of the threads."""
PATIENCE = float(os.environ.get("R57_BODY_SECONDS", "20"))
LEAST_BYTES_A_SECOND = 16_384
"""A request has so many seconds, and one more for each so many bytes that have come."""

COURTESY = 0.001
"""Seconds for which a worker that has connections leaves a new one to a worker that has none."""


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
                return _DEFER  # The main loop waits on, and holds no thread for it.
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
        """Until there is something to read; only the waiting counts, not what is done between."""
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
        """Gunicorn gives the socket a timeout where it passes over a body nobody wanted."""
        timeout: float | None = self.sock.gettimeout()
        return seconds if timeout is None else min(seconds, timeout)
