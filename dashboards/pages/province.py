"""One province: its tasks, its targets, what is late, its obstacles."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.staleness import only
from core.text.language import in_language
from core.web.public import open_to_all, reader_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import Place, provinces
from dashboards.frame.serving import serve
from dashboards.pages.obstacles import (
    ObstacleLine,
    by_category,
    joined,
    obstacle_finding,
    proposals_of,
)
from dashboards.pages.targets import TargetLine, VerdictGroup, by_verdict, target_lines
from dashboards.sums import series
from dashboards.sums.counts import BreakdownRow, Compared, ThenNow, added, breakdown_of, whole_lines
from dashboards.text import figures
from dashboards.work.changes import Changes
from dashboards.work.coming import due_finding, due_of
from dashboards.work.days import CountsOnDay, on_four_days
from dashboards.work.finding import Finding
from dashboards.work.in_communes import Breakdown, CommuneSection, by_plan, commune_sections
from dashboards.work.outlook import Outlook, keeping_up, outlook_of
from dashboards.work.overdue import OverdueTask, oldest_of
from dashboards.work.own_tasks import own_tasks
from dashboards.work.upcoming import Upcoming
from provinces.lookup import standing_on
from provinces.models import Area
from provinces.permissions import Caller
from targets.models import Target
from tasks.completion.counts import cell_timeline
from tasks.completion.inputs import FactsOf, facts_and_expected
from tasks.labels import STATUSES, Sign
from tasks.models import Assignment
from tasks.touches import WORK

_Key = TypeVar("_Key")
_AGENCIES_SHOWN, _OVERDUE_SHOWN = 9, 10


@dataclass(frozen=True)
class ProvinceGroupLine:
    number: int
    name: str
    counts: Compared

    @property
    def label(self) -> str:
        return figures.numbered(self.number, self.name)


@dataclass(frozen=True)
class StatusCell:
    day: date
    count: int


@dataclass(frozen=True)
class AgencyLine:
    code: str
    name: str
    head: str
    head_title: str
    counts: Compared
    oldest: int | None = None
    """Days overdue, of those that the reader may see."""
    expected_on: date | None = None


@dataclass(frozen=True)
class StatusLine:
    """A derived status on several days."""

    status: str
    sign: Sign
    cells: tuple[StatusCell, ...]


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
    days: tuple[CountsOnDay, ...]
    outlook: Outlook

    @property
    def agencies_shown(self) -> tuple[AgencyLine, ...]:
        """Those with overdue work, and as many others as fill the table."""
        late = sum(line.counts.now.overdue > 0 for line in self.agencies)
        return self.agencies[: max(late, _AGENCIES_SHOWN)]

    @property
    def agencies_folded(self) -> tuple[AgencyLine, ...]:
        return self.agencies[len(self.agencies_shown) :]

    def then_now(self, area: str) -> Iterator[ThenNow]:
        rows = {"plan": self.number, "area": area, "level": "agencies"}
        for group in sorted(self.groups, key=lambda line: line.number):
            yield ThenNow(group.label, group.counts, {**rows, "group_number": str(group.number)})
        for line in self.agencies:
            yield ThenNow(line.name, line.counts, {**rows, "unit": line.code})

    @property
    def status_lines(self) -> list[StatusLine]:
        """The statuses that occur on one of the days."""
        lines = []
        for status, sign in STATUSES.items():
            cells = tuple(StatusCell(on.day, getattr(on.counts, status)) for on in self.days)
            if any(cell.count for cell in cells):
                lines.append(StatusLine(status, sign, cells))
        return lines

    @property
    def finding(self) -> str:
        """Whether work keeps up with its deadlines, with the two numbers that say so."""
        return keeping_up(self.steps)


@dataclass(frozen=True)
class Province:
    asked: Asked
    place: Place
    plans: tuple[PlanSection, ...]
    communes: tuple[CommuneSection, ...]
    targets: tuple[TargetLine, ...]
    groups: tuple[VerdictGroup, ...]
    upcoming: Upcoming
    overdue: tuple[OverdueTask, ...]
    changes: Changes
    obstacles: tuple[ObstacleLine, ...]
    blocking: Finding
    coming: Finding

    @property
    def overdue_shown(self) -> tuple[OverdueTask, ...]:
        return self.overdue[:_OVERDUE_SHOWN]

    @property
    def tasks(self) -> Compared:
        return added(plan.counts for plan in self.plans)

    @property
    def then_now(self) -> list[ThenNow]:
        """The whole."""
        return whole_lines(self.tasks, added(one.counts for one in self.communes), self.place.code)

    @property
    def then_now_parts(self) -> list[ThenNow]:
        """Each document by group and by agency."""
        return [line for plan in self.plans for line in plan.then_now(self.place.code)]

    @property
    def is_illustrative(self) -> bool:
        return any(plan.is_illustrative for plan in self.plans) or any(
            section.is_illustrative for section in self.communes
        )


def province(caller: Caller, code: str, asked: Asked) -> Province:
    """Nine SQL queries, whatever the size.

    Raises Http404 for a code that is no province's.
    """
    place = provinces().get(code)
    if place is None:
        raise Http404
    here = Q(area__path__startswith=place.path)
    standing = standing_on(asked.day)
    breakdown = breakdown_of(place, asked, standing)
    dues = series.due_counts(Assignment.objects.filter(here), asked)
    given = Assignment.objects.filter(area__path=place.path)
    facts, told = facts_and_expected(given, asked.day, asked.known_at)
    lines_of = by_category(place.path, asked.seen_on)
    targets = Target.objects.filter(area__path=place.path)
    lines = target_lines(targets, asked.day, asked.compared, asked.known_at)
    own = own_tasks(caller, asked, facts, told, standing)
    plans = _plan_sections(
        breakdown,
        dues,
        facts=facts,
        told=told,
        asked=asked,
        overdue=own.overdue,
    )
    return Province(
        asked=asked,
        place=place,
        plans=plans,
        communes=commune_sections(breakdown, dues),
        targets=tuple(lines),
        groups=tuple(by_verdict(lines)),
        upcoming=own.upcoming,
        overdue=own.overdue,
        changes=own.changes,
        obstacles=joined(lines_of, proposals_of(place.path, asked.seen_on)),
        blocking=obstacle_finding(lines_of, code),
        coming=due_finding(
            asked.day, due_of((one for _cell, one in facts.values()), asked.day), code
        ),
    )


def _plan_sections(
    breakdown: Breakdown,
    dues: Sequence[series.DueCount],
    *,
    facts: FactsOf,
    told: Mapping[int, date],
    asked: Asked,
    overdue: Sequence[OverdueTask],
) -> tuple[PlanSection, ...]:
    """The province's own tasks, the document with most tasks first."""
    sections = []
    fallen = series.fallen_due(facts.values())
    for plan, rows, plan_dues in by_plan(Area.Level.PROVINCE, breakdown, dues):
        groups = _sums(
            rows,
            lambda row: (row.group_number, in_language(row.group_name_vi, row.group_name_en)),
        )
        agencies = _sums(
            rows,
            lambda row: (
                row.agency_order,
                row.agency_code,
                in_language(row.agency_short_vi, row.agency_short_en)
                or in_language(row.agency_name_vi, row.agency_name_en),
                row.head,
                in_language(row.head_title_vi, row.head_title_en),
            ),
        )
        # Most overdue first, then in protocol order.
        ordered = sorted(agencies.items(), key=lambda item: (-item[1].now.overdue, item[0][0]))
        dues_of: Mapping[date, int] = fallen.get(plan.plan_id, {})
        facts_here = {pk: one for pk, (cell, one) in facts.items() if cell.plan == plan.plan_id}
        spans_of = cell_timeline(facts_here.values())
        steps = series.steps(spans_of, dues_of, asked.day)
        lines = (ProvinceGroupLine(*key, counts) for key, counts in sorted(groups.items()))
        sections.append(
            PlanSection(
                plan_id=plan.plan_id,
                number=plan.plan_number,
                name=in_language(plan.plan_name_vi, plan.plan_name_en),
                is_illustrative=any(due.provenance == "illustrative" for due in plan_dues),
                provenance=plan.provenance,
                counts=added(rows.values()),
                # The lowest rate first: that is where help is needed.
                groups=tuple(sorted(lines, key=lambda line: line.counts.now.rate or 0)),
                agencies=tuple(
                    AgencyLine(code, name, head, title, counts, *oldest_of(code, overdue))
                    for (_order, code, name, head, title), counts in ordered
                ),
                steps=steps,
                months=series.month_ends(steps, asked.day),
                days=on_four_days(asked, spans_of),
                outlook=outlook_of(facts_here, told, asked.day),
            )
        )
    return tuple(sorted(sections, key=lambda section: -section.counts.now.total))


def _sums(rows: Breakdown, key: Callable[[BreakdownRow], _Key]) -> dict[_Key, Compared]:
    sums: dict[_Key, Compared] = {}
    for row, counts in rows.items():
        name = key(row)
        sums[name] = sums[name] + counts if name in sums else counts
    return sums


@open_to_all
@require_safe
def province_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked = reader_of(request), read_asked(request.GET)

    def context() -> dict[str, object]:
        with only(WORK, code):
            page = province(user, code, asked)
        return {
            "title": page.place.name,
            "place": page.place.short_name,
            "page": page,
            "is_illustrative": page.is_illustrative,
        }

    return serve(request, "dashboards/province.html", asked, context, variant=(code,))
