"""The charts there are, the parameters of each, and how its figure is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.api.parameters import unknown_parameter
from core.calendar import clock
from core.calendar.as_of import read_as_of
from core.errors import Refused, refuse
from dashboards.charts import base, completion, paths
from dashboards.charts.base import Figure
from dashboards.pages.indicators import indicator_series
from dashboards.pages.target import target_path
from dashboards.sums import series
from dashboards.text import figures
from indicators.recording.rules import no_such_area
from indicators.scope import FigureKey, covers, covers_area, visible_indicators
from provinces.lookup import as_named_on
from provinces.models import Agency, Area, Plan
from provinces.permissions import Caller
from targets.models import Target
from targets.services import assessment_of
from tasks.completion.totals import By, parts
from tasks.models import Assignment
from tasks.models.completion import counted_in

Query = Mapping[str, str]
_NOT_FOUND = 404
_LONGEST_QUOTED = 60


@dataclass(frozen=True)
class Chart:
    """``takes``: names of its parameters; all take ``as_of`` too."""

    name: str
    title: str | Promise
    takes: tuple[str, ...]
    build: Callable[[Caller, Query, date], Figure]


def figure(chart: Chart, caller: Caller, query: Query) -> Figure:
    """Raises Refused naming the parameter, 404 for what the caller may not see."""
    known = {*chart.takes, "as_of"}
    if unknown := query.keys() - known:
        raise Refused([unknown_parameter(name, known) for name in sorted(unknown)])
    return chart.build(caller, query, read_as_of(query))


# What the parameters name ---------------------------------------------------------------------


def _plan(query: Query, day: date) -> Plan:
    number = _required(query, "plan")
    plans = Plan.objects.select_related("area").filter(number=number, issued_on__lte=day)
    plan = plans.first()
    if plan is None:
        detail = _("There is no document with the number “%(number)s”.") % {"number": number}
        raise refuse("unknown_plan", detail, "/plan")
    return plan


def _area(query: Query, default: Area | None, caller: Caller) -> Area:
    code = query.get("area", "").strip()[:_LONGEST_QUOTED]
    area = Area.objects.filter(code=code).first() if code else default
    if area is None:
        raise refuse("unknown_area", no_such_area(code), "/area")
    if not covers_area(caller, area):
        raise refuse("unknown_area", no_such_area(area.code), "/area", status=_NOT_FOUND)
    return area


def _required(query: Query, name: str) -> str:
    text = query.get(name, "").strip()[:_LONGEST_QUOTED]
    if not text:
        raise refuse("required", _("This parameter is needed."), f"/{name}")
    return text


# Builders -------------------------------------------------------------------------------------


def _over_time(caller: Caller, query: Query, day: date) -> Figure:
    plan = _plan(query, day)
    area = _area(query, plan.area, caller)
    cells = counted_in(area).filter(plan=plan, begins__lte=day)
    given = Assignment.objects.filter(task__plan=plan).within(area, day)
    joined = area.joined()
    counted = series.due_counts(given, clock.today(), joined)
    dues: Mapping[date, int] = series.fallen_due(counted, given, joined).get(plan.pk, {})
    found = series.spans(cells).get(plan.pk, [])
    return completion.completion_over_time(series.steps(found, dues, day))


def _by_group(caller: Caller, query: Query, day: date) -> Figure:
    plan = _plan(query, day)
    found = parts(plan, _area(query, plan.area, caller), day, By.GROUP)
    rows = [(figures.numbered(p.key, p.label), p.counts) for p in found]
    return completion.completion_by_group(rows)


def _by_agency(caller: Caller, query: Query, day: date) -> Figure:
    plan = _plan(query, day)
    found = parts(plan, _area(query, plan.area, caller), day, By.AGENCY)
    agencies = list(Agency.objects.filter(code__in=[part.key for part in found]))
    as_named_on(day, agencies)
    names = {agency.code: agency.short_name for agency in agencies}
    return completion.completion_by_agency([(names[p.key], p.counts) for p in found])


def _target_path(caller: Caller, query: Query, day: date) -> Figure:
    code = _required(query, "target")
    rows = Target.objects.visible_to(caller).as_of(day).select_related("plan", "area", "indicator")
    target = rows.prefetch_related("milestones").filter(code=code).first()
    if target is None:
        detail = _("There is no target with the code “%(code)s”.") % {"code": code}
        raise refuse("unknown_target", detail, "/target", status=_NOT_FOUND)
    assessment = assessment_of(target, day)
    path = target_path(target, day, assessment.figures if assessment else {})
    return paths.target_path(path) if path else base.empty()


def _indicator_series(caller: Caller, query: Query, day: date) -> Figure:
    code = _required(query, "indicator")
    indicator = visible_indicators(caller).filter(code=code).first()
    if indicator is None:
        detail = _("There is no indicator with the code “%(code)s”.") % {"code": code}
        raise refuse("unknown_indicator", detail, "/indicator", status=_NOT_FOUND)
    nation = Area.objects.filter(level=Area.Level.NATION).first()
    area = _area(query, nation, caller)
    if not covers(caller, FigureKey(indicator, area)):
        raise refuse("unknown_area", no_such_area(area.code), "/area", status=_NOT_FOUND)
    found, of_ranks = indicator_series(indicator, area, day)
    unit = _("rank") if of_ranks else indicator.unit
    return paths.indicator_series(found, unit, is_rank=of_ranks)


_OF_PLAN = ("plan", "area")
CHARTS: Mapping[str, Chart] = {
    chart.name: chart
    for chart in (
        Chart(
            "completion-over-time",
            gettext_lazy("Completed and fallen due over time"),
            _OF_PLAN,
            _over_time,
        ),
        Chart("completion-by-group", gettext_lazy("Completion by group"), _OF_PLAN, _by_group),
        Chart("completion-by-agency", gettext_lazy("Completion by agency"), _OF_PLAN, _by_agency),
        Chart("target-path", gettext_lazy("Path of a target"), ("target",), _target_path),
        Chart(
            "indicator-series",
            gettext_lazy("Readings over time"),
            ("indicator", "area"),
            _indicator_series,
        ),
    )
}
