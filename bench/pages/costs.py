"""What each page costs where it is not in the cache, where it is, and what its SQL costs bare."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.core.cache import cache

from bench import databases
from bench.measure import Work, medians
from bench.pages import plans
from bench.pages.addresses import Browsers, Page, pages

OK = Page('a view that answers "ok"', "/bench/ok/", "coordinator@parent")


@dataclass(frozen=True)
class Cost:
    """Median seconds, each thing timed in turn with the others; ``bare``: its statements alone."""

    page: str
    is_file: bool
    cold: float
    warm: float
    bare: float
    ok: float
    queries: int
    kilobytes: float
    statement: str
    """The slowest."""
    plan: str


def costs(database: str, rounds: int) -> Iterator[Cost]:
    """Raises WrongFiguresError for a page that does not answer."""
    databases.use(database)
    browsers = Browsers()
    browsers.open(OK)
    for page in pages():
        yield _cost(browsers, page, 1 if page.is_file else rounds)


def _cost(browsers: Browsers, page: Page, rounds: int) -> Cost:
    cache.clear()
    size = len(browsers.open(page))
    cache.clear()
    queries, statements = plans.asked_by(partial(browsers.open, page))
    slowest = plans.slowest(statements)
    works = (
        Work("cold", partial(browsers.open, page), cache.clear),
        Work("warm", partial(browsers.open, page)),
        Work("bare", lambda: list(map(plans.run_bare, statements))),
        Work("ok", partial(browsers.open, OK)),
    )
    cold, warm, bare, ok = medians(works, rounds=rounds)
    return Cost(
        page=page.name,
        is_file=page.is_file,
        cold=cold,
        warm=warm,
        bare=bare,
        ok=ok,
        queries=queries,
        kilobytes=size / 1000,
        statement=slowest,
        plan=plans.explained(slowest),
    )
