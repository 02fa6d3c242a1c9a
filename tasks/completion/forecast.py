"""How much will be completed by coming days, with its doubt: a simulation. Pure.

In each run every open task is completed so many days after the day now expected of it as one of the
completed tasks, drawn by lot, came after its deadline. A draw that would lie in the past is drawn
again from those that came later still; where none came so late, the task stays open. The lots have
a fixed seed: the same facts give the same band. Of all runs the band leaves out the lowest and the
highest tenth.
"""

from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from math import ceil
from operator import add
from random import Random

RUNS, SEED = 400, 57
LEAST = 20
"""Completed tasks below which nothing is said."""
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Expectation:
    """Completed assignments on a day to come: from ``low`` to ``high``, ``middle`` the median."""

    day: date
    low: int
    middle: int
    high: int


def month_ends_to_year_end(day: date) -> Iterator[date]:
    """Those after the day, up to the end of its year; on 31 December those of the next year."""
    start = day + timedelta(days=1)
    for month in range(start.month, 13):
        yield date(start.year, month, monthrange(start.year, month)[1])


def forecast(
    completed: int, expected: Sequence[date], delays: Sequence[int], day: date
) -> tuple[Expectation, ...]:
    """At each month end that is left of the year.

    ``expected``: the days now expected of the open tasks; ``delays``: in days, of the completed
    ones (negative: early). Empty where fewer than ``LEAST`` are completed.
    """
    if len(delays) < LEAST:
        return ()
    ends = list(month_ends_to_year_end(day))
    known = sorted(delays)
    lots = Random(SEED)  # noqa: S311 - Lots of a simulation, no secret.
    # How many are completed by each end and not by the one before it, in each run. What comes
    # later still is the last.
    arrived = [[0] * RUNS for _end in (*ends, None)]
    for on, alike in sorted(Counter(expected).items()):
        first = bisect_right(known, (day - on).days)
        in_time = [bisect_right(known, (end - on).days) - first for end in ends]
        if first < len(known):
            weights = [*in_time, len(known) - first]
            drawn = lots.choices(arrived, cum_weights=weights, k=alike * RUNS)
            for run, found in zip(cycle(range(RUNS)), drawn, strict=False):
                found[run] += 1
    so_far = [completed] * RUNS
    runs = [so_far := list(map(add, so_far, found)) for found in arrived[:-1]]
    return tuple(
        Expectation(end, *(sorted(found)[ceil(share * RUNS) - 1] for share in (_LOW, 0.5, _HIGH)))
        for end, found in zip(ends, runs, strict=True)
    )
