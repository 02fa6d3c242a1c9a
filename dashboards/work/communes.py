"""Communes × groups of a document: a whole phase at once, and the nation as provinces × groups."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.web.public import open_to_all
from core.web.requests import no_such_filter, read_choice, read_key
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import Place, provinces
from dashboards.frame.serving import serve
from dashboards.sums.counts import compared, countable
from dashboards.text import figures
from dashboards.work.finding import Bar, BarSeries, Counted, Finding, rows_url
from provinces.lookup import standing_on
from provinces.models import Area, Phase, Plan, PlanGroup
from tasks.completion.as_of import state_on
from tasks.completion.counts import AreaCounts, Counts, percentage, rank_areas
from tasks.labels import Sign
from tasks.models import Assignment, ProvinceSum
from tasks.models.assignment import OPEN_STATES, AssignmentQuerySet
from tasks.states import State

_LONGEST_NUMBER = 60
Groups = tuple[PlanGroup, ...]
ALERTS: Mapping[str, Sign] = {
    "red": Sign(gettext_lazy("Red (late)"), "bad", "bad"),
    "yellow": Sign(gettext_lazy("Yellow (warning)"), "warn", "warn"),
    "green": Sign(gettext_lazy("Green (ready)"), "good", "good"),
}
"""Of the central heat map: by the share that is overdue, from the settings."""


@dataclass(frozen=True)
class MatrixCell:
    """A unit in a group: completed, overdue and counted assignments."""

    group: int
    done: int = 0
    late: int = 0
    total: int = 0

    @property
    def kind(self) -> str:
        """How the cell is drawn."""
        if not self.total:
            return "none"
        return "late" if self.late else "done" if self.done == self.total else "open"


@dataclass(frozen=True)
class MatrixRow:
    """A commune, or a province where the whole nation is shown; only provinces are ranked."""

    code: str
    name: str
    rank: int | None
    cells: tuple[MatrixCell, ...]
    late_before: int = 0
    """On the compared day, where that is another than the usual one."""

    @property
    def done(self) -> int:
        return sum(cell.done for cell in self.cells)

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells)

    @property
    def late_change(self) -> int:
        return self.late - self.late_before

    @property
    def total(self) -> int:
        return sum(cell.total for cell in self.cells)

    @property
    def alert(self) -> str:
        late = 100 * self.late
        if late and late >= settings.R57_COMMUNE_RED * self.total:
            return "red"
        return "yellow" if late and late >= settings.R57_COMMUNE_YELLOW * self.total else "green"

    @property
    def sign(self) -> Sign:
        return ALERTS[self.alert]

    @property
    def rate(self) -> str:
        return figures.percent(Counts(self.done, 0, self.total - self.done).rate)


@dataclass(frozen=True)
class Matrix:
    asked: Asked
    plan: Plan
    plans: tuple[Plan, ...]
    phases: tuple[Phase, ...]
    phase: Phase | None
    place: Place | None
    groups: tuple[PlanGroup, ...]
    rows: tuple[MatrixRow, ...]
    alerts: Mapping[str, int]
    alert: str

    @property
    def area(self) -> str:
        return self.place.code if self.place else "VN"

    @property
    def phase_number(self) -> str:
        """Of a province; the nation is shown in all phases together."""
        return str(self.phase.number) if self.phase and self.place else ""

    @property
    def whole(self) -> MatrixRow:
        """All rows shown together."""
        columns = zip(*(row.cells for row in self.rows), strict=True)
        cells = tuple(
            MatrixCell(
                column[0].group,
                *(
                    sum(getattr(cell, name) for cell in column)
                    for name in ("done", "late", "total")
                ),
            )
            for column in columns
        )
        return MatrixRow(self.area, "", None, cells)


def matrix(
    asked: Asked, *, plan: str, place: Place | None, phase: int | None, alert: str
) -> Matrix | None:
    """Five SQL queries, whatever the size; two more for a chosen compared day.

    None where no document, or not the one asked for, gave communes work by the day.
    Raises Http404 for a document or a phase that is not there.
    """
    given = Assignment.objects.filter(area__level=Area.Level.COMMUNE, assigned_on__lte=asked.day)
    plans = tuple(Plan.objects.filter(pk__in=given.values("task__plan"), issued_on__lte=asked.day))
    if not plans and not plan:
        return None
    chosen = next((one for one in plans if one.number == plan or not plan), None)
    if chosen is None:
        get_object_or_404(Plan, number=plan, issued_on__lte=asked.day)
        return None
    phases = tuple(chosen.phases.order_by("number"))
    of_phase = next((one for one in phases if one.number == phase), None) if phase else None
    if phase and of_phase is None:
        raise Http404
    if of_phase is None and phases:
        of_phase = phases[0]
    groups = tuple(chosen.groups.order_by("number"))

    heirs = standing_on(asked.day).communes if place else {}

    def rows_on(day: Asked) -> list[MatrixRow]:
        if place is None:
            return _of_provinces(day, chosen, groups)
        own = given.filter(task__plan=chosen, area__path__startswith=place.path)
        return _of_communes(day, own, of_phase, heirs, groups)

    rows = rows_on(asked)
    if asked.compares:
        late = {row.code: row.late for row in rows_on(asked.of_compared)}
        rows = [replace(row, late_before=late.get(row.code, 0)) for row in rows]
    # What is late comes first.
    rows.sort(key=lambda row: -row.late)
    return Matrix(
        asked=asked,
        plan=chosen,
        plans=plans,
        phases=phases,
        phase=of_phase,
        place=place,
        groups=groups,
        rows=tuple(row for row in rows if alert in {"", row.alert}),
        alerts={key: sum(row.alert == key for row in rows) for key in ALERTS},
        alert=alert,
    )


def _of_communes(
    asked: Asked,
    given: AssignmentQuerySet,
    phase: Phase | None,
    heirs: Mapping[str, str],
    groups: Groups,
) -> list[MatrixRow]:
    """``heirs``: who stands for a merged commune (two SQL queries)."""
    day = asked.day
    rows = state_on(given, day, asked.known_at, lists=False)
    if phase:
        rows = rows.filter(task__phase=phase)
    sums: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0, 0])
    )
    keys = ("area__code", "task__group__number", "state_then", "due_then")
    found = rows.exclude(Q(state_then=State.CANCELLED)).order_by().values_list(*keys)
    for code, group, state, due, n in found.annotate(n=Count("*")):
        is_open = state in OPEN_STATES
        if is_open and due is None:
            continue
        cell = sums[heirs.get(code, code)][group]
        cell[0] += 0 if is_open else n
        cell[1] += n if is_open and due < day else 0
        cell[2] += n
    named = Area.objects.filter(code__in=sums).order_by("name_key")
    return [
        MatrixRow(
            area.code,
            area.short_name,
            None,
            tuple(MatrixCell(group.number, *sums[area.code][group.number]) for group in groups),
        )
        for area in named
    ]


def _of_provinces(asked: Asked, plan: Plan, groups: Groups) -> list[MatrixRow]:
    """Of all phases together, ranked (one SQL query)."""
    rows_of = ProvinceSum.objects.filter(plan=plan, of_communes=True)
    found = compared(rows_of, ("area__code", "group__number"), asked)
    sums: defaultdict[str, dict[int, Counts]] = defaultdict(dict)
    for (code, group), both in found.items():
        sums[code][group] = both.now
    places = provinces()
    areas = [
        AreaCounts(code, places[code].name_key, sum(by_group.values(), Counts()))
        for code, by_group in sums.items()
    ]
    nothing = Counts()
    rows = []
    for rank, area in rank_areas(areas):
        by_group = [(group.number, sums[area.code].get(group.number, nothing)) for group in groups]
        cells = tuple(MatrixCell(n, c.completed, c.overdue, countable(c)) for n, c in by_group)
        rows.append(MatrixRow(area.code, places[area.code].short_name, rank, cells))
    return rows


def groups_finding(found: Matrix) -> Finding:
    """Which group is stuck? Of each group the share that is completed, the least on top."""
    rows = {"level": "communes", "plan": found.plan.number, "area": found.area}
    if found.phase_number:
        rows["phase"] = found.phase_number
    cells = sorted(
        (cell for cell in found.whole.cells if cell.total), key=lambda cell: cell.done / cell.total
    )
    bars, names = [], {group.number: group.name for group in found.groups}
    for cell in cells:
        share = percentage(cell.done, cell.total)
        words = (
            f"{figures.percent(share)} ({figures.number(cell.done)}/{figures.number(cell.total)})"
        )
        url = rows_url(**rows, group_number=str(cell.group), counted="completed")
        label = figures.numbered(cell.group, names[cell.group])
        bars.append(Bar(label, (Counted(int(share or 0), url, words),)))
    title = _("No assignment of communes is counted")
    if bars and cells[0].done == cells[0].total:
        title = _("Every group is completed")
    elif bars:
        title = _("Least done: %(group)s, %(share)s") % {
            "group": bars[0].label,
            "share": figures.percent(percentage(cells[0].done, cells[0].total)),
        }
    return Finding(
        "communes-by-group",
        _("Which group is stuck? Share of the assignments of communes that are completed"),
        title,
        _("Group"),
        (BarSeries(_("Completed"), "done"),),
        tuple(bars),
        {name: rows[name] for name in ("plan", "area", "phase") if name in rows},
    )


@open_to_all
@require_safe
def communes_page(request: HttpRequest) -> HttpResponse:
    """``?plan=&area=&phase=&alert=``. Without ``area`` all provinces are shown."""
    asked = read_asked(request.GET)
    plan = request.GET.get("plan", "").strip()[:_LONGEST_NUMBER]
    phase, alert = read_key(request.GET, "phase"), read_choice(request.GET, "alert", ALERTS)
    code = request.GET.get("area", "").strip()
    place = provinces().get(code)
    if code and code != "VN" and place is None:
        raise no_such_filter("area")

    def context() -> dict[str, object]:
        page = matrix(asked, plan=plan, place=place, phase=phase, alert=alert)
        return {
            "title": _("Progress of communes"),
            "number": plan,
            "place": place.short_name if place else "",
            "page": page,
            "groups": groups_finding(page) if page and page.rows else None,
            "places": list(provinces().values()),
            "alerts": ALERTS,
            "yellow": settings.R57_COMMUNE_YELLOW,
            "red": settings.R57_COMMUNE_RED,
        }

    variant = (plan, code, phase, alert)
    return serve(request, "dashboards/work/communes.html", asked, context, variant=variant)
