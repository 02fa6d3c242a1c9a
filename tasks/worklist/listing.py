"""The rows of the list of assignments, filtered and ordered as the address asks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.functional import Promise

from core.calendar import clock
from core.models import User
from provinces.lookup import as_named_on
from provinces.models import Agency, Plan, PlanGroup
from provinces.permissions import Permission, has_permission
from tasks.completion.as_of import beside, state_on, statuses_on
from tasks.models import Assignment, Review, StatusReport
from tasks.models.assignment import DUE_SOON_DAYS
from tasks.states import DerivedStatus
from tasks.worklist.query import (
    KINDS,
    SHELVES,
    ListQuery,
    filter_condition,
    kind_conditions,
    order_of,
    shelf_conditions,
    was_counted,
)

_MOST_AGENCIES = 200


@dataclass(frozen=True)
class ListRow:
    """One line of the list; ``status``, ``percent``, ``due_on`` and ``reported_at`` are those of
    ``day``.

    ``undecided`` is the newest report where it waits or was returned; on a past day there is none,
    and nothing can be reported.
    """

    assignment: Assignment
    status: DerivedStatus | None
    percent: int
    due_on: date | None
    reported_at: datetime | None
    day: date
    can_report: bool
    undecided: StatusReport | None = None
    returned: Review | None = None
    """The decision that sent the newest report back."""

    @property
    def is_open(self) -> bool:
        return self.status not in _ENDED

    @property
    def days_overdue(self) -> int:
        return (self.day - self.due_on).days if self.due_on and self.status in _OVERDUE else 0

    @property
    def days_left(self) -> int | None:
        """Until the deadline of open work; None where that is past or there is none."""
        return (
            (self.due_on - self.day).days if self.due_on and self.status in _ON_SCHEDULE else None
        )

    @property
    def is_due_soon(self) -> bool:
        return self.days_left is not None and self.days_left <= DUE_SOON_DAYS


_OVERDUE = (DerivedStatus.IN_PROGRESS_OVERDUE, DerivedStatus.NOT_STARTED_OVERDUE)
_COMPLETED = (DerivedStatus.COMPLETED_ON_TIME, DerivedStatus.COMPLETED_LATE)
_ENDED = (*_COMPLETED, DerivedStatus.CANCELLED)
_ON_SCHEDULE = (DerivedStatus.IN_PROGRESS_ON_SCHEDULE, DerivedStatus.NOT_STARTED_ON_SCHEDULE)


@dataclass(frozen=True)
class Choice:
    """A shelf or a kind, and how many assignments it has."""

    key: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class Listing:
    """A page of the list with the choices around it.

    ``level`` is the kind shown, ``levels`` are the kinds that have rows. ``agencies`` is empty when
    there is only one, or more than fit in a menu; search finds those.
    """

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
    """All rows of the kind shown that pass the filters, in the order asked for.

    Each carries its task, plan, group and agency.
    """
    rows = _filtered(user, wanted)
    kinds = kind_conditions(user)
    level = _level(wanted, count_by(rows, kinds))
    return in_order(rows.filter(kinds[level]), wanted)


def listing(user: User, wanted: ListQuery, page: str) -> Listing:
    """The page of the list (8 SQL queries, and those for the user's roles)."""
    rows, kinds = _filtered(user, wanted), kind_conditions(user)
    # One pass over the rows, which may be the nation's, counts for kinds and shelves.
    conditions = {**kinds, **shelf_conditions(wanted.day)}
    told = {
        f"is_{key}": Case(When(each, then=True), default=False) for key, each in conditions.items()
    }
    of_kind: Counter[str] = Counter()
    on_shelf: dict[str, Counter[str]] = {key: Counter() for key in kinds}
    for *holds, n in rows.order_by().annotate(**told).values_list(*told).annotate(n=Count("pk")):
        keys = [key for key, held in zip(conditions, holds, strict=True) if held]
        for kind in on_shelf.keys() & keys:
            of_kind[kind] += n
            on_shelf[kind].update(dict.fromkeys(keys, n))
    level = _level(wanted, of_kind)
    rows, counts = rows.filter(kinds[level]), on_shelf[level]
    paginator = Paginator(in_order(rows, wanted), wanted.page_size)
    paginator.count = counts[wanted.status or level]  # Spares a query of its own.
    shown = paginator.get_page(page)

    visible = Assignment.objects.visible_to(user).order_by()
    groups = list(
        PlanGroup.objects.filter(Exists(visible.filter(task__group=OuterRef("pk"))))
        .select_related("plan")
        .order_by("plan__issued_on", "plan", "number")
    )
    # Where there are many, the first ones are found without looking for the rest.
    agencies = Agency.objects.filter(Exists(visible.filter(agency=OuterRef("pk"))))
    menu = list(agencies.order_by("name_key")[: _MOST_AGENCIES + 1])
    return Listing(
        page=shown,
        rows=rows_of(user, list(shown), wanted.day, wanted.known_at),
        level=level,
        levels=[Choice(key, label, of_kind[key]) for key, label in KINDS.items() if of_kind[key]],
        choices=[Choice(shelf.key, shelf.label, counts[shelf.key]) for shelf in SHELVES],
        total=counts[level],
        plans=sorted(
            {group.plan for group in groups}, key=lambda plan: (plan.issued_on, plan.number)
        ),
        groups=[group for group in groups if wanted.plan in {"", group.plan.number}],
        agencies=menu if 1 < len(menu) <= _MOST_AGENCIES else [],
    )


def _filtered(user: User, wanted: ListQuery) -> "QuerySet[Assignment]":
    rows = state_on(Assignment.objects.visible_to(user), wanted.day, wanted.known_at)
    if wanted.counted and wanted.since:
        before = was_counted(wanted.counted, wanted.since)
        rows = beside(rows, wanted.since, wanted.day, wanted.known_at)
        rows = rows.annotate(before=before).filter(before=False)
    rows = rows.filter(filter_condition(wanted))
    if wanted.counted not in _COMPLETED:
        return rows
    found = statuses_on(rows, wanted.day, wanted.known_at).items()
    return rows.filter(pk__in=[pk for pk, status in found if status == wanted.counted])


def count_by(rows: "QuerySet[Assignment]", conditions: Mapping[str, Q]) -> dict[str, int]:
    return rows.aggregate(
        **{key: Count("pk", filter=condition or None) for key, condition in conditions.items()}
    )


def _level(wanted: ListQuery, counts: Mapping[str, int]) -> str:
    """The kind asked for, or else the first that has rows."""
    return wanted.level or next((key for key in KINDS if counts[key]), next(iter(KINDS)))


def in_order(rows: "QuerySet[Assignment]", wanted: ListQuery) -> "QuerySet[Assignment]":
    """Those on the shelf asked for, in the order asked for."""
    conditions: dict[str, Q] = shelf_conditions(wanted.day)
    if wanted.status:
        rows = rows.filter(conditions[wanted.status])
    ranks = [When(conditions[shelf.key], then=Value(shelf.rank)) for shelf in SHELVES]
    ranked = rows.annotate(rank=Case(*ranks, default=99, output_field=IntegerField()))
    return ranked.select_related(
        "task__plan", "task__group", "agency__area", "agency__successor__successor", "area"
    ).order_by(*order_of(wanted.sort))


def rows_of(
    user: User, assignments: Sequence[Assignment], day: date, known_at: datetime | None = None
) -> list[ListRow]:
    """The lines of assignments that carry their task, agency and area (5 SQL queries)."""
    statuses = statuses_on(assignments, day, known_at)
    is_today = day == clock.today() and known_at is None
    as_named_on(day, [assignment.agency for assignment in assignments])
    undecided_now = assignments if is_today else ()
    waiting = [assignment.pk for assignment in undecided_now if assignment.waiting]
    newest = StatusReport.objects.filter(assignment__in=waiting).newest() if waiting else []
    undecided = {report.assignment_id: report for report in newest}
    returned = {row.report.assignment_id: row for row in Review.objects.returning(undecided_now)}
    return [
        ListRow(
            assignment=assignment,
            status=statuses.get(assignment.pk),
            percent=getattr(assignment, "percent_then", assignment.percent),
            undecided=undecided.get(assignment.pk),
            due_on=getattr(assignment, "due_then", assignment.due_on),
            reported_at=getattr(assignment, "reported_then", assignment.last_report_at),
            day=day,
            can_report=is_today and has_permission(user, Permission.REPORT_STATUS, assignment),
            returned=returned.get(assignment.pk),
        )
        for assignment in assignments
    ]
