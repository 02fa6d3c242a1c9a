"""The charts there are, the parameters of each, and how its figure is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.api.parameters import unknown_parameter
from core.errors import Refused, refuse
from core.web.requests import read_key
from dashboards.charts import bars, base, completion, moves, paths
from dashboards.charts.base import Figure
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import NOT_COMMUNES, provinces
from dashboards.pages.indicators import indicator_series
from dashboards.pages.obstacles import by_category, obstacle_finding
from dashboards.pages.target import readings_of, target_path
from dashboards.pages.targets import target_lines
from dashboards.sums import series
from dashboards.text import figures
from dashboards.work.coming import due_by_day, due_finding
from dashboards.work.communes import groups_finding, matrix
from dashboards.work.outlook import outlook_of
from dashboards.work.overdue import age_bands, deadlines, delay_finding
from dashboards.work.ranks import ranks_of
from dashboards.work.reporting import reporting_finding
from dashboards.work.whose import agency_finding
from indicators.recording.rules import no_such_area
from indicators.scope import FigureKey, covers, covers_area, visible_indicators
from provinces.models import Area, Plan
from provinces.permissions import Caller
from targets.models import Target
from targets.services import assessment_of
from tasks.completion.inputs import facts_and_expected
from tasks.completion.totals import By, parts, spans_of
from tasks.models import Assignment
from tasks.models.assignment import AssignmentQuerySet

Query = Mapping[str, str]
OF_ALL = ("as_of", "known_at")
"""What every chart is asked with; the day compared with changes none."""
_NOT_FOUND = 404
_LONGEST_QUOTED = 60


@dataclass(frozen=True)
class Chart:
    """``takes``: names of its parameters; all take ``as_of`` and ``known_at`` too.
    ``is_personal``: what its marks lead to depends on the reader's roles."""

    name: str
    title: str | Promise
    takes: tuple[str, ...]
    build: Callable[[Caller, Query, Asked], Figure]
    is_personal: bool = False


def figure(chart: Chart, caller: Caller, query: Query) -> Figure:
    """Raises Refused naming the parameter, 404 for what the caller may not see."""
    known = {*chart.takes, *OF_ALL}
    if unknown := query.keys() - known:
        raise Refused([unknown_parameter(name, known) for name in sorted(unknown)])
    return chart.build(caller, query, read_asked(query))


def built(chart: Chart, caller: Caller, plan: Plan, area: Area, day: date) -> Figure:
    """Of a document in an area."""
    query = {"plan": plan.number, "area": area.code, "as_of": day.isoformat()}
    return chart.build(caller, query, read_asked(query))


# What the parameters name ---------------------------------------------------------------------


def _plan(query: Query, asked: Asked) -> Plan:
    number = _required(query, "plan")
    plans = Plan.objects.select_related("area").filter(number=number, issued_on__lte=asked.day)
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


def _nation() -> Area | None:
    return Area.objects.filter(level=Area.Level.NATION).first()


def _required(query: Query, name: str) -> str:
    text = query.get(name, "").strip()[:_LONGEST_QUOTED]
    if not text:
        raise refuse("required", _("This parameter is needed."), f"/{name}")
    return text


def _list_of(plan: Plan, area: Area, given: AssignmentQuerySet) -> dict[str, str]:
    """What the list of a document's tasks is asked with: of communes where they alone have any."""
    of_agencies = given.exclude(area__level=Area.Level.COMMUNE).exists()
    level = "agencies" if of_agencies else "communes"
    return {"level": level, "plan": plan.number, "area": area.code}


# Builders -------------------------------------------------------------------------------------


def _over_time(caller: Caller, query: Query, asked: Asked) -> Figure:
    plan = _plan(query, asked)
    area = _area(query, plan.area, caller)
    given = Assignment.objects.filter(task__plan=plan).within(area, asked.day)
    facts, told = facts_and_expected(given, asked.day, asked.known_at)
    dues: Mapping[date, int] = series.fallen_due(facts.values(), area.joined()).get(plan.pk, {})
    found = spans_of(plan, area, asked.day, asked.known_at)
    seen = {pk: one for pk, (_cell, one) in facts.items()}
    outlook = outlook_of(seen, told, asked.day)
    steps, rows = series.steps(found, dues, asked.day), _list_of(plan, area, given)
    return completion.completion_over_time(steps, outlook.points, rows)


def _by_group(caller: Caller, query: Query, asked: Asked) -> Figure:
    plan = _plan(query, asked)
    area = _area(query, plan.area, caller)
    given = Assignment.objects.filter(task__plan=plan).within(area, asked.day)
    listed, rows = _list_of(plan, area, given), []
    for part in parts(plan, area, asked.day, By.GROUP, asked.known_at):
        url = asked.carried("/tasks/", **listed, group_number=str(part.key or ""))
        rows.append((figures.numbered(part.key, part.label), part.counts, url))
    return completion.completion_by_group(rows)


def _by_agency(caller: Caller, query: Query, asked: Asked) -> Figure:
    plan = _plan(query, asked)
    return bars.overdue_left(agency_finding(plan, _area(query, plan.area, caller), asked), asked)


def _reporting(caller: Caller, query: Query, asked: Asked) -> Figure:
    plan = _plan(query, asked)
    area = _area(query, plan.area, caller)
    return bars.bars(reporting_finding(plan, area, asked, caller), asked)


def _delays(caller: Caller, query: Query, asked: Asked) -> Figure:
    area = _area(query, _nation(), caller)
    scope = NOT_COMMUNES & Q(area__path__startswith=area.path)
    found = deadlines(asked, scope)
    return bars.bars(delay_finding(age_bands(asked.day, found), area.code), asked)


def _due(caller: Caller, query: Query, asked: Asked) -> Figure:
    area = _area(query, _nation(), caller)
    scope = NOT_COMMUNES & Q(area__path__startswith=area.path)
    dues = due_by_day(asked.day, deadlines(asked, scope))
    return bars.bars(due_finding(asked.day, dues, area.code), asked)


def _obstacles(caller: Caller, query: Query, asked: Asked) -> Figure:
    area = _area(query, _nation(), caller)
    return bars.bars(obstacle_finding(by_category(area.path, asked.seen_on), area.code), asked)


def _ranks(caller: Caller, query: Query, asked: Asked) -> Figure:
    _area({}, _nation(), caller)
    return moves.ranks(ranks_of(asked))


def _groups(caller: Caller, query: Query, asked: Asked) -> Figure:
    plan = _plan(query, asked)
    area = _area(query, plan.area, caller)
    place = provinces().get(area.code)
    phase = read_key(query, "phase")
    found = matrix(asked, plan=plan.number, place=place, phase=phase, alert="")
    return bars.bars(groups_finding(found), asked) if found else base.empty()


def _lag(caller: Caller, query: Query, asked: Asked) -> Figure:
    rows = Target.objects.visible_to(caller)
    lines = target_lines(rows, asked.day, asked.compared, asked.known_at)
    return moves.targets_lag(lines, asked)


def _target_path(caller: Caller, query: Query, asked: Asked) -> Figure:
    code = _required(query, "target")
    rows = (
        Target.objects.visible_to(caller)
        .as_of(asked.day)
        .select_related("plan", "area", "indicator")
    )
    target = rows.prefetch_related("milestones").filter(code=code).first()
    if target is None:
        detail = _("There is no target with the code “%(code)s”.") % {"code": code}
        raise refuse("unknown_target", detail, "/target", status=_NOT_FOUND)
    if target.indicator is None:
        return base.empty()
    assessment = assessment_of(target, asked.day, asked.known_at)
    found = assessment.figures if assessment else {}
    path = target_path(target, readings_of(target, asked), found)
    listed = _readings(target.indicator.code, target.area, asked)
    return paths.target_path(path, listed) if path else base.empty()


def _indicator_series(caller: Caller, query: Query, asked: Asked) -> Figure:
    code = _required(query, "indicator")
    indicator = visible_indicators(caller).filter(code=code).first()
    if indicator is None:
        detail = _("There is no indicator with the code “%(code)s”.") % {"code": code}
        raise refuse("unknown_indicator", detail, "/indicator", status=_NOT_FOUND)
    area = _area(query, _nation(), caller)
    if not covers(caller, FigureKey(indicator, area)):
        raise refuse("unknown_area", no_such_area(area.code), "/area", status=_NOT_FOUND)
    found, of_ranks = indicator_series(indicator, area, asked)
    unit = _("rank") if of_ranks else indicator.unit
    return paths.indicator_series(found, unit, _readings(code, area, asked), is_rank=of_ranks)


def _readings(code: str, area: Area, asked: Asked) -> str:
    return f"{asked.carried(f'/indicators/{code}/', area=area.code)}#readings"


_OF_PLAN, _OF_AREA = ("plan", "area"), ("area",)
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
        Chart("targets-lag", gettext_lazy("Way achieved and time gone"), (), _lag),
        Chart("delay-by-age", gettext_lazy("Age of the delay by cause"), _OF_AREA, _delays),
        Chart("due-by-week", gettext_lazy("What falls due, by week"), _OF_AREA, _due),
        Chart("obstacles", gettext_lazy("Obstacles, open and resolved"), _OF_AREA, _obstacles),
        Chart("ranks", gettext_lazy("Ranks of the provinces on three days"), (), _ranks),
        Chart(
            "communes-by-group",
            gettext_lazy("Work of communes by group"),
            (*_OF_PLAN, "phase"),
            _groups,
        ),
        Chart(
            "reporting-on-time",
            gettext_lazy("Units that report on time"),
            _OF_PLAN,
            _reporting,
            is_personal=True,
        ),
    )
}
