"""What each page costs where it is not in the cache, where it is, and what its SQL costs bare."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.core.cache import cache

from bench import databases
from bench.measure import Work, medians
from bench.pages import plans
from bench.pages.addresses import Browsers, Page, pages
from bench.sizes import WrongFiguresError

OK = Page('a view that answers "ok"', "/bench/ok/", "coordinator@parent")


@dataclass(frozen=True)
class Cost:
    """Median seconds, each thing timed in turn with the others; ``bare``: its statements alone.

    ``statement`` is the slowest. A page that does not answer takes for ever, and says so there.
    """

    page: str
    is_file: bool
    cold: float = math.inf
    warm: float = math.inf
    bare: float = math.inf
    ok: float = 1
    queries: int = 0
    kilobytes: float = 0
    statement: str = ""
    plan: str = ""


def costs(database: str, rounds: int) -> Iterator[Cost]:
    """Files are opened a few times only."""
    databases.use(database)
    browsers = Browsers()
    browsers.open(OK)
    for page in pages():
        try:
            yield _cost(browsers, page, rounds)
        except WrongFiguresError as failure:
            yield Cost(page.name, page.is_file, statement=str(failure))


def _cost(browsers: Browsers, page: Page, rounds: int) -> Cost:
    cache.clear()
    bodies: list[bytes] = []
    queries, statements = plans.asked_by(lambda: bodies.append(browsers.open(page)))
    slowest = plans.slowest(statements)
    works = (
        Work("cold", partial(browsers.open, page), cache.clear),
        Work("warm", partial(browsers.open, page)),
        Work("bare", lambda: list(map(plans.run_bare, statements))),
        Work("ok", partial(browsers.open, OK)),
    )
    rounds, warming = (1, 0) if page.is_file else (rounds, 1)
    cold, warm, bare, ok = medians(works, rounds=rounds, warming=warming)
    return Cost(
        page=page.name,
        is_file=page.is_file,
        cold=cold,
        warm=warm,
        bare=bare,
        ok=ok,
        queries=queries,
        kilobytes=len(bodies[0]) / 1000,
        statement=slowest,
        plan=plans.explained(slowest),
    )
