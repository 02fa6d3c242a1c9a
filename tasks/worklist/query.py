"""What the address of the list asks for: day, shelf, filters, search and order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.calendar import clock
from core.calendar.as_of import as_sent, end_of, read_as_of, read_day, read_known_on
from core.calendar.periods import parse_period
from core.models import User
from core.web.requests import no_such_filter, read_choice, read_key
from provinces.lookup import agencies_on, words_in
from provinces.models import Area
from provinces.permissions import in_scope
from tasks.completion.as_of import is_open, is_overdue
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import DUE_SOON_DAYS, IN_REVIEW, Waiting
from tasks.states import DerivedStatus, State

PAGE_SIZES = (25, 100, 300)
_LONGEST_SEARCH, _LONGEST_NUMBER = 100, 60


@dataclass(frozen=True)
class Shelf:
    """A filter by status; ``rank`` is its place in the unfiltered list, the most urgent first."""

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
_SHELF_KEYS = {shelf.key for shelf in SHELVES}
DUES: Mapping[str, str | Promise] = {
    "week": gettext_lazy("within 7 days"),
    "month": gettext_lazy("this month"),
    "quarter": gettext_lazy("this quarter"),
    "year": gettext_lazy("this year"),
    "none": gettext_lazy("no deadline"),
}
LEVELS: Mapping[str, str | Promise] = {
    "agencies": gettext_lazy("Tasks of agencies"),
    "communes": gettext_lazy("Assignments of communes"),
}
"""Two kinds of work. They are counted apart and never added together."""
KINDS: Mapping[str, str | Promise] = {**LEVELS, "helping": gettext_lazy("Tasks to help with")}
"""The officer's list shows work that others lead as a third kind."""
COUNTED = (
    *(status.value for status in DerivedStatus),
    "completed",
    "on_schedule",
    "overdue",
    "countable",
)
"""What a figure counts: a derived status, one of the three of official reports, or all that a rate
divides by."""
NOT_STATED = "none"
CAUSES: Mapping[str, str | Promise] = {
    **{fault.value: fault.label for fault in StatusReport.Fault},
    NOT_STATED: gettext_lazy("not stated"),
}
"""Why work is late, as last reported."""
SORTS: Mapping[str, str | Promise] = {
    "": gettext_lazy("Most urgent first"),
    "due": gettext_lazy("Deadline, the earliest first"),
    "-due": gettext_lazy("Deadline, the latest first"),
    "task": pgettext_lazy("sorted by", "Document and number"),
    "agency": pgettext_lazy("sorted by", "Agency"),
    "reported": gettext_lazy("Last report, the oldest first"),
}


@dataclass(frozen=True)
class ListQuery:
    """Read from ``?as_of=&level=&status=&plan=&group=&agency=&due=&q=&sort=&rows=``, and from what
    links of figures say:
    ``&area=&unit=&group_number=&phase=&due_from=&due_to=&counted=&since=&cause=&target=&known_at=``.

    ``group`` and ``agency`` are row numbers, ``area`` and ``unit`` codes of an area, with all below
    it, and of an agency, with those merged into it. ``counted`` is one of ``COUNTED``; with
    ``since`` only those that were not counted so on that earlier day. Without ``level`` the first
    kind that has rows is shown.
    """

    day: date
    level: str = ""
    status: str = ""
    plan: str = ""
    group: int | None = None
    agency: int | None = None
    due: str = ""
    area: str = ""
    unit: str = ""
    group_number: int | None = None
    phase: int | None = None
    due_from: date | None = None
    due_to: date | None = None
    counted: str = ""
    since: date | None = None
    cause: str = ""
    target: str = ""
    known_on: date | None = None
    search: str = ""
    sort: str = ""
    page_size: int = PAGE_SIZES[0]

    @property
    def known_at(self) -> datetime | None:
        """Only what was recorded and decided by then counts; None: by now."""
        return end_of(self.known_on) if self.known_on else None

    @property
    def is_past(self) -> bool:
        """Of a past day or a past knowledge: to be read only."""
        return self.day < clock.today() or self.known_on is not None

    @property
    def is_filtered(self) -> bool:
        chosen = [self.status, self.plan, self.group, self.agency, self.due, self.search]
        return any([*chosen, self.is_of_figure])

    @property
    def is_of_figure(self) -> bool:
        """The rows of a figure are shown."""
        return bool(self.of_figure)

    @property
    def of_figure(self) -> list[tuple[str, str]]:
        """Names and values of what the link of a figure said."""
        names = (
            *("area", "unit", "group_number", "phase", "due_from", "due_to", "counted", "since"),
            *("cause", "target"),
        )
        return [(name, str(value)) for name in names if (value := getattr(self, name))]

    @property
    def in_menu(self) -> int:
        """How many filters are on that only the menu shows."""
        return sum(map(bool, [self.plan, self.group, self.agency, self.due]))

    @property
    def kept(self) -> str:
        """What the next visit begins with, as a query string: without day, search and page."""
        query = QueryDict(mutable=True)
        size = self.page_size if self.page_size != PAGE_SIZES[0] else ""
        for name, value in (
            ("level", self.level),
            ("status", self.status),
            ("plan", self.plan),
            ("group", self.group),
            ("agency", self.agency),
            ("due", self.due),
            ("sort", self.sort),
            ("rows", size),
        ):
            if value:
                query[name] = str(value)
        return query.urlencode()


def read_list_query(query: Mapping[str, str]) -> ListQuery:
    """What an address asks for. Raises Refused naming the parameter that cannot be read."""
    return ListQuery(
        day=read_as_of({"as_of": as_sent(query.get("as_of", ""))}),
        level=read_choice(query, "level", KINDS),
        status=read_choice(query, "status", _SHELF_KEYS, unknown=_("There is no such status.")),
        plan=query.get("plan", "").strip()[:_LONGEST_NUMBER],
        group=read_key(query, "group"),
        agency=read_key(query, "agency"),
        due=read_choice(query, "due", DUES),
        area=query.get("area", "").strip()[:_LONGEST_NUMBER],
        unit=query.get("unit", "").strip()[:_LONGEST_NUMBER],
        group_number=read_key(query, "group_number"),
        phase=read_key(query, "phase"),
        due_from=_due_day(query, "due_from"),
        due_to=_due_day(query, "due_to"),
        counted=read_choice(query, "counted", COUNTED),
        since=read_day(query, "since"),
        cause=read_choice(query, "cause", CAUSES),
        target=query.get("target", "").strip()[:_LONGEST_NUMBER],
        known_on=read_known_on({"known_at": as_sent(query.get("known_at", ""))}),
        search=query.get("q", "").strip()[:_LONGEST_SEARCH],
        sort=read_choice(query, "sort", SORTS),
        page_size=int(read_choice(query, "rows", set(map(str, PAGE_SIZES))) or PAGE_SIZES[0]),
    )


def _due_day(query: Mapping[str, str], name: str) -> date | None:
    """A deadline may lie ahead. Raises Refused (``invalid_value``)."""
    text = query.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise no_such_filter(name) from None


def shelf_conditions(day: date) -> dict[str, Q]:
    """The condition of each shelf, for rows of ``state_on``; an assignment may be on two."""
    soon = (day, day + timedelta(days=DUE_SOON_DAYS))
    return {
        "overdue": is_overdue(day),
        "due_soon": is_open() & Q(due_then__range=soon),
        "returned": Q(waiting_then=Waiting.RETURNED),
        "waiting": Q(waiting_then__in=IN_REVIEW),
        **{state.value: Q(state_then=state) for state in State},
    }


def level_conditions() -> dict[str, Q]:
    """The condition of each kind in ``LEVELS``."""
    of_communes = Q(area__level=Area.Level.COMMUNE)
    return {"agencies": ~of_communes, "communes": of_communes}


def kind_conditions(user: User) -> dict[str, Q]:
    """The condition of each kind in ``KINDS``, for rows that the user sees."""
    own = in_scope(user)
    led = {level: own & condition for level, condition in level_conditions().items()}
    return {**led, "helping": ~own if own else Q(pk__in=[])}


def filter_condition(wanted: ListQuery) -> Q:
    """Every filter but kind and shelf, for rows of ``state_on``."""
    plain = {
        "task__plan__number": wanted.plan,
        "task__group": wanted.group,
        "task__group__number": wanted.group_number,
        "task__phase__number": wanted.phase,
        "task__targets__code": wanted.target,
        "agency": wanted.agency,
        "due_then__gte": wanted.due_from,
        "due_then__lte": wanted.due_to,
    }
    condition = Q(**{lookup: value for lookup, value in plain.items() if value})
    if wanted.area:
        area = Area.objects.filter(code=wanted.area).first()
        condition &= area.here_on(wanted.day) if area else Q(pk__in=[])
    if wanted.unit:
        merged = [
            code for code, heir in agencies_on(wanted.day).items() if heir.code == wanted.unit
        ]
        condition &= Q(agency__code__in=[wanted.unit, *merged])
    if wanted.counted:
        condition &= counted_condition(wanted.counted, wanted.day)
    if wanted.cause:
        told = Assignment.objects.annotate(told=last_cause(wanted.day, wanted.known_at))
        told = told.filter(told=wanted.cause)
        condition &= Q(pk__in=told.order_by().values("pk"))
    if wanted.due:
        condition &= due_condition(wanted.due, wanted.day)
    return condition & search_condition(wanted.search)


def was_counted(counted: str, since: date) -> Case:
    """For rows that stand ``beside`` an earlier day: whether they were counted so on it."""
    then = Q(assigned_on__lte=since) & counted_condition(counted, since, "before")
    return Case(When(then, then=True), default=False)


def last_cause(day: date, known_at: datetime | None = None) -> Combinable:
    """For assignments: a key of ``CAUSES``, as last reported by the day."""
    told = StatusReport.objects.filter(assignment=OuterRef("pk")).exclude(cause_kind="")
    newest = told.effective_by(day, known_at).last_first()
    return Coalesce(Subquery(newest.values("cause_kind")[:1]), Value(NOT_STATED))


def counted_condition(counted: str, day: date, at: str = "then") -> Q:
    """For rows of ``state_on``. Of completed work SQL does not know whether it was late."""
    state, due = f"state_{at}", f"due_{at}"
    on_schedule = is_open(at) & Q(**{f"{due}__gte": day})
    overdue = is_open(at) & Q(**{f"{due}__lt": day})
    simple = {
        "on_schedule": on_schedule,
        "overdue": overdue,
        "ongoing": is_open(at) & Q(**{f"{due}__isnull": True}),
        "cancelled": Q(**{state: State.CANCELLED}),
        "countable": Q(**{state: State.COMPLETED}) | on_schedule | overdue,
    }
    if counted in simple:
        return simple[counted]
    if counted.startswith("completed"):
        return Q(**{state: State.COMPLETED})
    one = counted.removesuffix("_on_schedule").removesuffix("_overdue")
    return Q(**{state: one}) & (on_schedule if counted.endswith("on_schedule") else overdue)


def search_condition(text: str, to: str = "") -> Q:
    """Every word in the task or its agency; ``to`` leads from the row to its assignment."""
    return words_in([f"{to}task__search_text", f"{to}agency__search_text"], text)


def due_condition(due: str, day: date) -> Q:
    """The condition of a key of ``DUES``; a month, quarter or year is the one around the day."""
    if due == "none":
        return Q(due_then__isnull=True)
    if due == "week":
        return Q(due_then__range=(day, day + timedelta(days=DUE_SOON_DAYS)))
    periods = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "year": f"{day.year}",
    }
    period = parse_period(periods[due])
    return Q(due_then__range=(period.first_day, period.last_day))


def order_of(sort: str) -> tuple[str | OrderBy, ...]:
    """The order of a key of ``SORTS``, for rows of ``state_on`` with ``rank``.

    Names sort by stored keys in Vietnamese order, so that both databases agree.
    """
    by_task: tuple[str | OrderBy, ...] = (
        "task__plan__issued_on",
        "task__plan",
        "task__number_key",
        "agency__name_key",
        "pk",
    )
    earliest = F("due_then").asc(nulls_last=True)
    orders: dict[str, tuple[str | OrderBy, ...]] = {
        "due": (earliest, *by_task),
        "-due": (F("due_then").desc(nulls_last=True), *by_task),
        "task": by_task,
        "agency": ("agency__name_key", *by_task),
        "reported": (F("reported_then").asc(nulls_first=True), *by_task),
    }
    return orders.get(sort, ("rank", earliest, *by_task))
