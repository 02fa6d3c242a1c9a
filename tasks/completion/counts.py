"""Counts of assignments by status, the rates made of them, and the ranking of areas. Pure.

Rates are in percent to one decimal, halves up:

    completion rate = completed ÷ (total − cancelled − ongoing)
    due rate        = completed ÷ (completed + overdue)      (as the Government Office counts)
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import add
from typing import NamedTuple

from core.text.numbers import plain
from tasks.states import DerivedStatus
from tasks.status.rules import AssignmentFacts, status_changes, status_on


class Fold(NamedTuple):
    """The three figures of official reports; with ongoing and cancelled they make the total."""

    completed: int
    on_schedule: int
    overdue: int


@dataclass(frozen=True)
class Counts:
    """Assignments by derived status. The fields, named as in `DerivedStatus`, add up to `total`."""

    completed_on_time: int = 0
    completed_late: int = 0
    in_progress_on_schedule: int = 0
    in_progress_overdue: int = 0
    not_started_on_schedule: int = 0
    not_started_overdue: int = 0
    ongoing: int = 0
    cancelled: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*map(sum, zip(self.numbers(), other.numbers(), strict=True)))

    def numbers(self) -> tuple[int, ...]:
        """The eight counts, in the order of the fields."""
        return (
            self.completed_on_time,
            self.completed_late,
            self.in_progress_on_schedule,
            self.in_progress_overdue,
            self.not_started_on_schedule,
            self.not_started_overdue,
            self.ongoing,
            self.cancelled,
        )

    @property
    def total(self) -> int:
        return sum(self.numbers())

    @property
    def completed(self) -> int:
        return self.completed_on_time + self.completed_late

    @property
    def on_schedule(self) -> int:
        return self.in_progress_on_schedule + self.not_started_on_schedule

    @property
    def overdue(self) -> int:
        return self.in_progress_overdue + self.not_started_overdue

    @property
    def fold(self) -> Fold:
        return Fold(self.completed, self.on_schedule, self.overdue)

    @property
    def rate(self) -> Decimal | None:
        """Completion rate in %; None where nothing counts, since an empty plan is not at 0 %."""
        return percentage(self.completed, self.total - self.cancelled - self.ongoing)

    @property
    def due_rate(self) -> Decimal | None:
        """Completed in % of what was completed or fell due; None where nothing was."""
        return percentage(self.completed, self.completed + self.overdue)

    @property
    def on_time_share(self) -> Decimal | None:
        """Completed on time in % of completed; None where nothing is completed."""
        return percentage(self.completed_on_time, self.completed)

    def to_api(self) -> dict[str, int | str | None]:
        """The figures of `GET /api/v1/completion/`, rates as text: `"51.0"` or None."""
        counts = {status.value: getattr(self, status) for status in DerivedStatus}
        return {
            "total": self.total,
            "completed": self.completed,
            **counts,
            "rate": None if self.rate is None else plain(self.rate),
            "due_rate": None if self.due_rate is None else plain(self.due_rate),
        }


def percentage(part: int, whole: int) -> Decimal | None:
    """`part` in % of `whole`, to one decimal, halves up; None where `whole` is 0."""
    if whole == 0:
        return None
    # Rounded as whole tenths: a Decimal quotient is cut to 28 digits and could miss a half.
    return Decimal((2000 * part + whole) // (2 * whole)).scaleb(-1)


def count_on(assignments: Iterable[AssignmentFacts], day: date) -> Counts:
    """How many assignments have each status on a day."""
    numbers = dict.fromkeys(DerivedStatus, 0)
    for facts in assignments:
        status = status_on(facts, day)
        if status:
            numbers[status] += 1
    return Counts(*numbers.values())


_PLACE = {status: place for place, status in enumerate(DerivedStatus)}


class CountSpan(NamedTuple):
    """Counts that hold from `first_day` until the day before `next_day`; None means for good."""

    first_day: date
    next_day: date | None
    counts: Counts


def cell_timeline(assignments: Iterable[AssignmentFacts]) -> list[CountSpan]:
    """The rows of one completion cell, oldest first and without gaps; equal neighbours are one row.

    Starts with the first day of assignment; empty without assignments. The time it takes grows with
    the events, not with the days between them.
    """
    # How many assignments enter (+) and leave (−) each status on each day.
    steps: defaultdict[date, list[int]] = defaultdict(lambda: [0] * len(_PLACE))
    for facts in assignments:
        before = None
        for day, status in status_changes(facts):
            steps[day][_PLACE[status]] += 1
            if before:
                steps[day][_PLACE[before]] -= 1
            before = status

    rows: list[tuple[date, Counts]] = []
    running = [0] * len(_PLACE)
    for day in sorted(steps):
        if any(steps[day]):
            running = list(map(add, running, steps[day]))
            rows.append((day, Counts(*running)))
    next_days = [*(day for day, _ in rows[1:]), None]
    # Not strict: without rows the None is left over.
    return [
        CountSpan(day, until, counts) for (day, counts), until in zip(rows, next_days, strict=False)
    ]


# Ranking --------------------------------------------------------------------------------------


class AreaCounts(NamedTuple):
    """An area in a ranking: its code, the key its name sorts by, its counts."""

    code: str
    sort_key: str
    counts: Counts


class RankedArea(NamedTuple):
    """`rank` is None for an area without a rate, which is listed last."""

    rank: int | None
    area: AreaCounts


def rank_areas(areas: Iterable[AreaCounts]) -> list[RankedArea]:
    """Areas by completion rate, then on-time share, then fewer overdue, then name.

    The figures compared are those printed, to one decimal; equal ones share a rank: 1, 2, 2, 4.
    """
    ordered = sorted(areas, key=lambda area: (_merit(area.counts), area.sort_key, area.code))
    ranked: list[RankedArea] = []
    for place, area in enumerate(ordered, start=1):
        rank: int | None = place
        if area.counts.rate is None:
            rank = None
        elif ranked and _merit(ranked[-1].area.counts) == _merit(area.counts):
            rank = ranked[-1].rank
        ranked.append(RankedArea(rank, area))
    return ranked


def _merit(counts: Counts) -> tuple[bool, Decimal, Decimal, int]:
    """The key of the ranking; smaller is better. Areas without a rate come last."""
    rate, on_time = counts.rate, counts.on_time_share
    return (rate is None, -(rate or Decimal(0)), -(on_time or Decimal(0)), counts.overdue)
