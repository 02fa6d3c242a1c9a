"""docs/performance.md, from what was measured."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bench import goals, office
from bench.country.sizes import HISTORY, PROVINCE, SIZES, TENFOLD
from bench.measure import Ratio, table
from bench.pages import written
from bench.pages.costs import Cost
from bench.readings import partition
from bench.results import Results

_HEAD = """# How fast it is

`make bench` writes this page; nothing here is typed by hand. Every page and every GET of the API
is opened by the nation's coordinator, or by who else may. *Cold*: nothing of it is kept. *Warm*:
opened again. *ok*: a signed-in view that answers "ok". *SQL*: a page's statements alone, without
Django. These are timed in turn in five rounds, and of each the quickest counts: whatever else a
machine does only adds to it. Ratios of other things are of medians. *Quiet* and *live*: eight
readers go round all pages of gunicorn with worker and beat, first while nothing changes, then
while a reading or a status report comes in every half second; not at ten times the nation, where
pages are opened cold only. ✗ stands beside what misses its goal. Files have none. How the slowest
statements are answered: [explain.txt](explain.txt)."""
_TITLES = {
    PROVINCE: "One province at work",
    HISTORY: "The nation",
    TENFOLD: "Ten times the nation",
}


def page(results: Results) -> str:
    known = ", ".join(f"{key.replace('_', ' ')} {each}" for key, each in results.machine.items())
    sections = [(name, text) for name, text in _sections(results) if text]
    wanted = goals.table(list(goals.goals(results)))
    parts = [_HEAD, f"{known}.", f"## What it must show\n\n{wanted}"]
    return "\n\n".join([*parts, *(f"## {name}\n\n{text}" for name, text in sections)]) + "\n"


def _sections(results: Results) -> Iterator[tuple[str, str]]:
    """Of a part that was not measured nothing is said."""
    rows = [row for name in _RATIOS for row in results.found(name) or ()]
    told = table([Ratio(**row) for row in rows]) if rows else ""
    yield "Ratios", told and f"{_when(results, _RATIOS)}\n\n{told}"
    for title, part, text in _TABLES:
        found = results.found(part)
        yield title, found and f"{_when(results, [part])}\n\n{text(found)}"
    smaller: list[Cost] = []
    for size, title in _TITLES.items():
        parts = [f"pages {size}", f"live {size}"]
        costs = goals.costs(results, size)
        grown = written.growth(costs, smaller) if size == TENFOLD else {}
        told = written.table(costs, goals.watched(results, size), grown)
        if costs:
            yield title, f"{_rows(results, size)} {_when(results, parts)}\n\n{told}"
        smaller = costs


_RATIOS = (
    "recalculation",
    "change",
    "cached",
    *(f"paging {size}" for size in SIZES),
    "reading",
    "report",
    "bulk",
)
_TABLES: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("In one step", "office", lambda found: office.table([office.Piece(**row) for row in found])),
    (
        "A large Excel file",
        "book",
        lambda found: f"{office.LargeBook(**found)} For information.",
    ),
    (
        "Readings in one table and by year",
        "partition",
        lambda found: partition.table([partition.Pair(**row) for row in found]),
    ),
)


def _when(results: Results, parts: Any) -> str:
    """The days and commits of the parts, and how long they took."""
    known = [results.parts[name] for name in parts if name in results.parts]
    made = sorted({f"{part['day']}, {part['commit']}" for part in known})
    seconds = sum(part["seconds"] for part in known)
    return f"({'; '.join(made)}; took {seconds} s.)"


def _rows(results: Results, size: str) -> str:
    rows: Mapping[str, int] = results.found(f"pages {size}")["rows"]
    return ", ".join(f"{count:,} {name}" for name, count in rows.items()) + "."
