"""Every overdue assignment on one page: its agency, its delay, the cause and the remedy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Value, When, Window
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.web.requests import read_choice, user_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import NOT_COMMUNES, PROVINCE_PATH, Place, provinces
from dashboards.frame.serving import serve
from dashboards.pages.obstacles import Hindrance, hindrances_of
from dashboards.text import figures
from dashboards.work.finding import Finding
from dashboards.work.overdue import age_bands, deadlines, delay_finding
from provinces.lookup import agencies_on
from provinces.models import Agency, Area
from provinces.models.places import province_code
from provinces.permissions import Caller
from tasks.completion.as_of import is_overdue, state_on
from tasks.models import Assignment, StatusReport
from tasks.worklist.query import LEVELS, level_conditions

PAGE_SIZE = 50
_LONGEST_NUMBER = 60


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
    """The agency it was given to, where that was merged into the unit that is shown."""
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
    """An agency and its head, their overdue assignments, and a text to remind them with."""

    name: str
    head: str
    delays: tuple[Delay, ...]
    total: int
    reminder: str


@dataclass(frozen=True)
class UnitChange:
    """How many overdue assignments an agency had on the compared day, and has on the day."""

    code: str
    name: str
    before: int
    now: int

    @property
    def change(self) -> int:
        return self.now - self.before


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
    rows: Page[Any]

    @property
    def has_illustrative(self) -> bool:
        return any(delay.is_illustrative for unit in self.units for delay in unit.delays)


def read_filters(query: Mapping[str, str]) -> Filters:
    """``?plan=&area=&level=``. Raises Refused naming the parameter."""
    level = read_choice(query, "level", LEVELS)
    plan, area = (query.get(name, "").strip()[:_LONGEST_NUMBER] for name in ("plan", "area"))
    return Filters(plan, area, level)


def delays(caller: Caller, asked: Asked, filters: Filters, page: str = "") -> Delays:
    """A page of what the caller may see, the longest overdue first (5 SQL queries)."""
    given, day = Assignment.objects.visible_to(caller), asked.day
    late = state_on(given, day, asked.known_at).filter(is_overdue(day))
    plans: set[str] = set()
    codes: set[str] = set()
    counts: Counter[str] = Counter()
    groups = late.order_by().annotate(province=PROVINCE_PATH)
    keys = ("task__plan__number", "province", "area__level")
    for plan, path, area_level, n in groups.values_list(*keys).annotate(n=Count("pk")):
        code = province_code(path)
        plans.add(plan)
        codes.add(code)
        if filters.plan in {"", plan} and filters.area in {"", code}:
            counts["communes" if area_level == Area.Level.COMMUNE else "agencies"] += n
    level = filters.level or next((key for key in LEVELS if counts[key]), next(iter(LEVELS)))
    merged = agencies_on(day)
    pages = Paginator(_rows(late, filters, level, merged), PAGE_SIZE)
    pages.count = counts[level]  # Counted above.
    rows = pages.get_page(page)
    return Delays(
        filters=filters,
        level=level,
        kinds=tuple(DelayKind(key, str(LEVELS[key]), counts[key]) for key in LEVELS if counts[key]),
        plans=tuple(sorted(plans)),
        areas=tuple(place for code, place in provinces().items() if code in codes),
        units=tuple(_units(list(rows), asked, merged)),
        total=counts[level],
        rows=rows,
    )


def unit_changes(caller: Caller, asked: Asked, filters: Filters, level: str) -> list[UnitChange]:
    """Those that had or have overdue assignments, most first; of merged agencies the successor
    (2 SQL queries)."""
    merged, counts = agencies_on(asked.day), defaultdict[Agency, list[int]](lambda: [0, 0])
    for place, day in enumerate((asked.compared, asked.day)):
        late = state_on(Assignment.objects.visible_to(caller), day, asked.known_at, lists=False)
        rows = _chosen(late.filter(is_overdue(day)), filters, level)
        found = dict(rows.order_by().values_list("agency").annotate(n=Count("pk")))
        for agency in Agency.objects.filter(pk__in=found):
            counts[merged.get(agency.code, agency)][place] += found[agency.pk]
    lines = [UnitChange(one.code, one.short_name, *n) for one, n in counts.items()]
    return sorted(lines, key=lambda line: (-line.now, -line.before, line.name))


def delay_of(page: Delays, asked: Asked) -> Finding | None:
    """How old the delays of the list are, and why (one SQL query). None where it is narrower than
    an area's tasks of agencies: by document, or by what the reader may see."""
    if page.level != "agencies" or page.filters.plan:
        return None
    [one] = page.areas if len(page.areas) == 1 else [None]
    place = provinces().get(page.filters.area, one)
    under = Q(area__path__startswith=place.path) if place else Q()
    bands = age_bands(asked.day, deadlines(asked, NOT_COMMUNES & under))
    if sum(band.count for band in bands) != page.total:
        return None
    return delay_finding(bands, place.code if place else "VN")


def _chosen(
    late: "QuerySet[Assignment, Any]", filters: Filters, level: str
) -> "QuerySet[Assignment, Any]":
    rows = late.filter(level_conditions()[level])
    if filters.plan:
        rows = rows.filter(task__plan__number=filters.plan)
    if filters.area:
        place = provinces().get(filters.area)
        rows = rows.filter(area__path__startswith=place.path) if place else rows.none()
    return rows


def _rows(
    late: "QuerySet[Assignment, Any]", filters: Filters, level: str, merged: Mapping[str, Agency]
) -> "QuerySet[Assignment, Any]":
    """The assignments of the filters; ``among``: how many the same agency or its heir has."""
    rows = _chosen(late, filters, level)
    heirs = [When(agency__code=code, then=Value(heir.pk)) for code, heir in merged.items()]
    owner = Case(*heirs, default=F("agency"), output_field=BigIntegerField())
    return (
        rows.annotate(among=Window(Count("pk"), partition_by=[owner]))
        .select_related("task__plan", "agency", "area")
        .order_by(F("due_then"), "agency__protocol_order", "task__number_key", "pk")
    )


def _units(rows: Sequence[Any], asked: Asked, merged: Mapping[str, Agency]) -> Iterable[LateUnit]:
    """In the order of their longest delay. Rows of merged agencies are under their heirs."""
    keys, day = [row.pk for row in rows], asked.day
    reports = (
        StatusReport.objects.filter(assignment__in=keys)
        .effective_by(day, asked.known_at)
        .filter(~Q(cause="") | ~Q(remedy="") | Q(expected_on__isnull=False))
        .in_order()
    )
    last_reports = {report.assignment_id: report for report in reports}
    hindrances = hindrances_of(keys, asked.seen_on)
    by_agency: defaultdict[Agency, list[Delay]] = defaultdict(list)
    totals: dict[Agency, int] = {}
    for row in rows:
        agency = merged.get(row.agency.code, row.agency)
        totals[agency] = row.among
        report = last_reports.get(row.pk)
        expected_on = report.expected_on if report else None
        by_agency[agency].append(
            Delay(
                id=row.pk,
                number=row.task.number,
                title=row.task.title,
                plan_number=row.task.plan.number,
                once="" if row.agency == agency else row.agency.short_name,
                area=row.area.short_name,
                due_on=row.due_then,
                original_due_on=row.original_due_on or row.due_then,
                days=(day - row.due_then).days,
                percent=row.percent_then,
                cause_kind=report.get_cause_kind_display() if report else "",
                cause=report.cause if report else "",
                remedy=report.remedy if report else "",
                expected_on=expected_on,
                expectation_passed=expected_on is not None and expected_on < day,
                hindrances=tuple(hindrances[row.pk]),
                is_illustrative=row.task.is_illustrative,
            )
        )
    for agency, found in by_agency.items():
        yield LateUnit(
            name=agency.name,
            head=agency.head_with_title,
            delays=tuple(found),
            total=totals[agency],
            reminder=_reminder(agency, found, totals[agency], day),
        )


def _reminder(agency: Agency, found: Iterable[Delay], total: int, day: date) -> str:
    """A text to send by letter or Zalo."""
    to = _("To: %(name)s") % {"name": agency.name}
    if agency.head_with_title:
        to = f"{to} ({agency.head_with_title})"
    count = _("As of %(day)s, overdue tasks of your agency that are not completed: %(n)s.") % {
        "day": figures.day(day),
        "n": figures.number(total),
    }
    lines = [to, count]
    for n, delay in enumerate(found, 1):
        line = _(
            "%(n)s. %(title)s (%(plan)s, task %(number)s): due %(due)s, %(days)s days overdue"
        ) % {
            "n": n,
            "title": delay.title,
            "plan": delay.plan_number,
            "number": delay.number,
            "due": figures.day(delay.due_on),
            "days": figures.number(delay.days),
        }
        if delay.expected_on:
            expected = {"day": figures.day(delay.expected_on)}
            line += _("; you expected to complete it on %(day)s") % expected
        lines.append(line)
    request = _(
        "Please carry them out without delay, update their progress, and state the cause, the "
        "remedy and the day on which each will be completed."
    )
    return "\n".join([*lines, request])


@require_safe
def late_page(request: HttpRequest) -> HttpResponse:
    """The overdue tasks that the reader may see, by agency."""
    user, asked, filters = user_of(request), read_asked(request.GET), read_filters(request.GET)
    page = request.GET.get("page", "")[:_LONGEST_NUMBER]

    def context() -> dict[str, object]:
        found = delays(user, asked, filters, page)
        changes = unit_changes(user, asked, filters, found.level) if asked.compares else ()
        delay = delay_of(found, asked)
        return {
            "title": _("Overdue tasks"),
            "page": found,
            "changes": changes,
            "delay": delay,
        }

    return serve(request, "dashboards/late.html", asked, context, variant=(filters, page))
