"""What changed between two days, task by task, and the reports that made it so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from core.db.conditions import any_of
from dashboards.frame.day import Asked
from provinces.lookup import Names, as_named_on
from provinces.permissions import Caller
from tasks.completion.as_of import beside, state_on
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import in_reach
from tasks.models.report import StatusReportQuerySet
from tasks.states import State
from tasks.worklist.query import counted_condition, was_counted

SHOWN = 5
_KINDS = ("completed", "overdue")


@dataclass(frozen=True)
class ChangedTask:
    """``on``: the day from which it is so; ``result`` as the report that made it so says."""

    id: int
    title: str
    agency: str
    on: date
    result: str


@dataclass(frozen=True)
class ChangedWork:
    """Work that is counted so now and was not on the compared day: all of it, and what the reader
    may see of it, the latest first."""

    counted: str
    count: int
    shown: tuple[ChangedTask, ...]


@dataclass(frozen=True)
class Changes:
    completed: ChangedWork
    overdue: ChangedWork


def completing(asked: Asked) -> StatusReportQuerySet:
    """For a subquery of assignments: the report by which each is completed comes first."""
    return (
        StatusReport.objects.filter(assignment=OuterRef("pk"), state=State.COMPLETED)
        .effective_by(asked.day)
        .counting(asked.known_at)
        .last_first()
    )


def changes_of(caller: Caller, asked: Asked, scope: Q, names: Names | None = None) -> Changes:
    """One SQL query; one more for a past day, unless the former names are given."""
    day = asked.day
    last = completing(asked)
    changed = beside(
        state_on(Assignment.objects.filter(scope), day, asked.known_at, lists=False),
        asked.compared,
        day,
        asked.known_at,
    ).annotate(**{f"was_{kind}": was_counted(kind, asked.compared) for kind in _KINDS})
    newly = (counted_condition(kind, day) & Q(**{f"was_{kind}": False}) for kind in _KINDS)
    own, is_done = in_reach(caller), Q(state_then=State.COMPLETED)
    rows = (
        changed.filter(any_of(newly))
        .annotate(kind=Case(When(is_done, then=Value("completed")), default=Value("overdue")))
        .annotate(
            is_seen=Case(When(own, then=True), default=False) if own else Value(True),
            on=Case(
                When(is_done, then=Subquery(last.values("effective_on")[:1])),
                default=F("due_then"),
            ),
            result=Case(
                When(is_done, then=Subquery(last.values("result")[:1])),
                default=Value(""),
                output_field=TextField(),
            ),
            among=Window(Count("pk"), partition_by=F("kind")),
            place=Window(
                RowNumber(),
                partition_by=[F("kind"), F("is_seen")],
                order_by=[F("on").desc(), F("due_then").desc(nulls_last=True), F("pk")],
            ),
        )
        .filter(place__lte=SHOWN)
        .select_related("task", "agency__successor__successor")
        .order_by("place")
    )
    found: list[Any] = list(rows)
    as_named_on(day, [row.agency for row in found], names)
    return Changes(*(_changed(kind, [row for row in found if row.kind == kind]) for kind in _KINDS))


def _changed(kind: str, rows: Sequence[Any]) -> ChangedWork:
    shown = (
        ChangedTask(row.pk, row.task.title, row.agency.short_name_now, row.on, row.result)
        for row in rows
        if row.is_seen
    )
    return ChangedWork(kind, rows[0].among if rows else 0, tuple(shown))
