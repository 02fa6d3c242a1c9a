"""A system that follows the changes, for tests."""

from typing import Any

from django.test import Client

from core.queue import recalculation

CHANGES = "/api/v1/changes/"
Row = dict[str, Any]


class Follower:
    """Reads on from where it stopped, a few changes a page."""

    def __init__(self, client: Client, **headers: Any) -> None:
        self.client, self.headers = client, headers
        self.cursor = self.page()["cursor"]

    def page(self, **query: Any) -> Row:
        answer = self.client.get(CHANGES, query, **self.headers)
        assert answer.status_code == 200, answer.content
        found: Row = answer.json()
        return found

    def news(self, size: int = 2) -> list[Row]:
        recalculation.drain()
        found, more = [], True
        while more:
            page = self.page(since=self.cursor, page_size=size)
            found += page["results"]
            self.cursor, more = page["cursor"], page["has_more"]
        return found
