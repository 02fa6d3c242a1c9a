"""Whatever answers GET, from the table of permissions, which has every address of the site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import resolve

from bench.country import people
from bench.country.data import COMMUNES, OWN, WrongFiguresError, provinces
from dashboards.charts.registry import CHARTS
from dashboards.compare.areas import MOST
from provinces.models import WallPage
from tests.security.cast import QUERIES, path_of
from tests.security.matrix import TABLE, Rule, read_table

PAST, _PAST_DAY = " of a past day", "2025-11-15"
# The first of them that may. They see most.
OPENED_BY = ("coordinator@parent", "reviewer@parent", "coordinator@own", "officer@own")
_NOT_IN_PRODUCTION = {"style/"}
_CHART = "api/v1/charts/<name>/"
_ALSO = {
    "api/v1/readings/": ["page_size=100"],
    "communes/": [f"area={OWN}"],
    "wall/": [f"page={page}" for page in WallPage.values],
}
"""Asked with more than the address."""
_OF_NO_DAY = {"wall/", "freshness/", "activity/", "api/v1/charts/"}
"""Of the committee's, those that always show today, or days of their own."""
_ALSO_BY = {"tasks/": "officer@own"}


@dataclass(frozen=True)
class Page:
    """``name``: the address as in urls.py and what else tells it apart; ``caller``: by whom it is
    opened, a word of the cast."""

    name: str
    path: str
    caller: str

    @property
    def is_file(self) -> bool:
        """Made to be kept, so nobody expects it at once."""
        return "." in self.path.partition("?")[0].rpartition("/")[2]


def rules() -> list[Rule]:
    found = [rule for rule in read_table(TABLE.read_text()) if rule.method == "GET"]
    return [rule for rule in found if rule.address not in _NOT_IN_PRODUCTION]


def pages(subjects: Mapping[str, str] | None = None) -> list[Page]:
    """Those of the committee as of a past day, too. ``subjects``: of the database in use, unless
    they are given. Raises KeyError for a subject without a row."""
    known = people.cast_in_use()[0] if subjects is None else subjects
    return [page for rule in rules() for page in _of(rule, known)]


def _of(rule: Rule, subjects: Mapping[str, str]) -> Iterator[Page]:
    path = path_of(rule.address, rule.subject, subjects).replace("305-KH/TU", COMMUNES)
    caller = next(caller for caller in OPENED_BY if caller in rule.done)
    opened = [Page(rule.address, path, caller)]
    if rule.address == _CHART:
        opened = [
            Page(f"api/v1/charts/{name}/", _of_chart(name, subjects), caller) for name in CHARTS
        ]
    sign = "&" if rule.subject in QUERIES else "?"
    opened += (
        Page(f"{rule.address}?{more}", f"{path}{sign}{more}", caller)
        for more in _ALSO.get(rule.address, ())
    )
    if rule.address == "compare/":
        others = provinces().exclude(code=OWN).order_by("code")[: MOST - 1]
        asked = urlencode({"area": [OWN, *(other.code for other in others)]}, doseq=True)
        opened.append(Page(f"{rule.address} of {MOST}", f"{path}?{asked}", caller))
    yield from opened
    if rule.address not in _OF_NO_DAY and _is_of_the_committee(path):
        for page in opened:
            if not page.is_file:
                dated = f"{page.path}{'&' if '?' in page.path else '?'}as_of={_PAST_DAY}"
                yield Page(f"{page.name}{PAST}", dated, caller)
    if other := _ALSO_BY.get(rule.address):
        yield Page(f"{rule.address} of one agency", path, other)


def _of_chart(name: str, subjects: Mapping[str, str]) -> str:
    known = {"plan": COMMUNES, "target": subjects["target"], "indicator": subjects["indicator"]}
    asked = urlencode({one: known[one] for one in CHARTS[name].takes if one in known})
    return f"/api/v1/charts/{name}/?{asked}"


def _is_of_the_committee(path: str) -> bool:
    view = resolve(path.partition("?")[0]).func
    return view.__module__.startswith("dashboards.")


class Browsers(dict[str, Client]):
    """A browser for each of the cast, signed in when it is needed."""

    def __missing__(self, caller: str) -> Client:
        _subjects, names = people.cast_in_use()
        self[caller] = people.signed_in(names[caller])
        return self[caller]

    def open(self, page: Page) -> bytes:
        """The body. Raises WrongFiguresError for an answer that is none."""
        answer: Any = self[page.caller].get(page.path)
        if answer.status_code not in {HTTPStatus.OK, HTTPStatus.FOUND}:
            raise WrongFiguresError(f"{page.path} answered {answer.status_code}.")
        body: bytes = answer.getvalue()
        return body
