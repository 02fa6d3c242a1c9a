"""The overdue assignments of a scope, one by one, and how old their delay is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from provinces.lookup import agencies_on
from provinces.permissions import Caller
from tasks.completion.as_of import state_on
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import OPEN_STATES

_BANDS = ((1, 7), (8, 30), (31, 90), (91, None))
"""Days overdue: from, to."""


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


@dataclass(frozen=True)
class AgeBand:
    """Overdue by so many days; ``due_from`` and ``due_to`` are the deadlines that make it so."""

    first: int
    last: int | None
    count: int
    due_from: date | None
    due_to: date


@dataclass(frozen=True)
class CauseLine:
    """``kind`` is a key of ``StatusReport.Fault``, "" where nobody said."""

    kind: str
    count: int

    @property
    def label(self) -> str:
        return str(StatusReport.Fault(self.kind).label) if self.kind else _("not stated")


def is_overdue(day: date) -> Q:
    """For rows of ``state_on``."""
    return Q(state_then__in=OPEN_STATES, due_then__lt=day)


def overdue_tasks(caller: Caller, day: date, scope: Q) -> tuple[OverdueTask, ...]:
    """Those that the caller may see, the longest overdue first (two SQL queries)."""
    said = (
        StatusReport.objects.filter(assignment=OuterRef("pk"), expected_on__isnull=False)
        .effective_by(day)
        .order_by("-effective_on", "-recorded_at", "-id")
    )
    rows = (
        state_on(Assignment.objects.filter(scope).visible_to(caller), day)
        .filter(is_overdue(day))
        .annotate(expected_then=Subquery(said.values("expected_on")[:1]))
        .select_related("task", "agency")
        .order_by(F("due_then"), "agency__protocol_order", "task__number_key", "pk")
    )
    merged = agencies_on(day)
    found: list[Any] = list(rows)
    tasks = []
    for row in found:
        agency = merged.get(row.agency.code, row.agency)
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


def age_bands(day: date, scope: Q) -> tuple[AgeBand, ...]:
    """How old the delays are (one SQL query)."""
    spans = [
        (first, last, day - timedelta(days=last) if last else None, day - timedelta(days=first))
        for first, last in _BANDS
    ]
    late = state_on(Assignment.objects.filter(scope), day).filter(is_overdue(day))
    counts = late.aggregate(
        **{
            f"from_{first}": Count(
                "pk", filter=Q(due_then__lte=due_to, **({"due_then__gte": since} if since else {}))
            )
            for first, _last, since, due_to in spans
        }
    )
    return tuple(
        AgeBand(first, last, counts[f"from_{first}"], since, due_to)
        for first, last, since, due_to in spans
    )


def causes(day: date, scope: Q) -> tuple[CauseLine, ...]:
    """Why, as last reported; most frequent first (one SQL query)."""
    said = (
        StatusReport.objects.filter(assignment=OuterRef("pk"))
        .exclude(cause_kind="")
        .effective_by(day)
        .order_by("-effective_on", "-recorded_at", "-id")
    )
    rows = (
        state_on(Assignment.objects.filter(scope), day)
        .filter(is_overdue(day))
        .annotate(kind=Subquery(said.values("cause_kind")[:1]))
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
        .order_by(F("n").desc(), "kind")
    )
    return tuple(CauseLine(kind or "", n) for kind, n in rows)
