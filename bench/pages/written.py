"""What pages cost at one size as a table, and docs/explain.txt."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bench.pages.costs import Cost
from bench.pages.live import Spread, Watched

COLD, QUERIES, KILOBYTES, GROWTH = 10, 12, 150, 1.3
"""What a page may cost: × ok, so many queries, kB of HTML, × its cost at the smaller size."""
_WIDEST = 600
_HEAD = (
    "| page | queries | kB | SQL ms | cold ms | × ok | × smaller | warm × ok | quiet p50 · p95 ms "
    "| live p50 · p95 ms |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def growth(found: Sequence[Cost], smaller: Sequence[Cost]) -> dict[str, float]:
    """How many times a page costs what it costs at the smaller size, both against ok."""
    before = {cost.page: cost.times_ok for cost in smaller}
    known = [cost for cost in found if cost.page in before]
    return {cost.page: cost.times_ok / before[cost.page] for cost in known}


def table(found: Sequence[Cost], watched: Watched | None, grown: Mapping[str, float]) -> str:
    """The slowest first. ✗ beside what misses its goal; files are waited for and have none."""
    ordered = sorted(found, key=lambda cost: -cost.cold)
    return "\n".join([_HEAD, *(_line(cost, watched, grown.get(cost.page)) for cost in ordered)])


def _line(cost: Cost, watched: Watched | None, grown: float | None) -> str:
    cells = (
        cost.page.replace("|", " "),
        _marked(cost.queries, QUERIES, cost, "d"),
        _marked(cost.kilobytes, KILOBYTES, cost, ".0f"),
        f"{cost.bare * 1000:.1f}",
        f"{cost.cold * 1000:.1f}",
        _marked(cost.times_ok, COLD, cost, ".1f"),
        "" if grown is None else _marked(grown, GROWTH, cost, ".2f"),
        f"{cost.warm / cost.ok:.1f}",
        _told(watched.quiet.get(cost.page) if watched else None),
        _told(watched.live.get(cost.page) if watched else None),
    )
    return f"| {' | '.join(cells)} |"


def _marked(value: float, goal: float, cost: Cost, how: str) -> str:
    return f"{value:{how}}{' ✗' if value > goal and not cost.is_file else ''}"


def _told(spread: Spread | None) -> str:
    return " · ".join(f"{seconds * 1000:.0f}" for seconds in spread or ())


def plans(costs: Iterable[Cost]) -> str:
    """The slowest statement of each page and its plan; once where several pages ask the same. Long
    lines are lists of numbers, and cut."""
    lines = "\n".join(_plans(costs)).splitlines()
    cut = (line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…" for line in lines)
    return "\n".join(cut) + "\n"


def _plans(costs: Iterable[Cost]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for cost in costs:
        shape = re.sub(r"'[^']*'|\d+", "?", cost.statement)
        if shape in seen:
            yield f"== {cost.page}: as {seen[shape]}\n"
            continue
        seen[shape] = cost.page
        yield f"== {cost.page}\n{cost.statement}\n\n{cost.plan}\n"
