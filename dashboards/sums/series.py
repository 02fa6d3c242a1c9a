"""Completed, overdue and due assignments day by day."""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.db.models import Count, QuerySet, Sum

from core.text.language import in_language
from dashboards.frame.day import Asked
from dashboards.sums.counts import countable
from tasks.completion.as_of import state_on
from tasks.completion.counts import Counts, CountSpan
from tasks.completion.inputs import CountCell
from tasks.models.assignment import AssignmentQuerySet
from tasks.models.completion import COUNTS
from tasks.status.rules import AssignmentFacts, due_changes


@dataclass(frozen=True)
class SeriesStep:
    """From ``day`` on: how many are completed, how many overdue, of how many; how many fell due."""

    day: date
    completed: int
    overdue: int
    total: int
    due: int

    @property
    def due_to(self) -> date:
        """What had this deadline or an earlier one has fallen due."""
        return self.day - timedelta(days=1)


@dataclass(frozen=True)
class DueCount:
    """Assignments of one plan and phase by the state of a day."""

    plan_id: int
    phase_number: int
    phase: str
    level: str
    provenance: str
    state: str
    count: int


def due_counts(rows: AssignmentQuerySet, asked: Asked) -> list[DueCount]:
    """One SQL query. The number of its rows does not grow with the assignments."""
    keys = (
        "task__plan",
        "task__phase__number",
        "task__phase__name_vi",
        "task__phase__name_en",
        "area__level",
        "task__provenance",
        "state_then",
    )
    found = state_on(rows, asked.day, asked.known_at, lists=False).order_by().values_list(*keys)
    return [
        DueCount(plan, phase or 0, in_language(name_vi or "", name_en or ""), *others)
        for plan, phase, name_vi, name_en, *others in found.annotate(n=Count("*"))
    ]


def fallen_due(
    found: Iterable[tuple[CountCell, AssignmentFacts]], joined: Mapping[int, date] | None = None
) -> dict[int, Counter[date]]:
    """By how many assignments the number fallen due changes, by plan and day.

    Fallen due on a day is what was due before it, by the due days in force on that day, and is not
    cancelled on it. ``joined``: areas that count here from a day on.
    """
    changes: defaultdict[int, Counter[date]] = defaultdict(Counter)
    for cell, facts in found:
        for day, change in due_changes(facts):
            changes[cell.plan][max(day, (joined or {}).get(cell.area, date.min))] += change
    return changes


def spans(rows: QuerySet[Any]) -> dict[int, list[CountSpan]]:
    """The counts of each plan and how long they hold (one SQL query); they begin as ``within``
    says."""
    columns = ("plan", "begins", "until")
    sums = {f"sum_{name}": Sum(name) for name in COUNTS}
    found: defaultdict[int, list[CountSpan]] = defaultdict(list)
    held = rows.order_by().values(*columns).annotate(**sums)
    for plan, day, until, *counts in held.values_list(*columns, *sums):
        found[plan].append(CountSpan(day, until, Counts(*counts)))
    return found


def steps(
    found: Iterable[CountSpan], dues: Mapping[date, int], until: date
) -> tuple[SeriesStep, ...]:
    """Each day up to ``until`` on which a figure changed, and ``until`` itself."""
    changes: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for span in found:
        counts = span.counts
        for place, count in enumerate((counts.completed, counts.overdue, countable(counts))):
            changes[span.first_day][place] += count
            if span.next_day and span.next_day <= until:
                changes[span.next_day][place] -= count
    for day, change in dues.items():
        if day <= until:
            changes[day][3] += change
    days = sorted(day for day in {*changes, until} if day <= until)
    if not changes:
        return ()
    columns = zip(*(changes[day] for day in days), strict=True)
    return tuple(SeriesStep(*row) for row in zip(days, *map(accumulate, columns), strict=True))


def month_ends(found: Iterable[SeriesStep], until: date) -> tuple[SeriesStep, ...]:
    """For tables: the last figures of each month, and those of ``until`` itself."""
    table: dict[tuple[int, int], SeriesStep] = {}
    for step in found:
        table[step.day.year, step.day.month] = step
    return tuple(
        replace(step, day=min(date(year, month, monthrange(year, month)[1]), until))
        for (year, month), step in table.items()
    )
