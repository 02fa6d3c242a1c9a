"""One province: its tasks, its targets, who is late, what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.text.language import in_language
from core.web.requests import user_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import Place, provinces
from dashboards.frame.serving import serve
from dashboards.pages.obstacles import CategoryLine, ProposalLine, by_category, proposals_of
from dashboards.pages.targets import TargetLine, VerdictGroup, by_verdict, target_lines
from dashboards.pages.upcoming import NOT_COMMUNES, Upcoming
from dashboards.pages.upcoming import upcoming as upcoming_upcoming
from dashboards.sums import series
from dashboards.sums.counts import BreakdownRow, Compared, added, breakdown_of
from provinces.models import Area
from provinces.permissions import Caller
from targets.models import Target
from tasks.models import Assignment, Completion
from tasks.states import State


@dataclass(frozen=True)
class ProvinceGroupLine:
    number: int
    name: str
    counts: Compared


@dataclass(frozen=True)
class AgencyLine:
    code: str
    name: str
    head: str
    head_title: str
    counts: Compared


@dataclass(frozen=True)
class PlanSection:
    """The tasks of one document that the province's own agencies carry out."""

    plan_id: int
    number: str
    name: str
    is_illustrative: bool
    provenance: str
    counts: Compared
    groups: tuple[ProvinceGroupLine, ...]
    agencies: tuple[AgencyLine, ...]
    steps: tuple[series.SeriesStep, ...]
    months: tuple[series.SeriesStep, ...]


@dataclass(frozen=True)
class PhaseLine:
    name: str
    done: int
    total: int


@dataclass(frozen=True)
class CommuneSection:
    """A document's assignments to communes: counted apart, never added to tasks."""

    plan_id: int
    number: str
    name: str
    is_illustrative: bool
    provenance: str
    counts: Compared
    communes: int
    finished: int
    with_overdue: int
    phases: tuple[PhaseLine, ...]


@dataclass(frozen=True)
class Province:
    asked: Asked
    place: Place
    plans: tuple[PlanSection, ...]
    communes: tuple[CommuneSection, ...]
    targets: tuple[TargetLine, ...]
    groups: tuple[VerdictGroup, ...]
    upcoming: Upcoming
    obstacles: tuple[CategoryLine, ...]
    proposals: tuple[ProposalLine, ...]

    @property
    def overdue_total(self) -> int:
        return added(plan.counts for plan in self.plans).now.overdue


def province(caller: Caller, code: str, asked: Asked) -> Province:
    """Eight SQL queries, whatever the size. Raises Http404 for a code that is no province's."""
    place = provinces().get(code)
    if place is None:
        raise Http404
    here = Q(area__path__startswith=place.path)
    cells = breakdown_of(place, asked)
    dues = series.due_counts(Assignment.objects.filter(here), asked.day)
    own = Completion.objects.filter(area__path=place.path, day__lte=asked.day)
    lines = target_lines(Target.objects.filter(area__path=place.path), asked.day, asked.compared)
    return Province(
        asked=asked,
        place=place,
        plans=_plan_sections(cells, dues, series.spans(own), asked.day),
        communes=_commune_sections(cells, dues),
        targets=tuple(lines),
        groups=tuple(by_verdict(lines)),
        upcoming=upcoming_upcoming(caller, asked.day, here & NOT_COMMUNES),
        obstacles=tuple(by_category(place.path, asked.day)),
        proposals=tuple(proposals_of(place.path, asked.day)),
    )


def _plan_sections(
    cells: dict[BreakdownRow, Compared],
    dues: list[series.DueCount],
    spans: dict[int, list[series.SeriesSpan]],
    day: date,
) -> tuple[PlanSection, ...]:
    plans: defaultdict[int, dict[BreakdownRow, Compared]] = defaultdict(dict)
    for cell, counts in cells.items():
        if cell.level == Area.Level.PROVINCE:
            plans[cell.plan_id][cell] = counts
    sections = []
    for plan_id, own in plans.items():
        any_cell = next(iter(own))
        mine = [due for due in dues if due.plan_id == plan_id and due.level == any_cell.level]
        steps = series.steps(spans.get(plan_id, []), mine, day)
        sections.append(
            PlanSection(
                plan_id=plan_id,
                number=any_cell.plan_number,
                name=in_language(any_cell.plan_name_vi, any_cell.plan_name_en),
                is_illustrative=any(due.provenance == "illustrative" for due in mine),
                provenance=any_cell.provenance,
                counts=added(own.values()),
                groups=_groups(own),
                agencies=_agencies(own),
                steps=steps,
                months=series.month_ends(steps, day),
            )
        )
    return tuple(sorted(sections, key=lambda section: -section.counts.now.total))


def _groups(cells: dict[BreakdownRow, Compared]) -> tuple[ProvinceGroupLine, ...]:
    lines: dict[int, ProvinceGroupLine] = {}
    for cell, counts in cells.items():
        known = lines.get(cell.group_number)
        name = in_language(cell.group_name_vi, cell.group_name_en)
        total = counts + known.counts if known else counts
        lines[cell.group_number] = ProvinceGroupLine(cell.group_number, name, total)
    return tuple(lines[number] for number in sorted(lines))


def _agencies(cells: dict[BreakdownRow, Compared]) -> tuple[AgencyLine, ...]:
    """Most overdue first, then in protocol order."""
    lines: dict[str, AgencyLine] = {}
    order: dict[str, int] = {}
    for cell, counts in cells.items():
        known = lines.get(cell.agency_code)
        order[cell.agency_code] = cell.agency_order
        lines[cell.agency_code] = AgencyLine(
            code=cell.agency_code,
            name=in_language(cell.agency_short_vi, cell.agency_short_en)
            or in_language(cell.agency_name_vi, cell.agency_name_en),
            head=cell.head,
            head_title=in_language(cell.head_title_vi, cell.head_title_en),
            counts=counts + known.counts if known else counts,
        )
    return tuple(
        sorted(lines.values(), key=lambda line: (-line.counts.now.overdue, order[line.code]))
    )


def _commune_sections(
    cells: dict[BreakdownRow, Compared], dues: list[series.DueCount]
) -> tuple[CommuneSection, ...]:
    plans: defaultdict[int, dict[BreakdownRow, Compared]] = defaultdict(dict)
    for cell, counts in cells.items():
        if cell.level == Area.Level.COMMUNE:
            plans[cell.plan_id][cell] = counts
    return tuple(_commune_section(own, dues) for own in plans.values())


def _commune_section(
    cells: dict[BreakdownRow, Compared], dues: Iterable[series.DueCount]
) -> CommuneSection:
    plan = next(iter(cells))
    counts = [item.now for item in cells.values()]
    mine = [due for due in dues if due.plan_id == plan.plan_id and due.level == plan.level]
    return CommuneSection(
        plan_id=plan.plan_id,
        number=plan.plan_number,
        name=in_language(plan.plan_name_vi, plan.plan_name_en),
        is_illustrative=any(due.provenance == "illustrative" for due in mine),
        provenance=plan.provenance,
        counts=added(cells.values()),
        communes=len(counts),
        finished=sum(1 for c in counts if c.completed == c.total - c.cancelled - c.ongoing),
        with_overdue=sum(1 for c in counts if c.overdue),
        phases=_phases(mine),
    )


def _phases(dues: Iterable[series.DueCount]) -> tuple[PhaseLine, ...]:
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for due in dues:
        if due.state != State.CANCELLED:
            totals[due.phase][0] += due.count if due.state == State.COMPLETED else 0
            totals[due.phase][1] += due.count
    return tuple(PhaseLine(name, *totals[name]) for name in sorted(totals) if name)


@require_safe
def province_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked = user_of(request), read_asked(request.GET)

    def context() -> dict[str, object]:
        page = province(user, code, asked)
        return {"title": page.place.name, "place": page.place.short_name, "page": page}

    return serve(request, "dashboards/province.html", asked, context, variant=(code,))
