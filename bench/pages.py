"""What committees open: pages from the cache beside a view that answers "ok", and growth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import databases, people
from bench.measure import Ratio, Work, median_seconds, side_by_side
from bench.sizes import HISTORY, NATION, OWN, WrongFiguresError
from core.calendar import clock
from indicators.models import Reading

PAGES = ("/", f"/provinces/{OWN}/")
_OK = "/bench/ok/"
_ROWS = 100


@dataclass(frozen=True)
class Page:
    """What a page costs where it is not in the cache, for information."""

    address: str
    queries: int
    uncached_seconds: float
    kilobytes: float


def cached() -> list[Ratio]:
    """Signed in, with a million readings."""
    databases.use(HISTORY)
    browser = people.signed_in(people.VIEWER)
    return [
        side_by_side(
            Work(f"{page} from the cache", _opening(browser, page)),
            Work('a view that answers "ok"', _opening(browser, _OK)),
            rounds=300,
            goal=0.3,
            at_most=False,
        )
        for page in PAGES
    ]


def growth() -> list[Ratio]:
    """The same pages, not cached, before and after a hundred times as many readings."""
    return [
        side_by_side(_uncached(HISTORY, page), _uncached(NATION, page), rounds=40, goal=1.2)
        for page in PAGES
    ]


def paging() -> list[Ratio]:
    """A page of readings in force, as the API asks for it, against as many rows by their key."""
    databases.use(HISTORY)
    last = Reading.objects.order_by("-id").values_list("id", flat=True)[_ROWS]
    return [
        side_by_side(
            Work(f"{_ROWS} readings in force, the {name} page", _in_force(after)),
            Work(f"{_ROWS} rows by primary key", _by_key(after)),
            rounds=200,
            goal=3,
        )
        for name, after in (("first", 0), ("last", last))
    ]


def _in_force(after: int) -> Callable[[], object]:
    rows = Reading.objects.published_by(clock.today()).current().order_by("id")
    sql, values = rows.filter(pk__gt=after)[:_ROWS].query.sql_with_params()
    return lambda: _fetch(sql, values)


def _by_key(after: int) -> Callable[[], object]:
    sql = "SELECT * FROM indicators_reading WHERE id > %s ORDER BY id LIMIT %s"
    return lambda: _fetch(sql, [after, _ROWS])


def _fetch(sql: str, values: Sequence[Any]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def costs() -> list[Page]:
    databases.use(HISTORY)
    return [_cost(people.signed_in(people.VIEWER), page) for page in PAGES]


def _cost(browser: Client, page: str) -> Page:
    seconds = median_seconds(Work(page, _opening(browser, page), cache.clear), rounds=20)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        size = len(browser.get(page).content)
    return Page(page, len(queries), seconds, size / 1000)


def _uncached(database: str, page: str) -> Work:
    databases.use(database)
    browser = people.signed_in(people.VIEWER)
    name = f"{page} not cached, {database}"
    return Work(name, _opening(browser, page), lambda: databases.use(database))


def _opening(browser: Client, page: str) -> Callable[[], None]:
    """Raises WrongFiguresError for any answer but 200."""

    def open_it() -> None:
        answer = browser.get(page)
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own number
            raise WrongFiguresError(f"{page} answered {answer.status_code}.")

    return open_it


def table(pages: Sequence[Page]) -> str:
    """What pages cost, as a Markdown table."""
    return "\n".join(
        [
            "| page | SQL queries | ms | kB of HTML |",
            "|---|--:|--:|--:|",
            *(
                f"| {page.address} | {page.queries} | {page.uncached_seconds * 1000:.1f} "
                f"| {page.kilobytes:.0f} |"
                for page in pages
            ),
        ]
    )
