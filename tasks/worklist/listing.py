"""The list of assignments: what is most urgent first, filtered as the address says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise

from core.models import User
from provinces.models import Agency, Plan, PlanGroup
from provinces.permissions import Permission, has_permission
from tasks.completion.as_of import state_on, statuses_on
from tasks.models import Assignment
from tasks.models.assignment import DUE_SOON_DAYS, AssignmentQuerySet
from tasks.states import DerivedStatus
from tasks.worklist.query import (
    KINDS,
    SHELVES,
    ListQuery,
    filter_condition,
    kind_conditions,
    order_of,
    shelf_conditions,
)

_MOST_AGENCIES = 200


@dataclass(frozen=True)
class ListRow:
    """One line; ``status`` and the deadline ``due_on`` are those of the day."""

    assignment: Assignment
    status: DerivedStatus | None
    due_on: date | None
    day: date
    can_report: bool

    @property
    def days_overdue(self) -> int:
        return (self.day - self.due_on).days if self.due_on and self.status in _OVERDUE else 0

    @property
    def is_due_soon(self) -> bool:
        left = (self.due_on - self.day).days if self.due_on else DUE_SOON_DAYS + 1
        return self.status in _ON_SCHEDULE and left <= DUE_SOON_DAYS


_OVERDUE = (DerivedStatus.IN_PROGRESS_OVERDUE, DerivedStatus.NOT_STARTED_OVERDUE)
_ON_SCHEDULE = (DerivedStatus.IN_PROGRESS_ON_SCHEDULE, DerivedStatus.NOT_STARTED_ON_SCHEDULE)


@dataclass(frozen=True)
class Choice:
    """A shelf or a kind with its number of assignments."""

    key: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class Listing:
    """``level`` is the kind shown, ``levels`` those that are there. ``agencies`` is empty where
    there is one, or more than a menu can hold: search finds them."""

    wanted: ListQuery
    page: "Page[Assignment]"
    rows: Sequence[ListRow]
    level: str
    levels: Sequence[Choice]
    choices: Sequence[Choice]
    total: int
    plans: Sequence[Plan]
    groups: Sequence[PlanGroup]
    agencies: Sequence[Agency]


def chosen_by(user: User, wanted: ListQuery) -> "QuerySet[Assignment]":
    """All of one kind that the filters leave, in the order asked for, with task, plan, group and
    agency."""
    rows = _filtered(user, wanted)
    kinds = kind_conditions(user)
    level = _level(wanted, _count(rows, kinds))
    return _shelved(rows.filter(kinds[level]), wanted)


def listing(user: User, wanted: ListQuery, page: str) -> Listing:
    """The page of the list (10 queries, whatever the size; the user's roles not counted)."""
    visible, rows = Assignment.objects.visible_to(user), _filtered(user, wanted)
    kinds = kind_conditions(user)
    of_level = _count(rows, kinds)
    level = _level(wanted, of_level)
    rows = rows.filter(kinds[level])
    counts = _count(rows, {"total": Q(), **shelf_conditions(wanted.day)})
    paginator = Paginator(_shelved(rows, wanted), wanted.page_size)
    paginator.count = counts[wanted.status or "total"]  # Counted above already.
    shown = paginator.get_page(page)
    return Listing(
        wanted=wanted,
        page=shown,
        rows=rows_of(user, list(shown), wanted.day),
        level=level,
        levels=[Choice(key, label, of_level[key]) for key, label in KINDS.items() if of_level[key]],
        choices=[Choice(shelf.key, shelf.label, counts[shelf.key]) for shelf in SHELVES],
        total=counts["total"],
        plans=list(Plan.objects.filter(pk__in=visible.order_by().values("task__plan"))),
        groups=_groups(visible, wanted),
        agencies=_agencies(visible),
    )


def _filtered(user: User, wanted: ListQuery) -> "QuerySet[Assignment]":
    rows = state_on(Assignment.objects.visible_to(user), wanted.day)
    return rows.filter(filter_condition(wanted))


def _count(rows: "QuerySet[Assignment]", conditions: Mapping[str, Q]) -> dict[str, int]:
    return rows.aggregate(
        **{key: Count("pk", filter=condition or None) for key, condition in conditions.items()}
    )


def _level(wanted: ListQuery, counts: Mapping[str, int]) -> str:
    """The kind asked for, or else the first that is there."""
    return wanted.level or next((key for key in KINDS if counts[key]), next(iter(KINDS)))


def _shelved(rows: "QuerySet[Assignment]", wanted: ListQuery) -> "QuerySet[Assignment]":
    if wanted.status:
        rows = rows.filter(shelf_conditions(wanted.day)[wanted.status])
    return _in_order(rows, wanted)


def _groups(visible: AssignmentQuerySet, wanted: ListQuery) -> list[PlanGroup]:
    """Those of the chosen document, or of all."""
    groups = PlanGroup.objects.filter(pk__in=visible.order_by().values("task__group"))
    if wanted.plan:
        groups = groups.filter(plan__number=wanted.plan)
    return list(groups.select_related("plan").order_by("plan__issued_on", "plan", "number"))


def _agencies(visible: AssignmentQuerySet) -> list[Agency]:
    agencies = Agency.objects.filter(pk__in=visible.order_by().values("agency"))
    found = list(agencies.order_by("name_key")[: _MOST_AGENCIES + 1])
    return found if 1 < len(found) <= _MOST_AGENCIES else []


def rows_of(user: User, assignments: Sequence[Assignment], day: date) -> list[ListRow]:
    """Lines for assignments out of ``state_on`` that carry task, agency and area."""
    statuses = statuses_on(assignments, day)
    return [
        ListRow(
            assignment=assignment,
            status=statuses.get(assignment.pk),
            due_on=getattr(assignment, "due_then", assignment.due_on),
            day=day,
            can_report=has_permission(user, Permission.REPORT_STATUS, assignment),
        )
        for assignment in assignments
    ]


def _in_order(rows: "QuerySet[Assignment]", wanted: ListQuery) -> "QuerySet[Assignment]":
    conditions: dict[str, Q] = shelf_conditions(wanted.day)
    ranks = [When(conditions[shelf.key], then=Value(shelf.rank)) for shelf in SHELVES]
    ranked = rows.annotate(rank=Case(*ranks, default=99, output_field=IntegerField()))
    return ranked.select_related(
        "task__plan", "task__group", "agency__area", "agency__successor__successor", "area"
    ).order_by(*order_of(wanted.sort))
