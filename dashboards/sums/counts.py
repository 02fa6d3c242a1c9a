"""Counts of assignments from the completion snapshots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from dashboards.text.figures import percent
from tasks.completion.counts import Counts
from tasks.labels import STATUSES, Sign
from tasks.models import Completion, Task
from tasks.models.completion import COUNTS

Key = tuple[Any, ...]


@dataclass(frozen=True)
class CountedPart:
    """One derived status: how many, and its share of the total in whole pixels of 1000."""

    status: str
    sign: Sign
    count: int
    change: int
    start: int
    width: int


@dataclass(frozen=True)
class Compared:
    """Counts as of the day and as of the day it is compared with."""

    now: Counts
    before: Counts

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.now + other.now, self.before + other.before)

    @property
    def rate(self) -> str:
        return percent(self.now.rate)

    @property
    def due_rate(self) -> str:
        return percent(self.now.due_rate)

    @property
    def counted(self) -> int:
        """What the rate divides by: the total without cancelled and ongoing work."""
        return self.now.total - self.now.cancelled - self.now.ongoing

    @property
    def completed_change(self) -> int:
        return self.now.completed - self.before.completed

    @property
    def overdue_change(self) -> int:
        return self.now.overdue - self.before.overdue

    @property
    def total_change(self) -> int:
        return self.now.total - self.before.total

    @property
    def rate_change(self) -> Decimal | None:
        """In percentage points; None where one of the days has no rate."""
        if self.now.rate is None or self.before.rate is None:
            return None
        return self.now.rate - self.before.rate

    @property
    def parts(self) -> list[CountedPart]:
        """The statuses that occur on either day, in the order of the bar."""
        parts, start = [], 0
        for status, sign in STATUSES.items():
            count, earlier = getattr(self.now, status), getattr(self.before, status)
            width = round(1000 * count / self.now.total) if self.now.total else 0
            if count or earlier:
                parts.append(CountedPart(status, sign, count, count - earlier, start, width))
            start += width
        return parts


def compared(
    rows: QuerySet[Completion], keys: Sequence[str], day: date, before: date
) -> dict[Key, Compared]:
    """Counts on both days for each combination of the keys, in one SQL query."""
    days = {"now": day, "before": before}
    in_force = {name: Q(day__lte=on, until__gt=on) for name, on in days.items()}
    sums = {
        f"{name}_{count}": Sum(count, filter=condition, default=0)
        for name, condition in in_force.items()
        for count in COUNTS
    }
    # order_by(): the model's own order would split the groups.
    found = rows.filter(in_force["now"] | in_force["before"]).order_by().values(*keys)
    return {
        tuple(row[key] for key in keys): Compared(_counts(row, "now"), _counts(row, "before"))
        for row in found.annotate(**sums)
    }


def _counts(row: Mapping[str, int], name: str) -> Counts:
    return Counts(*(row[f"{name}_{count}"] for count in COUNTS))


def illustrative_plans() -> set[int]:
    """Documents some of whose tasks are made up for the demonstration (one SQL query)."""
    made_up = Task.objects.filter(provenance=Task.Provenance.ILLUSTRATIVE).order_by()
    return set(made_up.values_list("plan", flat=True).distinct())


def added(all_counts: Iterable[Compared]) -> Compared:
    return sum(all_counts, Compared(Counts(), Counts()))
