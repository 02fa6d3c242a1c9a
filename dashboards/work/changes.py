"""What changed between two days, task by task, and the reports that made it so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from dashboards.frame.day import Asked
from provinces.lookup import as_named_on
from provinces.permissions import Caller
from tasks.completion.as_of import state_on
from tasks.models import Assignment, StatusReport
from tasks.worklist.query import counted_condition, newly_counted

_SHOWN = 5


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


def changes_of(caller: Caller, asked: Asked, scope: Q) -> Changes:
    """Seven SQL queries."""
    return Changes(*(_change(caller, asked, scope, name) for name in ("completed", "overdue")))


def _change(caller: Caller, asked: Asked, scope: Q, counted: str) -> ChangedWork:
    condition = counted_condition(counted, asked.day) & newly_counted(counted, asked.compared)
    rows = state_on(Assignment.objects.filter(scope), asked.day).filter(condition)
    seen: list[Any] = list(
        rows.visible_to(caller)
        .select_related("task", "agency__successor__successor")
        .order_by(F("due_then").desc(), "pk")
    )
    as_named_on(asked.day, [row.agency for row in seen])
    reports = StatusReport.objects.filter(
        assignment__in=[row.pk for row in seen], state="completed"
    )
    last = {
        report.assignment_id: report
        for report in reports.effective_by(asked.day).counting().in_order()
    }
    tasks = []
    for row in seen:
        report = last.get(row.pk) if counted == "completed" else None
        tasks.append(
            ChangedTask(
                id=row.pk,
                title=row.task.title,
                agency=row.agency.short_name_now,
                on=report.effective_on if report else row.due_then,
                result=report.result if report else "",
            )
        )
    tasks.sort(key=lambda task: task.on, reverse=True)
    return ChangedWork(counted, rows.count(), tuple(tasks[:_SHOWN]))
