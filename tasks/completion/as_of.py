"""Assignments as they were on a day.

SQL finds what lists filter and sort by; the pure rules of ``tasks.status`` find the status.
"""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from core.calendar import clock
from tasks.completion.inputs import facts_of
from tasks.models import Assignment, ExtensionRequest, StatusReport
from tasks.models.assignment import ENDED_STATES, AssignmentQuerySet
from tasks.states import DerivedStatus, State
from tasks.status.rules import status_on


def state_on(
    assignments: AssignmentQuerySet,
    day: date,
    known_at: datetime | None = None,
    *,
    lists: bool = True,
) -> AssignmentQuerySet:
    """Those assigned by the day; adds ``state_then`` and ``due_then``, and for lists
    ``percent_then``, ``reported_then`` (when the last report of the day was recorded) and
    ``waiting_then``, which is "" for a past day: nothing waits there any more.

    ``known_at``: by what was recorded and decided at that moment.
    """
    if known_at is None and day < clock.today():
        # Filtered first: only so does Django read the columns from the one join.
        return assignments.filter(spans__day__lte=day, spans__until__gt=day).annotate(
            state_then=F("spans__state"),
            due_then=F("spans__due_on"),
            percent_then=F("spans__percent"),
            waiting_then=Value(""),
            reported_then=F("spans__reported_at"),
        )
    assignments = assignments.filter(assigned_on__lte=day)
    if known_at is None:
        return assignments.annotate(
            state_then=F("state"),
            due_then=F("due_on"),
            percent_then=F("percent"),
            waiting_then=F("waiting"),
            reported_then=F("last_report_at"),
        )
    assignments = assignments.annotate(
        state_then=_state_by(day, known_at), due_then=_due_by(day, known_at)
    )
    if not lists:
        return assignments
    percent = _last_counting(day, known_at).values("percent")[:1]
    reports = StatusReport.objects.filter(assignment=OuterRef("pk")).effective_by(day, known_at)
    newest = reports.order_by("-recorded_at", "-id")
    return assignments.annotate(
        percent_then=Coalesce(Subquery(percent), Value(0)),
        waiting_then=Value(""),
        reported_then=Subquery(newest.values("recorded_at")[:1]),
    )


def is_open(at: str = "then") -> Q:
    """For rows of ``state_on``, or those ``beside`` an earlier day."""
    # Said so, because PostgreSQL thinks few rows equal what it must look up, and joins one by one.
    return ~Q(**{f"state_{at}__in": ENDED_STATES})


def is_overdue(day: date) -> Q:
    """For rows of ``state_on``."""
    return is_open() & Q(due_then__lt=day)


def _last_counting(day: date, known_at: datetime) -> QuerySet[StatusReport]:
    """Of each assignment: the report that holds on the day comes first."""
    reports = StatusReport.objects.filter(assignment=OuterRef("pk")).effective_by(day)
    return reports.counting(known_at).last_first()


def _state_by(day: date, known_at: datetime) -> Coalesce:
    state = Subquery(_last_counting(day, known_at).values("state")[:1])
    return Coalesce(state, Value(State.NOT_STARTED.value))


def _due_by(day: date, known_at: datetime) -> Coalesce:
    granted = ExtensionRequest.objects.filter(
        assignment=OuterRef("pk"),
        decision=ExtensionRequest.Decision.GRANTED,
        decided_on__lte=day,
        decided_at__lte=known_at,
    ).order_by("-decided_on", "-decided_at", "-id")
    return Coalesce(Subquery(granted.values("new_due_on")[:1]), F("original_due_on"))


def beside(
    rows: AssignmentQuerySet, since: date, day: date, known_at: datetime | None = None
) -> AssignmentQuerySet:
    """Of rows of ``state_on`` those whose status may have been another on the earlier day; adds
    ``state_before`` and ``due_before``, as they were then.

    What may have changed is found by its reports and deadlines, without looking at the rest.
    """
    reported = StatusReport.objects.filter(effective_on__gt=since, effective_on__lte=day)
    granted = ExtensionRequest.objects.filter(
        Q(decided_on__gt=since, decided_on__lte=day) | Q(new_due_on__gte=since, new_due_on__lt=day),
        decision=ExtensionRequest.Decision.GRANTED,
    )
    moved = (
        Q(assigned_on__gt=since)
        | Q(original_due_on__gte=since, original_due_on__lt=day)
        | Q(pk__in=reported.values("assignment"))
        | Q(pk__in=granted.values("assignment"))
    )
    rows = rows.filter(moved)
    if known_at is None:
        held = FilteredRelation("spans", condition=Q(spans__day__lte=since, spans__until__gt=since))
        return rows.annotate(held=held, state_before=F("held__state"), due_before=F("held__due_on"))
    return rows.annotate(
        state_before=_state_by(since, known_at), due_before=_due_by(since, known_at)
    )


def as_it_was(assignment: Assignment, day: date, known_at: datetime | None = None) -> Assignment:
    """The row with the columns of a past day, to be shown and never saved (2 SQL queries)."""
    row: Any = state_on(Assignment.objects.filter(pk=assignment.pk), day, known_at).first()
    kept = copy(assignment)
    kept.state, kept.percent = (row.state_then, row.percent_then) if row else (State.NOT_STARTED, 0)
    kept.due_on = row.due_then if row else assignment.original_due_on
    kept.last_report_at = row.reported_then if row else None
    kept.state_since, kept.waiting = None, ""
    return kept


def statuses_on(
    assignments: Iterable[Assignment], day: date, known_at: datetime | None = None
) -> dict[int, DerivedStatus | None]:
    """The derived status of each, by row number (3 queries, however many)."""
    chosen = Assignment.objects.filter(pk__in=[assignment.pk for assignment in assignments])
    return {pk: status_on(facts, day) for pk, (_, facts) in facts_of(chosen, known_at).items()}
