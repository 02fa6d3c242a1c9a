"""The list of assignments: what is most urgent first, filtered as the address says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.asof import read_as_of
from core.errors import refuse
from core.models import User
from core.vietnamese import fold
from provinces.models import Plan
from provinces.permissions import Permission, has_permission
from tasks.days import standing_on, statuses_on
from tasks.figures import DerivedStatus
from tasks.models import Assignment, State
from tasks.models.assignment import DUE_SOON_DAYS, OPEN_STATES, Waiting

PAGE_SIZE = 25
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Shelf:
    """A filter of the list; ``rank`` is its place when nothing is filtered."""

    key: str
    label: str | Promise
    rank: int


SHELVES = (
    Shelf("overdue", gettext_lazy("Overdue"), 0),
    Shelf("due_soon", gettext_lazy("Due soon"), 1),
    Shelf("returned", Waiting.RETURNED.label, 2),
    Shelf("waiting", Waiting.REVIEW.label, 3),
    Shelf("in_progress", State.IN_PROGRESS.label, 4),
    Shelf("not_started", State.NOT_STARTED.label, 4),
    Shelf("completed", State.COMPLETED.label, 5),
    Shelf("cancelled", State.CANCELLED.label, 6),
)


def _conditions(day: date) -> dict[str, Q]:
    """What lies on each shelf on that day; an assignment may lie on two."""
    is_open = Q(state_then__in=OPEN_STATES)
    soon = (day, day + timedelta(days=DUE_SOON_DAYS))
    return {
        "overdue": is_open & Q(due_then__lt=day),
        "due_soon": is_open & Q(due_then__range=soon),
        "returned": Q(waiting_then=Waiting.RETURNED),
        "waiting": Q(waiting_then__in=[Waiting.REVIEW, Waiting.AGENCY]),
        **{state.value: Q(state_then=state) for state in State},
    }


@dataclass(frozen=True)
class Wanted:
    """Read from ``?as_of=&status=&plan=&q=``."""

    day: date
    status: str
    plan: str
    search: str


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """Raises Refused naming the parameter."""
    status = query.get("status", "").strip()
    if status and status not in {shelf.key for shelf in SHELVES}:
        raise refuse("invalid_value", _("There is no such status."), "/status")
    search = query.get("q", "").strip()[:_LONGEST_SEARCH]
    return Wanted(read_as_of(query), status, query.get("plan", "").strip()[:60], search)


@dataclass(frozen=True)
class Row:
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
    """A shelf with its number of assignments."""

    key: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class Listing:
    wanted: Wanted
    page: "Page[Assignment]"
    rows: Sequence[Row]
    choices: Sequence[Choice]
    total: int
    plans: Sequence[Plan]


def listing(user: User, wanted: Wanted, page: str) -> Listing:
    """The page of the list (8 queries, whatever the size; the user's roles not counted)."""
    visible = Assignment.objects.visible_to(user)
    rows = standing_on(visible, wanted.day)
    if wanted.plan:
        rows = rows.filter(task__plan__number=wanted.plan)
    for word in fold(wanted.search).split():
        rows = rows.filter(
            Q(task__search_text__contains=word) | Q(agency__search_text__contains=word)
        )
    conditions = _conditions(wanted.day)
    counts = rows.aggregate(
        total=Count("pk"), **{key: Count("pk", filter=lies) for key, lies in conditions.items()}
    )
    if wanted.status:
        rows = rows.filter(conditions[wanted.status])
    shown = Paginator(_in_order(rows, conditions), PAGE_SIZE).get_page(page)
    return Listing(
        wanted=wanted,
        page=shown,
        rows=rows_of(user, list(shown), wanted.day),
        choices=[Choice(shelf.key, shelf.label, counts[shelf.key]) for shelf in SHELVES],
        total=counts["total"],
        plans=list(Plan.objects.filter(pk__in=visible.order_by().values("task__plan"))),
    )


def rows_of(user: User, assignments: Sequence[Assignment], day: date) -> list[Row]:
    """Lines for assignments out of ``standing_on`` that carry task, agency and area."""
    statuses = statuses_on(assignments, day)
    return [
        Row(
            assignment=assignment,
            status=statuses.get(assignment.pk),
            due_on=getattr(assignment, "due_then", assignment.due_on),
            day=day,
            can_report=has_permission(user, Permission.REPORT_STATUS, assignment),
        )
        for assignment in assignments
    ]


def _in_order(rows: "QuerySet[Assignment]", conditions: dict[str, Q]) -> "QuerySet[Assignment]":
    ranks = [When(conditions[shelf.key], then=Value(shelf.rank)) for shelf in SHELVES]
    ranked = rows.annotate(rank=Case(*ranks, default=99, output_field=IntegerField()))
    return ranked.select_related("task__plan", "task__group", "agency__area", "area").order_by(
        "rank", F("due_then").asc(nulls_last=True), "task__plan", "task__number_key",
        "agency__name_key", "pk",
    )  # fmt: skip
