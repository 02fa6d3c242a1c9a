"""No page speaks English to whoever chose Vietnamese: every page of the table, and every form sent
with nothing in it."""

import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from http import HTTPStatus

import pytest
from django.contrib import admin
from django.test import RequestFactory

from tests.security.cast import World, build
from tests.security.matrix import TABLE, read_table
from tests.security.test_matrix import undone

ENGLISH = re.compile(
    r"\b(the|and|must|your|this|of|is|are|not|with|from|please|enter|choose|password|cannot|page"
    r"|there|has|have|was|were|will|any|all|by|for|or|that|which|who|when|what)\b"
)
SPOKEN = {"title", "aria-label", "placeholder", "alt", "data-done", "data-words"}
LOOKERS = ("superuser", "coordinator@own", "officer@own", "agency_head@own", "reviewer@own")
RULES = read_table(TABLE.read_text())


class Words(HTMLParser):
    """What is read or read out of a page; ``lang="en"`` and program text are left aside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._aside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._aside or tag in {"script", "style", "code", "pre"} or given.get("lang") == "en":
            self._aside.append(tag)
            return
        spoken = SPOKEN | ({"value"} if given.get("type") in {"submit", "button"} else set())
        self.found += [given[name] or "" for name in spoken & given.keys()]

    def handle_endtag(self, tag: str) -> None:
        if self._aside and self._aside[-1] == tag:
            self._aside.pop()

    def handle_data(self, data: str) -> None:
        if not self._aside:
            self.found.append(data)


@pytest.fixture
def world(db: None) -> World:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    return build()


def _pages(world: World) -> Iterator[tuple[str, str]]:
    for rule in RULES:
        if rule.address.startswith("api/") or rule.method not in {"GET", "POST", "ANY"}:
            continue
        for who in LOOKERS:
            yield from _page(world, who, world.path(rule.address, rule.subject), rule.method)
    for model, of_model in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        first = of_model.get_queryset(RequestFactory().get("/")).first()
        for path in (address, f"{address}add/", f"{address}{first and first.pk}/change/"):
            for method in ("GET", "POST"):
                yield from _page(world, "superuser", path, method)


def _page(world: World, who: str, path: str, method: str) -> Iterator[tuple[str, str]]:
    """The page, or the answer to a form that says nothing."""
    client = world.callers[who]
    client.raise_request_exception = False
    cookies = dict(client.cookies)
    with undone():
        answer = client.post(path, {}) if method == "POST" else client.get(path)
    client.cookies.clear()
    client.cookies.update(cookies)
    if answer.streaming:
        answer.getvalue()
    is_page = "text/html" in answer.headers.get("Content-Type", "")
    if is_page and answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and not answer.streaming:
        yield f"{method} {path}", answer.content.decode()


def test_no_page_speaks_english(world: World) -> None:
    found = set()
    for name, page in _pages(world):
        for text in Words(page).found:
            if ENGLISH.search(text.lower()):
                found.add(f"{name}: {' '.join(text.split())[:160]}")
    assert not found, "\n" + "\n".join(sorted(found))
