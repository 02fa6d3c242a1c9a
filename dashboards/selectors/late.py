"""Which assignments are overdue or due soon on a day, and whose they are."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django_stubs_ext import WithAnnotations

from core import clock
from provinces.models import Area
from provinces.permissions import Caller, in_scope
from tasks.models import Assignment, ExtensionRequest, State, StatusReport
from tasks.models.assignment import DUE_SOON_DAYS, OPEN_STATES

SHOWN = 6

NOT_COMMUNES = ~Q(area__level=Area.Level.COMMUNE)
"""Tasks; assignments of communes are counted apart."""


@dataclass(frozen=True)
class LateItem:
    """An open assignment; ``days`` is days overdue, or days left where it is due soon."""

    id: int
    number: str
    title: str
    plan_number: str
    agency: str
    head: str
    head_title: str
    area: str
    due_on: date
    original_due_on: date
    days: int
    is_illustrative: bool


@dataclass(frozen=True)
class Upcoming:
    """The longest overdue and the next due, as far as the reader may see them one by one."""

    late: tuple[LateItem, ...]
    late_total: int
    soon: tuple[LateItem, ...]
    soon_total: int

    @property
    def has_illustrative(self) -> bool:
        return any(item.is_illustrative for item in (*self.late, *self.soon))


class Then(TypedDict):
    """The state and the deadline in force on a day."""

    state_then: str
    due_then: date | None


if TYPE_CHECKING:
    _OnDay = QuerySet[WithAnnotations[Assignment, Then]]


def on_day(rows: QuerySet[Assignment], day: date) -> "_OnDay":
    """Assignments given by the day, with ``state_then`` and ``due_then``.

    Today's are columns of the row; those of a past day are read from reports and extensions.
    """
    rows = rows.filter(assigned_on__lte=day)
    if day == clock.today():
        return rows.annotate(state_then=F("state"), due_then=F("due_on"))
    reports = StatusReport.objects.counting().filter(assignment=OuterRef("pk")).effective_by(day)
    newest = reports.order_by("-effective_on", "-recorded_at", "-id").values("state")[:1]
    granted = ExtensionRequest.objects.filter(
        assignment=OuterRef("pk"),
        decision=ExtensionRequest.Decision.GRANTED,
        decided_on__lte=day,
    )
    due = granted.order_by("-decided_on", "-decided_at", "-id").values("new_due_on")[:1]
    return rows.annotate(
        state_then=Coalesce(Subquery(newest), Value(State.NOT_STARTED)),
        due_then=Coalesce(Subquery(due), F("original_due_on"), output_field=DateField()),
    )


def upcoming(caller: Caller, day: date, scope: Q, shown: int = SHOWN) -> Upcoming:
    """Of the assignments in ``scope`` that the caller may see (one SQL query)."""
    is_late = Case(
        When(due_then__lt=day, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    rows = (
        on_day(Assignment.objects.filter(scope).filter(in_scope(caller)), day)
        .filter(state_then__in=OPEN_STATES, due_then__lte=day + timedelta(days=DUE_SOON_DAYS))
        .annotate(is_late=is_late)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=F("is_late"),
                order_by=[F("due_then"), F("agency__protocol_order"), F("pk")],
            ),
            among=Window(Count("pk"), partition_by=F("is_late")),
        )
        .filter(place__lte=shown)
        .select_related("task__plan", "agency", "area")
        .order_by("place")
    )
    found = list(rows)
    late = [row for row in found if row.is_late]
    soon = [row for row in found if not row.is_late]
    return Upcoming(
        tuple(_item(row, day) for row in late),
        late[0].among if late else 0,
        tuple(_item(row, day) for row in soon),
        soon[0].among if soon else 0,
    )


def _item(row: Any, day: date) -> LateItem:
    due_on: date = row.due_then
    return LateItem(
        id=row.pk,
        number=row.task.number,
        title=row.task.title,
        plan_number=row.task.plan.number,
        agency=row.agency.short_name,
        head=row.agency.head_name,
        head_title=row.agency.head_title,
        area=row.area.short_name,
        due_on=due_on,
        original_due_on=row.original_due_on or due_on,
        days=abs((day - due_on).days),
        is_illustrative=row.task.is_illustrative,
    )
