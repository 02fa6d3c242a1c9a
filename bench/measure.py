"""Two things timed turn by turn, so that a noisy machine disturbs both alike."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


def nothing() -> None:
    """No preparation."""


@dataclass(frozen=True)
class Work:
    """What is timed. ``prepare`` is called before every turn and is not timed."""

    name: str
    run: Callable[[], object]
    prepare: Callable[[], object] = nothing


@dataclass(frozen=True)
class Ratio:
    """Median seconds of a subject and of its yardstick; ``goal`` is the ratio to reach.

    ``at_most`` says which way is good: a cost (subject ÷ yardstick at most the goal) or a
    throughput (yardstick ÷ subject at least the goal).
    """

    subject: str
    yardstick: str
    subject_seconds: float
    yardstick_seconds: float
    goal: float
    at_most: bool

    @property
    def ratio(self) -> float:
        cost = self.subject_seconds / self.yardstick_seconds
        return cost if self.at_most else 1 / cost

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


def side_by_side(
    subject: Work, yardstick: Work, *, rounds: int, goal: float, at_most: bool = True
) -> Ratio:
    """Times both in turn ``rounds`` times, after one round that warms them up."""
    one, other = medians((subject, yardstick), rounds=rounds)
    return Ratio(subject.name, yardstick.name, one, other, goal, at_most)


def medians(works: Sequence[Work], *, rounds: int) -> list[float]:
    """Median seconds of each, timed in turn, after one round that warms them up."""
    return list(map(statistics.median, in_turn(works, rounds=rounds, warming=1)))


def in_turn(works: Sequence[Work], *, rounds: int, warming: int) -> list[tuple[float, ...]]:
    """Seconds of each in all rounds but those that warm them up."""
    turns = [[_seconds(work) for work in works] for _ in range(warming + rounds)]
    return list(zip(*turns[warming:], strict=True))


def _seconds(work: Work) -> float:
    work.prepare()
    begin = time.perf_counter()
    work.run()
    return time.perf_counter() - begin


def table(ratios: Sequence[Ratio]) -> str:
    """The ratios as a Markdown table; ✗ beside one that misses its goal."""
    lines = [
        "| subject | yardstick | ms | yardstick ms | ratio | to reach |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in ratios:
        sign, mark = "≤" if row.at_most else "≥", "" if row.reached else " ✗"
        lines.append(
            f"| {row.subject} | {row.yardstick} | {row.subject_seconds * 1000:.2f} "
            f"| {row.yardstick_seconds * 1000:.2f} | {row.ratio:.2f}{mark} | {sign} {row.goal:g} |"
        )
    return "\n".join(lines)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says how long it took, so that whoever waits knows where it is."""
    begin = time.monotonic()
    print(f"{time.strftime('%H:%M:%S')} {name} …", file=sys.stderr, flush=True)
    yield
    print(f"         {name}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
