"""The overdue assignments of a scope, one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from provinces.lookup import Standing
from provinces.permissions import Caller
from tasks.completion.as_of import is_open, state_on
from tasks.models import Assignment, StatusReport


@dataclass(frozen=True)
class OverdueTask:
    """``expected_on``: the day on which its agency last said it would be completed."""

    id: int
    title: str
    agency_code: str
    agency: str
    due_on: date
    days: int
    expected_on: date | None
    is_illustrative: bool


def is_overdue(day: date) -> Q:
    """For rows of ``state_on``."""
    return is_open() & Q(due_then__lt=day)


def overdue_tasks(
    caller: Caller, day: date, scope: Q, standing: Standing
) -> tuple[OverdueTask, ...]:
    """Those that the caller may see, the longest overdue first (one SQL query)."""
    said = (
        StatusReport.objects.filter(assignment=OuterRef("pk"), expected_on__isnull=False)
        .effective_by(day)
        .order_by("-effective_on", "-recorded_at", "-id")
    )
    rows = (
        state_on(Assignment.objects.filter(scope).visible_to(caller), day, lists=False)
        .filter(is_overdue(day))
        .annotate(expected_then=Subquery(said.values("expected_on")[:1]))
        .select_related("task", "agency")
        .order_by(F("due_then"), "agency__protocol_order", "task__number_key", "pk")
    )
    found: list[Any] = list(rows)
    tasks = []
    for row in found:
        agency = standing.agencies.get(row.agency.code, row.agency)
        tasks.append(
            OverdueTask(
                id=row.pk,
                title=row.task.title,
                agency_code=agency.code,
                agency=agency.short_name,
                due_on=row.due_then,
                days=(day - row.due_then).days,
                expected_on=row.expected_then,
                is_illustrative=row.task.is_illustrative,
            )
        )
    return tuple(tasks)


def oldest_of(agency_code: str, tasks: Iterable[OverdueTask]) -> tuple[int | None, date | None]:
    """Of an agency's overdue tasks: the longest delay, and the last day now expected."""
    own = [task for task in tasks if task.agency_code == agency_code]
    expected = [task.expected_on for task in own if task.expected_on]
    return max((task.days for task in own), default=None), max(expected, default=None)
