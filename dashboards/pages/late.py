"""Every overdue assignment on one page: whose, since when, why, and what is done about it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.web.requests import read_choice, user_of
from dashboards.frame.day import read_asked
from dashboards.frame.places import Place, province_code, provinces
from dashboards.frame.serving import serve
from dashboards.pages.obstacles import Hindrance, hindrances_of
from dashboards.text import figures
from provinces.lookup import merged_by
from provinces.models import Agency, Area
from provinces.permissions import Caller
from tasks.completion.as_of import state_on
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import OPEN_STATES
from tasks.worklist.query import LEVELS, level_conditions

SHOWN = 300
_LONGEST_NUMBER = 60
_PROVINCE_PATH = len("VN/00/")


@dataclass(frozen=True)
class Filters:
    """``level`` is a key of ``LEVELS``, ``area`` the code of a province; "" takes all."""

    plan: str = ""
    area: str = ""
    level: str = ""


@dataclass(frozen=True)
class Delay:
    """One overdue assignment. Cause, remedy and expected day are those last reported."""

    id: int
    number: str
    title: str
    plan_number: str
    once: str
    """The agency it was given to, where that was merged into the unit it is shown under."""
    area: str
    due_on: date
    original_due_on: date
    days: int
    percent: int
    cause_kind: str
    cause: str
    remedy: str
    expected_on: date | None
    expectation_passed: bool
    hindrances: tuple[Hindrance, ...]
    is_illustrative: bool


@dataclass(frozen=True)
class LateUnit:
    """Whose they are: the agency and its head, and a text to remind them with."""

    name: str
    head: str
    delays: tuple[Delay, ...]
    total: int
    reminder: str


@dataclass(frozen=True)
class DelayKind:
    """Tasks of agencies or assignments of communes, and how many are overdue."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Delays:
    filters: Filters
    level: str
    kinds: tuple[DelayKind, ...]
    plans: tuple[str, ...]
    areas: tuple[Place, ...]
    units: tuple[LateUnit, ...]
    total: int

    @property
    def shown(self) -> int:
        return sum(len(unit.delays) for unit in self.units)

    @property
    def has_illustrative(self) -> bool:
        return any(delay.is_illustrative for unit in self.units for delay in unit.delays)


def read_filters(query: Mapping[str, str]) -> Filters:
    """``?plan=&area=&level=``. Raises Refused naming the parameter."""
    level = read_choice(query, "level", LEVELS)
    plan, area = (query.get(name, "").strip()[:_LONGEST_NUMBER] for name in ("plan", "area"))
    return Filters(plan, area, level)


def delays(caller: Caller, day: date, filters: Filters) -> Delays:
    """What the caller may see, the longest overdue first (5 SQL queries, however many)."""
    late = state_on(Assignment.objects.visible_to(caller), day).filter(
        Q(state_then__in=OPEN_STATES), Q(due_then__lt=day)
    )
    groups = _groups(late)
    wanted = [group for group in groups if _fits(group, filters)]
    counts = {key: sum(group["n"] for group in wanted if group["kind"] == key) for key in LEVELS}
    level = filters.level or next((key for key in LEVELS if counts[key]), next(iter(LEVELS)))
    merged = merged_by(day)
    rows = _rows(late, filters, level, merged)
    return Delays(
        filters=filters,
        level=level,
        kinds=tuple(DelayKind(key, str(LEVELS[key]), counts[key]) for key in LEVELS if counts[key]),
        plans=tuple(sorted({group["task__plan__number"] for group in groups})),
        areas=_areas(groups),
        units=tuple(_units(rows, day, merged)),
        total=counts[level],
    )


def _groups(late: "QuerySet[Assignment, Any]") -> list[dict[str, Any]]:
    """How many by document, province and kind."""
    found = (
        late.order_by()
        .annotate(province=Substr(F("area__path"), Value(1), Value(_PROVINCE_PATH)))
        .values("task__plan__number", "province", "area__level")
        .annotate(n=Count("pk"))
    )
    return [
        {**row, "code": province_code(row["province"]), "kind": _kind(row["area__level"])}
        for row in found
    ]


def _kind(level: str) -> str:
    return "communes" if level == Area.Level.COMMUNE else "agencies"


def _fits(group: Mapping[str, Any], filters: Filters) -> bool:
    return (not filters.plan or group["task__plan__number"] == filters.plan) and (
        not filters.area or group["code"] == filters.area
    )


def _areas(groups: Iterable[Mapping[str, Any]]) -> tuple[Place, ...]:
    codes = {group["code"] for group in groups}
    return tuple(place for code, place in provinces().items() if code in codes)


def _rows(
    late: "QuerySet[Assignment, Any]", filters: Filters, level: str, merged: Mapping[str, Agency]
) -> list[Any]:
    rows = late.filter(level_conditions()[level])
    if filters.plan:
        rows = rows.filter(task__plan__number=filters.plan)
    if filters.area:
        place = provinces().get(filters.area)
        rows = rows.filter(area__path__startswith=place.path) if place else rows.none()
    ordered = (
        rows.annotate(among=Window(Count("pk"), partition_by=[_owner(merged)]))
        .select_related("task__plan", "agency", "area")
        .order_by(F("due_then"), "agency__protocol_order", "task__number_key", "pk")
    )
    return list(ordered[:SHOWN])


def _owner(merged: Mapping[str, Agency]) -> Case:
    """The number of the agency, or of whoever stands for it."""
    whens = [When(agency__code=code, then=Value(heir.pk)) for code, heir in merged.items()]
    return Case(*whens, default=F("agency"), output_field=BigIntegerField())


def _units(rows: Sequence[Any], day: date, merged: Mapping[str, Agency]) -> Iterable[LateUnit]:
    """In the order of their longest delay; what merged agencies left is late with their heirs."""
    keys = [row.pk for row in rows]
    explained, hindrances = _explanations(keys, day), hindrances_of(keys, day)
    by_agency: defaultdict[Agency, list[Any]] = defaultdict(list)
    for row in rows:
        by_agency[merged.get(row.agency.code, row.agency)].append(row)
    for agency, its_rows in by_agency.items():
        found = tuple(
            _delay(
                row,
                explained.get(row.pk),
                tuple(hindrances[row.pk]),
                day,
                once="" if row.agency == agency else row.agency.short_name,
            )
            for row in its_rows
        )
        total = its_rows[0].among
        yield LateUnit(
            name=agency.name,
            head=agency.head_with_title,
            delays=found,
            total=total,
            reminder=_reminder(agency, found, total, day),
        )


def _explanations(keys: Sequence[int], day: date) -> dict[int, StatusReport]:
    """What was last said of the delay, by assignment."""
    rows = (
        StatusReport.objects.filter(assignment__in=keys)
        .effective_by(day)
        .filter(~Q(cause="") | ~Q(remedy="") | Q(expected_on__isnull=False))
        .in_order()
    )
    return {row.assignment_id: row for row in rows}


def _delay(
    row: Any,
    explained: StatusReport | None,
    hindrances: tuple[Hindrance, ...],
    day: date,
    *,
    once: str,
) -> Delay:
    due_on: date = row.due_then
    expected_on = explained.expected_on if explained else None
    return Delay(
        id=row.pk,
        number=row.task.number,
        title=row.task.title,
        plan_number=row.task.plan.number,
        once=once,
        area=row.area.short_name,
        due_on=due_on,
        original_due_on=row.original_due_on or due_on,
        days=(day - due_on).days,
        percent=row.percent_then,
        cause_kind=explained.get_cause_kind_display() if explained else "",
        cause=explained.cause if explained else "",
        remedy=explained.remedy if explained else "",
        expected_on=expected_on,
        expectation_passed=expected_on is not None and expected_on < day,
        hindrances=hindrances,
        is_illustrative=row.task.is_illustrative,
    )


def _reminder(agency: Agency, found: Iterable[Delay], total: int, day: date) -> str:
    """A text for a letter or Zalo."""
    to = _("To: %(name)s") % {"name": agency.name}
    if agency.head_with_title:
        to = f"{to} ({agency.head_with_title})"
    told = _("As of %(day)s, overdue tasks of your agency that are not completed: %(n)s.") % {
        "day": figures.day(day),
        "n": figures.number(total),
    }
    asked = _(
        "Please carry them out without delay, update their progress, and state the cause, the "
        "remedy and the day on which each will be completed."
    )
    return "\n".join([to, told, *(_line(n, one) for n, one in enumerate(found, 1)), asked])


def _line(n: int, delay: Delay) -> str:
    line = _("%(n)s. %(title)s (%(plan)s, task %(number)s): due %(due)s, %(days)s days overdue") % {
        "n": n,
        "title": delay.title,
        "plan": delay.plan_number,
        "number": delay.number,
        "due": figures.day(delay.due_on),
        "days": figures.number(delay.days),
    }
    if delay.expected_on:
        line += _("; you expected to complete it on %(day)s") % {
            "day": figures.day(delay.expected_on)
        }
    return line


@require_safe
def late_page(request: HttpRequest) -> HttpResponse:
    """The overdue tasks that the reader may see, by whose they are."""
    user, asked, filters = user_of(request), read_asked(request.GET), read_filters(request.GET)

    def context() -> dict[str, object]:
        return {"title": _("Overdue tasks"), "page": delays(user, asked.day, filters)}

    return serve(request, "dashboards/late.html", asked, context, variant=(filters,))
