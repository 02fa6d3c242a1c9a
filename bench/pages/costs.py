"""What each page costs where it is not in the cache, where it is, and what its SQL costs bare."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.core.cache import cache

from bench.country import databases
from bench.country.data import OWN, WrongFiguresError
from bench.country.sizes import HISTORY
from bench.measure import Ratio, Work, in_turn, side_by_side
from bench.pages import plans
from bench.pages.addresses import Browsers, Page, pages

OK = Page('a view that answers "ok"', "/bench/ok/", "coordinator@parent")
_LONG_SECONDS = 2
"""No page is opened cold for longer than that, but once it is."""
_COMMITTEE = ("/", f"/provinces/{OWN}/")


@dataclass(frozen=True)
class Cost:
    """The fewest seconds, each thing timed in turn with the others: what else the machine does only
    adds to them. ``bare``: its statements alone.

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

    @property
    def times_ok(self) -> float:
        return self.cold / self.ok


def costs(database: str, rounds: int) -> Iterator[Cost]:
    """Files are opened once only."""
    databases.use(database)
    browsers = Browsers()
    browsers.open(OK)
    for page in pages():
        try:
            yield _cost(browsers, page, rounds)
        except WrongFiguresError as failure:
            yield Cost(page.name, page.is_file, statement=str(failure))


def _cost(browsers: Browsers, page: Page, rounds: int) -> Cost:
    browsers[page.caller]  # Signed in before anything is counted.
    cache.clear()
    bodies: list[bytes] = []
    begin = time.perf_counter()
    queries, statements = plans.asked_by(lambda: bodies.append(browsers.open(page)))
    most = 1 if page.is_file else int(_LONG_SECONDS / (time.perf_counter() - begin))
    slowest = plans.slowest(statements)
    works = (
        Work("cold", partial(browsers.open, page), cache.clear),
        Work("warm", partial(browsers.open, page)),
        Work("bare", lambda: list(map(plans.run_bare, statements))),
        Work("ok", partial(browsers.open, OK)),
    )
    times = max(1, min(rounds, most))
    cold, warm, bare, ok = map(min, in_turn(works, rounds=times, warming=int(times > 1)))
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


def cached() -> list[Ratio]:
    """The committee's first pages, with a million readings."""
    databases.use(HISTORY)
    browsers = Browsers()
    return [
        side_by_side(
            Work(f"{path} from the cache", partial(browsers.open, Page(path, path, OK.caller))),
            Work(OK.name, partial(browsers.open, OK)),
            rounds=300,
            goal=0.3,
            at_most=False,
        )
        for path in _COMMITTEE
    ]
