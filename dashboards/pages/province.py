"""One province: its tasks, its targets, what is late, its obstacles."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.staleness import only
from core.text.language import in_language
from core.web.requests import user_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import Place, provinces
from dashboards.frame.serving import serve
from dashboards.pages.obstacles import ObstacleLine, by_category, joined, proposals_of
from dashboards.pages.targets import TargetLine, VerdictGroup, by_verdict, target_lines
from dashboards.pages.upcoming import NOT_COMMUNES, Upcoming, upcoming_of
from dashboards.sums import series
from dashboards.sums.counts import BreakdownRow, Compared, added, breakdown_of, countable
from dashboards.text import figures
from dashboards.work.changes import Changes, changes_of
from dashboards.work.days import CountsOnDay, on_four_days
from dashboards.work.overdue import OverdueTask, oldest_of, overdue_tasks
from provinces.lookup import standing_on
from provinces.models import Area
from provinces.permissions import Caller
from targets.models import Target
from tasks.completion.counts import Counts, CountSpan
from tasks.labels import STATUSES, Sign
from tasks.models import Assignment, ProvinceSum
from tasks.states import State
from tasks.touches import WORK

_Key = TypeVar("_Key")
_AGENCIES_SHOWN, _OVERDUE_SHOWN = 6, 10
_TONES = ("bad", "good", "done")
_Breakdown = Mapping[BreakdownRow, Compared]


@dataclass(frozen=True)
class ProvinceGroupLine:
    number: int
    name: str
    counts: Compared


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

    @property
    def agencies_shown(self) -> tuple[AgencyLine, ...]:
        """Those with overdue work; where there are none, the first ones."""
        late = tuple(line for line in self.agencies if line.counts.now.overdue)
        return late or self.agencies[:_AGENCIES_SHOWN]

    @property
    def agencies_folded(self) -> tuple[AgencyLine, ...]:
        return self.agencies[len(self.agencies_shown) :]

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
        if not self.steps:
            return ""
        last = self.steps[-1]
        words = {"done": figures.number(last.completed), "due": figures.number(last.due)}
        if last.overdue == 0:
            return _("Nothing is overdue: %(done)s completed, %(due)s fallen due") % words
        if last.completed >= last.due:
            return _("Ahead of its deadlines: %(done)s completed, %(due)s fallen due") % words
        return _("Behind its deadlines: %(done)s completed, %(due)s fallen due") % words


@dataclass(frozen=True)
class PhaseLine:
    number: int
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
    cells: tuple[str, ...]
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
    overdue: tuple[OverdueTask, ...]
    changes: Changes
    obstacles: tuple[ObstacleLine, ...]

    @property
    def overdue_shown(self) -> tuple[OverdueTask, ...]:
        return self.overdue[:_OVERDUE_SHOWN]

    @property
    def tasks(self) -> Compared:
        return added(plan.counts for plan in self.plans)

    @property
    def is_illustrative(self) -> bool:
        return any(plan.is_illustrative for plan in self.plans) or any(
            section.is_illustrative for section in self.communes
        )


def province(caller: Caller, code: str, asked: Asked) -> Province:
    """Eleven SQL queries, three more where deadlines moved, whatever the size.

    Raises Http404 for a code that is no province's.
    """
    place = provinces().get(code)
    if place is None:
        raise Http404
    here = Q(area__path__startswith=place.path)
    standing = standing_on(asked.day)
    breakdown = breakdown_of(place, asked, standing)
    dues = series.due_counts(Assignment.objects.filter(here), asked.day)
    own_dues = [due for due in dues if due.level == Area.Level.PROVINCE]
    fallen = series.fallen_due(own_dues, Assignment.objects.filter(area__path=place.path))
    own = ProvinceSum.objects.filter(
        area__path=place.path, of_communes=False, day__lte=asked.day
    ).annotate(begins=F("day"))
    lines = target_lines(Target.objects.filter(area__path=place.path), asked.day, asked.compared)
    overdue = overdue_tasks(caller, asked.day, here & NOT_COMMUNES, standing)
    plans = _plan_sections(
        breakdown,
        dues,
        fallen=fallen,
        spans=series.spans(own),
        asked=asked,
        overdue=overdue,
    )
    return Province(
        asked=asked,
        place=place,
        plans=plans,
        communes=_commune_sections(breakdown, dues),
        targets=tuple(lines),
        groups=tuple(by_verdict(lines)),
        upcoming=upcoming_of(caller, asked.day, here & NOT_COMMUNES, names=standing.names),
        overdue=overdue,
        changes=changes_of(caller, asked, here & NOT_COMMUNES, standing.names),
        obstacles=joined(by_category(place.path, asked.day), proposals_of(place.path, asked.day)),
    )


def _plan_sections(
    breakdown: _Breakdown,
    dues: Sequence[series.DueCount],
    *,
    fallen: Mapping[int, Mapping[date, int]],
    spans: Mapping[int, list[CountSpan]],
    asked: Asked,
    overdue: Sequence[OverdueTask],
) -> tuple[PlanSection, ...]:
    """The province's own tasks, the document with most tasks first."""
    sections = []
    for plan, rows, plan_dues in _by_plan(Area.Level.PROVINCE, breakdown, dues):
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
        spans_of, dues_of = spans.get(plan.plan_id, []), fallen.get(plan.plan_id, {})
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
            )
        )
    return tuple(sorted(sections, key=lambda section: -section.counts.now.total))


def _commune_sections(
    breakdown: _Breakdown, dues: Sequence[series.DueCount]
) -> tuple[CommuneSection, ...]:
    sections = []
    for plan, rows, plan_dues in _by_plan(Area.Level.COMMUNE, breakdown, dues):
        phases: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
        for due in plan_dues:
            if due.state != State.CANCELLED:
                phases[due.phase_number, due.phase][0] += (
                    due.count if due.state == State.COMPLETED else 0
                )
                phases[due.phase_number, due.phase][1] += due.count
        communes = [counts.now for counts in rows.values()]
        sections.append(
            CommuneSection(
                plan_id=plan.plan_id,
                number=plan.plan_number,
                name=in_language(plan.plan_name_vi, plan.plan_name_en),
                is_illustrative=any(due.provenance == "illustrative" for due in plan_dues),
                provenance=plan.provenance,
                counts=added(rows.values()),
                communes=len(communes),
                finished=sum(counts.completed == countable(counts) for counts in communes),
                with_overdue=sum(counts.overdue > 0 for counts in communes),
                cells=tuple(sorted(map(_tone, communes), key=_TONES.index)),
                phases=tuple(PhaseLine(*key, *phases[key]) for key in sorted(phases) if key[0]),
            )
        )
    return tuple(sections)


def _tone(counts: Counts) -> str:
    """How a commune is drawn."""
    if counts.overdue:
        return "bad"
    return "done" if counts.completed == countable(counts) else "good"


def _by_plan(
    level: Area.Level, breakdown: _Breakdown, dues: Sequence[series.DueCount]
) -> Iterator[tuple[BreakdownRow, _Breakdown, list[series.DueCount]]]:
    """Of each plan: a row that names it, the counts of areas of the level, and their deadlines."""
    plans: defaultdict[int, dict[BreakdownRow, Compared]] = defaultdict(dict)
    for row, counts in breakdown.items():
        if row.level == level:
            plans[row.plan_id][row] = counts
    for plan_id, rows in plans.items():
        plan_dues = [due for due in dues if due.plan_id == plan_id and due.level == level]
        yield next(iter(rows)), rows, plan_dues


def _sums(rows: _Breakdown, key: Callable[[BreakdownRow], _Key]) -> dict[_Key, Compared]:
    sums: dict[_Key, Compared] = {}
    for row, counts in rows.items():
        name = key(row)
        sums[name] = sums[name] + counts if name in sums else counts
    return sums


@require_safe
def province_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked = user_of(request), read_asked(request.GET)

    def context() -> dict[str, object]:
        with only(WORK, code):
            page = province(user, code, asked)
        return {"title": page.place.name, "place": page.place.short_name, "page": page}

    return serve(request, "dashboards/province.html", asked, context, variant=(code,))
