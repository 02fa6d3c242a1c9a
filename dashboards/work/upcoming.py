"""The assignments that are overdue on a day or due within two weeks of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from dashboards.frame.day import Asked
from provinces.lookup import Names, as_named_on
from provinces.permissions import Caller
from tasks.completion.as_of import is_open, state_on
from tasks.models import Assignment

SHOWN = 6
COMING = timedelta(days=14)


@dataclass(frozen=True)
class LateItem:
    """An open assignment; ``days`` is days overdue, or days left where it is still due."""

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
    """The longest overdue and the next due of those that the reader may see one by one."""

    late: tuple[LateItem, ...]
    late_total: int
    soon: tuple[LateItem, ...]
    soon_total: int
    until: date

    @property
    def has_illustrative(self) -> bool:
        return any(item.is_illustrative for item in (*self.late, *self.soon))


def upcoming_of(
    caller: Caller, asked: Asked, scope: Q, shown: int = SHOWN, *, names: Names | None = None
) -> Upcoming:
    """The assignments in ``scope`` that the caller may see (one SQL query; one more for a past day,
    unless the former names are given)."""
    day, given = asked.day, Assignment.objects.filter(scope).visible_to(caller)
    is_late = Case(
        When(due_then__lt=day, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    rows = (
        state_on(given, day, asked.known_at, lists=False)
        .filter(is_open() & Q(due_then__lte=day + COMING))
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
        .select_related("task__plan", "agency__successor__successor", "area")
        .order_by("place")
    )
    found: list[Any] = list(rows)
    as_named_on(day, [row.agency for row in found], names)
    late = [row for row in found if row.is_late]
    soon = [row for row in found if not row.is_late]
    return Upcoming(
        tuple(late_item(row, day) for row in late),
        late[0].among if late else 0,
        tuple(late_item(row, day) for row in soon),
        soon[0].among if soon else 0,
        day + COMING,
    )


def late_item(row: Any, day: date) -> LateItem:
    """Of a row with ``due_then``, read with its task's document, its agency's heir and its area."""
    due_on: date = row.due_then
    return LateItem(
        id=row.pk,
        number=row.task.number,
        title=row.task.title,
        plan_number=row.task.plan.number,
        agency=row.agency.short_name_now,
        head=row.agency.heir.head_name,
        head_title=row.agency.heir.head_title,
        area=row.area.short_name,
        due_on=due_on,
        original_due_on=row.original_due_on or due_on,
        days=abs((day - due_on).days),
        is_illustrative=row.task.is_illustrative,
    )
