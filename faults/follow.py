"""A system that follows the changes, stops at any moment and goes on from its cursor."""

import http.client
import json
import threading
from collections import Counter
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

_PAUSE, _PAGE = 0.02, 20
_SECONDS = 30
VINTAGE = ("indicator", "area", "period", "revision")
"""Names one reading."""


class Follower:
    """``seen`` counts how often each reading of one source came."""

    def __init__(self, address: str, key: str, source: str) -> None:
        self.seen: Counter[tuple[str, ...]] = Counter()
        self.stops = 0
        self._host, self._key, self._source = urlsplit(address).netloc, key, source
        self.cursor = self._page({})["cursor"]
        self._ends = threading.Event()
        self._thread = self._started()

    def stop_and_go_on(self) -> None:
        """As after a crash: whatever page it was at is asked for again from the kept cursor."""
        self.stop()
        self.stops += 1
        self._ends.clear()
        self._thread = self._started()

    def stop(self) -> None:
        self._ends.set()
        self._thread.join()

    def read_to_the_end(self) -> None:
        while self._step():
            pass

    def _started(self) -> threading.Thread:
        thread = threading.Thread(target=self._follow, daemon=True)
        thread.start()
        return thread

    def _follow(self) -> None:
        while not self._ends.is_set():
            if not self._step():
                self._ends.wait(_PAUSE)

    def _step(self) -> bool:
        """One page, kept with its cursor in one go; whether there is more."""
        page = self._page({"since": self.cursor, "page_size": str(_PAGE)})
        rows = [row["object"] for row in page["results"] if row["kind"] == "reading"]
        ours = (row for row in rows if row["source"] == self._source)
        self.seen.update(tuple(str(row[name]) for name in VINTAGE) for row in ours)
        self.cursor = page["cursor"]
        return bool(page["has_more"])

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        client = http.client.HTTPConnection(self._host, timeout=_SECONDS)
        headers = {"Authorization": f"Bearer {self._key}"}
        client.request("GET", f"/api/v1/changes/?{asked}", headers=headers)
        answer = client.getresponse()
        body = answer.read()
        client.close()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{answer.status}: {body.decode()[:300]}")
        found: dict[str, Any] = json.loads(body)
        return found
