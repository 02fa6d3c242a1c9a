"""Who has reported in a period, and who is silent."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.calendar import clock
from core.text.language import in_language
from provinces.lookup import agencies_on
from provinces.models import Agency, Area, Plan
from reports.models import ReportingPeriod
from reports.models.period import PeriodLength
from reports.periods.calendar import HANOI
from tasks.completion.as_of import is_open, state_on
from tasks.completion.inputs import facts_of
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import OPEN_STATES
from tasks.status.rules import progress_on

PERIODS_COMPARED = 8


@dataclass(frozen=True)
class UnitReported:
    """``stand``: in_time, unchanged (in time, nothing new), late, none. ``at``: when first."""

    code: str
    name: str
    head: str
    open: int
    stand: str
    at: datetime | None = None


def reported(period: ReportingPeriod, area: Area) -> list[UnitReported]:
    """Every agency with open work of the document in the area, the silent ones first.

    Agencies merged by the period's last day are asked as their successor. 3 SQL queries.
    """
    within = Assignment.objects.filter(task__plan=period.plan_id).within(area, period.last_day)
    open_then = state_on(within, period.first_day).filter(is_open())
    merged = agencies_on(period.last_day)
    units: dict[str, Agency] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    owner: dict[int, str] = {}
    for row in open_then.select_related("agency").order_by():
        unit = merged.get(row.agency.code, row.agency)
        units[unit.code] = unit
        counts[unit.code] += 1
        owner[row.pk] = unit.code
    told: defaultdict[str, list[Any]] = defaultdict(list)
    rows = StatusReport.objects.filter(
        assignment__in=open_then.order_by().values("pk"), effective_on__gte=period.first_day
    )
    keys = ("assignment", "recorded_at", "effective_on", "unchanged")
    for assignment, at, effective, unchanged in rows.order_by("recorded_at").values_list(*keys):
        if assignment in owner and (stand := stand_of(period, at, effective)):
            told[owner[assignment]].append((at, unchanged if stand == "in_time" else None))
    found = [
        UnitReported(
            code,
            unit.name,
            unit.head_with_title,
            counts[code],
            _stand([unchanged for _at, unchanged in told[code]]),
            told[code][0][0] if told[code] else None,
        )
        for code, unit in units.items()
    ]
    order = {"none": 0, "late": 1, "unchanged": 2, "in_time": 3}
    return sorted(
        found, key=lambda one: (order[one.stand], units[one.code].protocol_order, one.name)
    )


@dataclass(frozen=True)
class OnTime:
    """Of the units with open work on the period's first day: how many reported before it closed."""

    period: ReportingPeriod
    area: Area
    units: int
    in_time: int

    @property
    def url(self) -> str:
        return reverse("report_period", args=[self.period.pk, self.area.code])


def on_time(plan: Plan, area: Area, day: date, known_at: datetime | None = None) -> list[OnTime]:
    """The last periods that closed by the day, of the shortest kind; oldest first.

    By ``stand_of`` as ``reported``, without communes; of agencies merged by the day the successor
    counts (7 SQL queries, one where nothing has closed).
    """
    until = datetime.combine(day + timedelta(days=1), time(), HANOI)
    closed = plan.reporting_periods.filter(closes_at__lt=min(until, known_at or clock.now()))
    by_kind: defaultdict[str, list[ReportingPeriod]] = defaultdict(list)
    for period in closed.order_by("-last_day"):
        by_kind[period.kind].append(period)
    kind = next((one for one in PeriodLength.values if one in by_kind), None)
    if kind is None:
        return []
    periods = by_kind[kind][:PERIODS_COMPARED][::-1]
    rows = Assignment.objects.filter(~Q(area__level=Area.Level.COMMUNE), task__plan=plan)
    rows = rows.within(area, day)
    facts = facts_of(rows, known_at)
    agency = dict(rows.order_by().values_list("pk", "agency__code"))
    reports = StatusReport.objects.filter(
        assignment__in=rows.order_by().values("pk"), effective_on__gte=periods[0].first_day
    ).values_list("assignment", "recorded_at", "effective_on")
    told, merged = list(reports), agencies_on(day)
    found = []
    for period in periods:
        unit_of = {
            pk: merged[code].code if code in merged else code
            for pk, code in agency.items()
            if (now := progress_on(facts[pk][1], period.first_day)) and now.state in OPEN_STATES
        }
        in_time = {
            unit_of[pk]
            for pk, at, effective in told
            if pk in unit_of and stand_of(period, at, effective) == "in_time"
        }
        found.append(OnTime(period, area, len(set(unit_of.values())), len(in_time)))
    return found


def stand_of(period: ReportingPeriod, at: datetime, effective: date) -> str:
    """What a report recorded at the moment about the day is for the period: "in_time", "late", or
    "" for neither. After the hour only what is about the period's own days is its late report."""
    since = datetime.combine(period.first_day, time(), HANOI)
    if at < since or effective < period.first_day:
        return ""
    if at <= period.closes_at:
        return "in_time"
    return "late" if effective <= period.last_day else ""


def _stand(told: Collection[bool | None]) -> str:
    """``told``: whether each report said that nothing is new; None for a late one."""
    in_time = [unchanged for unchanged in told if unchanged is not None]
    if in_time:
        return "unchanged" if all(in_time) else "in_time"
    return "late" if told else "none"


def reminder(period: ReportingPeriod, area: Area, silent: Iterable[UnitReported]) -> str:
    """A text to copy, naming who has not reported; "" if nobody is silent."""
    units = list(silent)
    if not units:
        return ""
    opening = ngettext(
        "%(n)s unit has not reported on %(plan)s for the period until %(day)s "
        "(reports close at %(closes)s):",
        "%(n)s units have not reported on %(plan)s for the period until %(day)s "
        "(reports close at %(closes)s):",
        len(units),
    ) % {
        "n": len(units),
        "plan": period.plan.number,
        "day": date_format(period.last_day),
        "closes": date_format(localtime(period.closes_at), "H:i d/m/Y"),
    }
    lines = [
        ngettext("– %(unit)s (%(n)s open task)", "– %(unit)s (%(n)s open tasks)", unit.open)
        % {"unit": unit.name, "n": unit.open}
        for unit in units
    ]
    closing = _("Where nothing is new, please press “No change in this period”.")
    return "\n".join([opening, *lines, closing, in_language(area.name_vi, area.name_en)])
