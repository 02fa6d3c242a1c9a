"""One province: its tasks, its targets, who is late, what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import Http404

from core.text.translated import in_language
from dashboards.day import Asked
from dashboards.places import Place, provinces
from dashboards.selectors import promises, series
from dashboards.selectors.cells import Cell, cells_of
from dashboards.selectors.counts import Compared, added
from dashboards.selectors.late import NOT_COMMUNES, Upcoming
from dashboards.selectors.late import upcoming as late_upcoming
from dashboards.selectors.obstacles import CategoryLine, ProposalLine, by_category, proposals_of
from provinces.models import Area
from provinces.permissions import Caller
from targets.models import Target
from tasks.models import Assignment, Completion, State


@dataclass(frozen=True)
class GroupLine:
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
    groups: tuple[GroupLine, ...]
    agencies: tuple[AgencyLine, ...]
    steps: tuple[series.Step, ...]
    months: tuple[series.Step, ...]


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
    targets: tuple[promises.TargetLine, ...]
    groups: tuple[promises.VerdictGroup, ...]
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
    cells = cells_of(place, asked)
    dues = series.due_counts(Assignment.objects.filter(here), asked.day)
    own = Completion.objects.filter(area__path=place.path, day__lte=asked.day)
    lines = promises.standing(
        Target.objects.filter(area__path=place.path), asked.day, asked.compared
    )
    return Province(
        asked=asked,
        place=place,
        plans=_plan_sections(cells, dues, series.spans(own), asked.day),
        communes=_commune_sections(cells, dues),
        targets=tuple(lines),
        groups=tuple(promises.by_verdict(lines)),
        upcoming=late_upcoming(caller, asked.day, here & NOT_COMMUNES),
        obstacles=tuple(by_category(place.path, asked.day)),
        proposals=tuple(proposals_of(place.path, asked.day)),
    )


def _plan_sections(
    cells: dict[Cell, Compared],
    dues: list[series.DueCount],
    spans: dict[int, list[series.Span]],
    day: date,
) -> tuple[PlanSection, ...]:
    plans: defaultdict[int, dict[Cell, Compared]] = defaultdict(dict)
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


def _groups(cells: dict[Cell, Compared]) -> tuple[GroupLine, ...]:
    lines: dict[int, GroupLine] = {}
    for cell, counts in cells.items():
        known = lines.get(cell.group_number)
        name = in_language(cell.group_name_vi, cell.group_name_en)
        total = counts + known.counts if known else counts
        lines[cell.group_number] = GroupLine(cell.group_number, name, total)
    return tuple(lines[number] for number in sorted(lines))


def _agencies(cells: dict[Cell, Compared]) -> tuple[AgencyLine, ...]:
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
    cells: dict[Cell, Compared], dues: list[series.DueCount]
) -> tuple[CommuneSection, ...]:
    plans: defaultdict[int, dict[Cell, Compared]] = defaultdict(dict)
    for cell, counts in cells.items():
        if cell.level == Area.Level.COMMUNE:
            plans[cell.plan_id][cell] = counts
    return tuple(_commune_section(own, dues) for own in plans.values())


def _commune_section(
    cells: dict[Cell, Compared], dues: Iterable[series.DueCount]
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
