"""Assignments as they were on a day.

SQL finds what lists filter and sort by; the pure rules of ``tasks.status`` find the status.
"""

from collections.abc import Iterable
from copy import copy
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from core.calendar import clock
from tasks.completion.inputs import facts_of
from tasks.models import Assignment, ExtensionRequest, StatusReport
from tasks.models.assignment import AssignmentQuerySet
from tasks.states import DerivedStatus, State
from tasks.status.rules import status_on


def state_on(assignments: AssignmentQuerySet, day: date) -> AssignmentQuerySet:
    """Those assigned by the day; adds ``state_then``, ``percent_then``, ``due_then``,
    ``reported_then`` (when the last report of the day was recorded) and ``waiting_then``, which is
    "" for a past day: nothing waits there any more.
    """
    assignments = assignments.filter(assigned_on__lte=day)
    if day >= clock.today():
        return assignments.annotate(
            state_then=F("state"),
            percent_then=F("percent"),
            due_then=F("due_on"),
            waiting_then=F("waiting"),
            reported_then=F("last_report_at"),
        )
    reports = StatusReport.objects.filter(assignment=OuterRef("pk")).effective_by(day)
    counting = reports.counting().order_by("-effective_on", "-recorded_at", "-id")
    newest = reports.order_by("-recorded_at", "-id")
    granted = ExtensionRequest.objects.filter(
        assignment=OuterRef("pk"),
        decision=ExtensionRequest.Decision.GRANTED,
        decided_on__lte=day,
    ).order_by("-decided_on", "-decided_at", "-id")
    return assignments.annotate(
        state_then=Coalesce(Subquery(counting.values("state")[:1]), Value(State.NOT_STARTED.value)),
        percent_then=Coalesce(Subquery(counting.values("percent")[:1]), Value(0)),
        due_then=Coalesce(Subquery(granted.values("new_due_on")[:1]), F("original_due_on")),
        waiting_then=Value(""),
        reported_then=Subquery(newest.values("recorded_at")[:1]),
    )


def as_it_was(assignment: Assignment, day: date) -> Assignment:
    """The row with the columns of a past day, to be shown and never saved (2 SQL queries)."""
    row: Any = state_on(Assignment.objects.filter(pk=assignment.pk), day).first()
    kept = copy(assignment)
    kept.state, kept.percent = (row.state_then, row.percent_then) if row else (State.NOT_STARTED, 0)
    kept.due_on = row.due_then if row else assignment.original_due_on
    kept.last_report_at = row.reported_then if row else None
    kept.state_since, kept.waiting = None, ""
    return kept


def statuses_on(assignments: Iterable[Assignment], day: date) -> dict[int, DerivedStatus | None]:
    """The derived status of each, by row number (3 queries, however many)."""
    chosen = Assignment.objects.filter(pk__in=[assignment.pk for assignment in assignments])
    return {pk: status_on(facts, day) for pk, (_, facts) in facts_of(chosen).items()}
