"""Measures the parts that are asked for, one after the other, and writes down each at its end."""

import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection

from bench import document, office, recalculation, results
from bench.country import sizes
from bench.country.sizes import HISTORY, NATION, PROVINCE, TENFOLD
from bench.environment import ROOT
from bench.measure import Ratio, step
from bench.pages import written
from bench.pages.costs import cached, costs
from bench.pages.live import watch
from bench.readings import partition
from bench.readings.paging import paging
from bench.sending import intake, writes

_logger = logging.getLogger(__name__)
_DOCUMENT, _PLANS = ROOT / "docs" / "performance.md", ROOT / "docs" / "explain.txt"


@dataclass(frozen=True)
class Asked:
    """``sizes``: of the parts that have several. Each page is opened in so many ``rounds``; readers
    read for so many ``seconds``, two times. ``written``: in the repository, or only printed."""

    parts: Sequence[str]
    sizes: Sequence[str]
    rounds: int
    seconds: float
    written: bool


@dataclass(frozen=True)
class Part:
    """``sizes``: the databases that it needs, all at once, or of ``each`` of which it is a part."""

    measure: Callable[[Asked, str], Any]
    sizes: Sequence[str] = ()
    each: bool = False
    on_sqlite: bool = True

    def at(self, asked: Asked) -> Sequence[str]:
        return [size for size in self.sizes if size in asked.sizes] if self.each else self.sizes


def _ratios(work: Callable[[], Sequence[Ratio]]) -> Callable[[Asked, str], Any]:
    return lambda _asked, _size: [asdict(ratio) for ratio in work()]


def _pages(asked: Asked, size: str) -> dict[str, Any]:
    """The plans of the largest size are what stays in their file."""
    found = list(costs(size, asked.rounds))
    if asked.written:
        _PLANS.write_text(written.plans(found))
    rows = [asdict(replace(cost, statement="", plan="")) for cost in found]
    return {"rows": sizes.rows(), "costs": rows}


# The book is first: the memory of every process that was begun counts. Whatever writes comes after
# what reads the same database, and "live", which completes work of the officer, after their report.
PARTS = {
    "book": Part(lambda _asked, _size: asdict(office.large_book())),
    "pages": Part(_pages, (PROVINCE, HISTORY, TENFOLD), each=True, on_sqlite=False),
    "paging": Part(
        lambda _asked, size: [asdict(ratio) for ratio in paging(size)],
        (HISTORY, TENFOLD),
        each=True,
    ),
    "cached": Part(_ratios(cached), (HISTORY,)),
    "report": Part(_ratios(lambda: [writes.one_report()]), (HISTORY,)),
    "live": Part(
        lambda asked, size: asdict(watch(size, asked.seconds)),
        (PROVINCE, HISTORY),
        each=True,
        on_sqlite=False,
    ),
    "change": Part(_ratios(lambda: [recalculation.one_change()]), (PROVINCE, NATION)),
    "recalculation": Part(_ratios(lambda: [recalculation.everything()]), (NATION,)),
    "reading": Part(_ratios(lambda: [writes.one_reading()]), (HISTORY,)),
    "bulk": Part(_ratios(intake.bulk), (HISTORY,)),
    "office": Part(lambda _asked, _size: list(map(asdict, office.pieces())), (NATION,)),
    "partition": Part(lambda _asked, _size: list(map(asdict, partition.pairs())), on_sqlite=False),
}


def measure(asked: Asked) -> None:
    """Prints the page at the end. A part that fails leaves the others alone. Raises KeyError for a
    part that is none, SystemExit at the end with the names of those that failed."""
    settings.ROOT_URLCONF = "bench.urls"
    settings.R57_DRAIN_AFTER_COMMIT_SECONDS = 0.0  # A write and its recalculation are timed apart.
    named = {name: PARTS[name] for name in asked.parts}
    # In the order of the table, whatever order they are named in.
    parts = {name: part for name, part in PARTS.items() if name in named}
    if connection.vendor != "postgresql":
        parts = {name: part for name, part in parts.items() if part.on_sqlite}
    sizes.copy({size for part in parts.values() for size in part.at(asked)})
    found = results.read() if asked.written else results.Results()
    failed: list[str] = []
    for name, part in parts.items():
        for key, work in _works(name, part, asked):
            begin = time.monotonic()
            try:
                with step(key):
                    what = work()
            except Exception:
                _logger.exception("%s failed", key)
                failed.append(key)
                continue
            found.add(key, what, time.monotonic() - begin)
            if asked.written:
                found.write()
                _DOCUMENT.write_text(document.page(found))
    print(document.page(found))
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")


def _works(name: str, part: Part, asked: Asked) -> Iterator[tuple[str, Callable[[], Any]]]:
    if not part.each:
        yield name, partial(part.measure, asked, "")
    for size in part.at(asked) if part.each else ():
        yield f"{name} {size}", partial(part.measure, asked, size)
