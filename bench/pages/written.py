"""docs/performance.md and docs/explain.txt, as a run found it."""

import math
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.pages.costs import Cost
from bench.pages.live import EVERY_SECONDS, READERS, Times, Watched

_COLD, _QUERIES, _KILOBYTES, _GROWTH = 10, 12, 150, 1.3
_LIVE_P50, _LIVE_P95 = 2, 3
_HEAD = (
    "| page | queries | kB | SQL ms | cold ms | × ok | × smaller | warm × ok | quiet p50 · p95 ms "
    "| live p50 · p95 ms |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass(frozen=True)
class Measured:
    """At one size; ``smaller`` is what the same pages cost at the size before."""

    title: str
    rows: Mapping[str, int]
    costs: Sequence[Cost]
    watched: Watched
    smaller: Mapping[str, float]


def table(found: Measured) -> str:
    """✗ beside what misses its goal; files are waited for and have none."""
    rows = ", ".join(f"{count:,} {name}" for name, count in found.rows.items())
    slowest_first = sorted(found.costs, key=lambda cost: -cost.cold)
    lines = [_line(cost, found) for cost in slowest_first]
    return "\n".join([f"{rows}. {_summary(found.watched)}", "", _HEAD, *lines])


def _line(cost: Cost, found: Measured) -> str:
    growth = cost.cold / found.smaller[cost.page] if cost.page in found.smaller else None
    cells = (
        cost.page.replace("|", " "),
        _marked(cost.queries, _QUERIES, cost, "d"),
        _marked(cost.kilobytes, _KILOBYTES, cost, ".0f"),
        f"{cost.bare * 1000:.1f}",
        f"{cost.cold * 1000:.1f}",
        _marked(cost.cold / cost.ok, _COLD, cost, ".1f"),
        "" if growth is None else _marked(growth, _GROWTH, cost, ".2f"),
        f"{cost.warm / cost.ok:.1f}",
        _spread(found.watched.quiet.get(cost.page, [])),
        _spread(found.watched.live.get(cost.page, [])),
    )
    return f"| {' | '.join(cells)} |"


def _marked(value: float, goal: float, cost: Cost, how: str) -> str:
    return f"{value:{how}}{' ✗' if value > goal and not cost.is_file else ''}"


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return ""
    p50, p95 = _percentiles(seconds)
    return f"{p50 * 1000:.0f} · {p95 * 1000:.0f}"


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1]


def _summary(watched: Watched) -> str:
    quiet, live = (_percentiles(_all(times)) for times in (watched.quiet, watched.live))
    p50, p95 = (late / early for late, early in zip(live, quiet, strict=True))
    return (
        f"{READERS} readers, one change every {EVERY_SECONDS} s ({watched.changes} changes, "
        f"{len(_all(watched.live)):,} answers): p50 × {p50:.2f}{_miss(p50, _LIVE_P50)} and p95 × "
        f"{p95:.2f}{_miss(p95, _LIVE_P95)} of the quiet system's; {watched.stale} of "
        f"{watched.checked.total():,} kept pages stale{_miss(watched.stale, 0)}."
    )


def _miss(value: float, goal: float) -> str:
    return " ✗" if value > goal else ""


def _all(times: Times) -> list[float]:
    return [one for answers in times.values() for one in answers]


def plans(costs: Iterable[Cost]) -> str:
    """The slowest statement of each page and its plan; once where several pages ask the same."""
    return "\n".join(_plans(costs))


def _plans(costs: Iterable[Cost]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for cost in costs:
        shape = re.sub(r"'[^']*'|\d+", "?", cost.statement)
        if shape in seen:
            yield f"== {cost.page}: as {seen[shape]}\n"
            continue
        seen[shape] = cost.page
        yield f"== {cost.page}\n{cost.statement}\n\n{cost.plan}\n"
