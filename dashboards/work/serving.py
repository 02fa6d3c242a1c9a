"""The tasks that serve a target, and which of them are late."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, Value, When

from dashboards.frame.day import Asked
from dashboards.frame.places import NOT_COMMUNES
from dashboards.text.labels import COMPLETED
from provinces.lookup import as_named_on
from provinces.permissions import Caller
from targets.models import Target
from tasks.completion.as_of import state_on
from tasks.labels import STATUSES, Sign
from tasks.models import Assignment
from tasks.states import State

_TASKS_SHOWN = 20


@dataclass(frozen=True)
class ServingTask:
    number: str
    title: str
    plan_number: str
    agency: str
    head: str
    sign: Sign
    due_on: date | None
    days_late: int
    url: str
    is_illustrative: bool


@dataclass(frozen=True)
class Serving:
    """Tasks that serve the target: all counted, those the reader may see listed. Assignments of
    communes are counted apart."""

    total: int
    completed: int
    overdue: int
    commune_total: int
    commune_overdue: int
    shown: tuple[ServingTask, ...]

    @property
    def is_illustrative(self) -> bool:
        return any(task.is_illustrative for task in self.shown)


def serving_of(caller: Caller, target: Target, asked: Asked) -> Serving:
    """Open assignments come first, and the overdue ones before the others (two SQL queries)."""
    day, given = asked.day, Assignment.objects.filter(task__targets=target)
    rows = state_on(given, day, asked.known_at)
    is_open = Q(state_then__in=[State.NOT_STARTED, State.IN_PROGRESS])
    is_late, of_communes = is_open & Q(due_then__lt=day), ~NOT_COMMUNES
    totals = rows.aggregate(
        total=Count("pk", filter=NOT_COMMUNES),
        completed=Count("pk", filter=NOT_COMMUNES & Q(state_then=State.COMPLETED)),
        overdue=Count("pk", filter=NOT_COMMUNES & is_late),
        commune_total=Count("pk", filter=of_communes),
        commune_overdue=Count("pk", filter=of_communes & is_late),
    )
    order = Case(
        When(is_late, then=Value(0)),
        When(is_open, then=Value(1)),
        default=Value(2),
    )
    seen = (
        rows.filter(NOT_COMMUNES)
        .visible_to(caller)
        .annotate(turn=order)
        .select_related("task__plan", "agency__successor__successor")
        .order_by("turn", F("due_then").asc(nulls_last=True), "pk")[:_TASKS_SHOWN]
    )
    as_named_on(day, [row.agency for row in seen])
    return Serving(shown=tuple(_serving_task(row, day) for row in seen), **totals)


def _serving_task(row: Any, day: date) -> ServingTask:
    is_overdue = row.turn == 0
    if row.state_then == State.COMPLETED:
        sign = COMPLETED
    elif row.state_then == State.CANCELLED:
        sign = STATUSES["cancelled"]
    elif row.due_then is None:
        sign = STATUSES["ongoing"]
    else:
        sign = STATUSES[f"{row.state_then}_{'overdue' if is_overdue else 'on_schedule'}"]
    return ServingTask(
        number=row.task.number,
        title=row.task.title,
        plan_number=row.task.plan.number,
        agency=row.agency.short_name_now,
        head=row.agency.heir.head_name,
        sign=sign,
        due_on=row.due_then,
        days_late=(day - row.due_then).days if is_overdue else 0,
        url=row.get_absolute_url(),
        is_illustrative=row.task.is_illustrative,
    )
