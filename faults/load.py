"""Clients that send readings and do not give up before each is acknowledged."""

import http.client
import json
import queue
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from faults.product import wait_until

Document = Mapping[str, object]
CLIENTS = 8
_AGAIN = {HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_SECONDS = 30
_PAUSE = 0.05


class RefusedError(Exception):
    """The server refused a reading for good; says how."""


class Load:
    """Each document is sent with an Idempotency-Key of its own until a 2xx comes.

    ``seen`` counts what happened: acknowledged, unanswered (the connection broke), told to come
    back, replayed (a lost answer was given again).
    """

    def __init__(self, address: str, key: str, name: str) -> None:
        self.seen: Counter[str] = Counter()
        self.name = name
        self._host = urlsplit(address).netloc
        self._key = key
        self._waiting: queue.Queue[tuple[int, Document] | None] = queue.Queue()
        self._number = 0
        self._errors: list[Exception] = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def send(self, documents: Sequence[Document]) -> None:
        """Returns at once."""
        for document in documents:
            self._waiting.put((self._number, document))
            self._number += 1

    def wait_for(self, acknowledged: int, *, seconds: float = 120) -> None:
        """Raises what a client has met, TimeoutError."""
        wait_until(
            lambda: bool(self._errors) or self.seen["acknowledged"] >= acknowledged,
            seconds=seconds,
            pause=0.005,
        )
        if self._errors:
            raise self._errors[0]

    def finish(self) -> None:
        """Until everything that was sent is acknowledged."""
        for _thread in self._threads:
            self._waiting.put(None)
        self.wait_for(self._number)
        for thread in self._threads:
            thread.join()

    def key_of(self, number: int) -> str:
        return f"{self.name}-{number}"

    def _count(self, what: str) -> None:
        with self._lock:
            self.seen[what] += 1

    def _work(self) -> None:
        client = http.client.HTTPConnection(self._host, timeout=_SECONDS)
        while (item := self._waiting.get()) is not None:
            try:
                while not self._is_taken(client, *item):
                    threading.Event().wait(_PAUSE)
            except Exception as error:  # noqa: BLE001 - told to whoever waits for the load.
                self._errors.append(error)
                return

    def _is_taken(
        self, client: http.client.HTTPConnection, number: int, document: Document
    ) -> bool:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": self.key_of(number),
        }
        try:
            client.request("POST", "/api/v1/readings/", json.dumps(document), headers)
            answer = client.getresponse()
            body = answer.read()
        except (http.client.HTTPException, OSError):
            client.close()
            self._count("unanswered")
            return False
        if answer.status in _AGAIN:
            self._count("told to come back")
            return False
        if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise RefusedError(f"{answer.status}: {body.decode()[:300]}")
        if answer.getheader("Idempotency-Replayed"):
            self._count("replayed")
        self._count("acknowledged")
        return True
