"""The whole country on one page: targets, documents, a map, what is late."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from core.web.public import open_to_all, reader_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import NOT_COMMUNES, Place, provinces
from dashboards.frame.serving import serve
from dashboards.pages import tilemap
from dashboards.pages.obstacles import CategoryLine, by_category, obstacle_finding
from dashboards.pages.targets import (
    TargetLine,
    VerdictGroup,
    by_verdict,
    national_targets,
    target_lines,
)
from dashboards.pages.tilemap import COMMUNES, MEASURES, read_measure
from dashboards.sums.counts import (
    Compared,
    Key,
    ThenNow,
    added,
    compared,
    has_illustrative,
    whole_lines,
)
from dashboards.text import figures
from dashboards.work.changes import Changes, changes_of
from dashboards.work.coming import DueMonth, due_by_day, due_by_month, due_finding
from dashboards.work.finding import Finding
from dashboards.work.overdue import AgeBand, age_bands, deadlines, delay_finding
from dashboards.work.ranks import ranks_of
from dashboards.work.upcoming import COMING, Upcoming, upcoming_of
from indicators.models import Reading
from provinces.lookup import names_on
from provinces.models.places import province_code
from provinces.permissions import NATION_PATH, Caller
from tasks.completion.counts import Counts
from tasks.models import ProvinceSum

_NATION = "VN"
_LATE_SHOWN = 11
_FEW = 10
"""A measure known of fewer provinces is named, and not offered first."""


@dataclass(frozen=True)
class PlanLine:
    """A document in one province, or of the nation. Commune assignments are lines of their own."""

    plan_id: int
    plan_number: str
    area_code: str
    of_communes: bool
    is_illustrative: bool
    counts: Compared

    @property
    def level(self) -> str:
        """Which kind of rows the list shows for it."""
        return "communes" if self.of_communes else "agencies"

    @property
    def rows_in(self) -> str:
        return self.area_code or "VN"

    @property
    def area(self) -> Place | None:
        """None for the whole country."""
        return provinces().get(self.area_code)


@dataclass(frozen=True)
class Horizon:
    """Targets to one year, by verdict."""

    year: int
    groups: tuple[VerdictGroup, ...]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def judged(self) -> list[TargetLine]:
        """Those with a verdict about progress, the farthest behind first."""
        lines = [line for group in self.groups if group.is_judged for line in group.lines]
        return sorted(lines, key=lambda line: -line.lag)


@dataclass(frozen=True)
class Maps:
    """The map that is shown, and of which other figures there are maps: of most provinces, or of
    few."""

    asked: Asked
    map: tilemap.TileMap
    offered: tuple[tilemap.Measure, ...]
    few: tuple[tuple[tilemap.Measure, int], ...]


@dataclass(frozen=True)
class Overview(Maps):
    targets: tuple[TargetLine, ...]
    groups: tuple[VerdictGroup, ...]
    horizons: tuple[Horizon, ...]
    plans: tuple[PlanLine, ...]
    tasks: Compared
    commune_tasks: Compared
    upcoming: Upcoming
    months: tuple[DueMonth, ...]
    bands: tuple[AgeBand, ...]
    delay: Finding
    coming: Finding
    blocking: Finding
    changes: Changes
    published: int
    obstacles: tuple[CategoryLine, ...]
    soon: int

    @property
    def is_illustrative(self) -> bool:
        return any(line.is_illustrative for line in self.plans)

    @property
    def then_now(self) -> list[ThenNow]:
        return whole_lines(self.tasks, self.commune_tasks, _NATION)

    @property
    def moved(self) -> list[TargetLine]:
        """Targets whose verdict changed since the compared day."""
        return [line for line in self.targets if line.has_changed]


def overview(caller: Caller, asked: Asked, measure: tilemap.Measure | None) -> Overview:
    """Eight SQL queries, whatever the size; one more for a past day."""
    lines = target_lines(national_targets(), asked.day, asked.compared, asked.known_at)
    years = sorted({line.horizon for line in lines})
    plans = _plan_lines(asked)
    names = names_on(asked.day)
    ahead = deadlines(asked, NOT_COMMUNES)
    bands, dues = age_bands(asked.day, ahead), due_by_day(asked.day, ahead)
    obstacles = by_category("", asked.seen_on)
    new = Reading.objects.published_by(asked.day, asked.known_at).filter(
        published_on__gt=asked.compared
    )
    return Overview(
        **vars(_maps(asked, plans, measure)),
        targets=tuple(lines),
        groups=tuple(by_verdict(lines)),
        horizons=tuple(
            Horizon(year, tuple(by_verdict(line for line in lines if line.horizon == year)))
            for year in years
        ),
        plans=tuple(plans),
        tasks=added(line.counts for line in plans if not line.of_communes),
        commune_tasks=added(line.counts for line in plans if line.of_communes),
        upcoming=upcoming_of(caller, asked, NOT_COMMUNES, _LATE_SHOWN, names=names),
        months=due_by_month(asked.day, dues),
        bands=bands,
        soon=sum(n for due, n in dues.items() if due <= asked.day + COMING),
        delay=delay_finding(bands, _NATION),
        coming=due_finding(asked.day, dues, _NATION),
        blocking=obstacle_finding(obstacles, _NATION),
        changes=changes_of(caller, asked, NOT_COMMUNES, names),
        published=new.count(),
        obstacles=tuple(line for line in obstacles if line.units),
    )


def _plan_lines(asked: Asked) -> list[PlanLine]:
    """The nation's documents, then those in provinces, then those of communes; of each the ones
    with most overdue first (1 SQL query)."""
    rows = ProvinceSum.objects.annotate(made_up=has_illustrative("plan"))
    keys = ("of_communes", "area__path", "plan__number", "plan", "made_up")
    found = compared(rows, keys, asked)

    def place(key: Key) -> tuple[bool, bool, int, Key]:
        of_communes, path, *_rest = key
        return of_communes, path != NATION_PATH, -found[key].now.overdue, key

    return [
        PlanLine(plan, number, province_code(path), of_communes, made_up, found[key])
        for key in sorted(found, key=place)
        for of_communes, path, number, plan, made_up in [key]
    ]


def province_lines(plans: Iterable[PlanLine], *, of_communes: bool) -> list[ThenNow]:
    """Each province's work of all documents, by name."""
    sums = defaultdict[str, list[Compared]](list)
    for line in plans:
        if line.of_communes is of_communes:
            sums[line.area_code].append(line.counts)
    level = "communes" if of_communes else "agencies"
    return [
        ThenNow(place.name, added(sums[code]), {"area": code, "level": level})
        for code, place in provinces().items()
        if code in sums
    ]


def _maps(asked: Asked, plans: list[PlanLine], measure: tilemap.Measure | None) -> Maps:
    """``measure``: None for the one with a figure of most provinces (1 SQL query)."""
    published = tilemap.published([one.code for one in MEASURES], asked)
    maps = [_map(one, plans, published) for one in MEASURES]
    shown = next((one for one in maps if one.measure == measure), None)
    return Maps(
        asked=asked,
        map=shown or max(maps, key=lambda one: one.with_figure),
        offered=tuple(one.measure for one in maps if one.with_figure >= _FEW or one == shown),
        few=tuple((one.measure, one.with_figure) for one in maps if one.with_figure < _FEW),
    )


def _map(
    measure: tilemap.Measure, plans: list[PlanLine], published: Mapping[str, list[Reading]]
) -> tilemap.TileMap:
    if measure.code not in {"completion", "communes"}:
        return tilemap.tile_map(measure, *tilemap.by_indicator(published.get(measure.code, ())))
    of_communes = measure.code == "communes"
    level = "communes" if of_communes else "agencies"
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    for line in plans:
        if line.of_communes is of_communes and line.area_code:
            counts[line.area_code] += line.counts.now
    return tilemap.tile_map(measure, tilemap.by_completion(counts, level))


JUDGED: Mapping[str, str | Promise] = {
    "achieved": gettext_lazy("%(n)s achieved"),
    "on_track": gettext_lazy("%(n)s on track"),
    "at_risk": gettext_lazy("%(n)s at risk"),
    "off_track": gettext_lazy("%(n)s off track"),
    "moving_away": gettext_lazy("%(n)s moving away"),
    "missed": gettext_lazy("%(n)s missed"),
}
NOT_JUDGED: Mapping[str, str | Promise] = {
    "not_assessable": gettext_lazy("%(n)s not assessable"),
    "no_data": gettext_lazy("%(n)s without data"),
    "judged_by_people": gettext_lazy("%(n)s judged by people"),
}


@dataclass(frozen=True)
class Phrase:
    """Words of the sentence, and the rows that its number counts; "" where it counts none."""

    words: str
    url: str = ""
    is_late: bool = False


_LATE_VERDICTS = {"off_track", "moving_away", "missed"}


def sentence_of(page: Overview) -> list[Phrase]:
    """ "38 chỉ tiêu: 1 đúng lộ trình, 3 chậm; 5 chưa đủ căn cứ … 3 nhiệm vụ quá hạn." """
    counts = {group.verdict: group.count for group in page.groups}
    total = len(page.targets)
    targets = page.asked.carried("/targets/", area=_NATION)
    said = [Phrase(ngettext("%(n)s target", "%(n)s targets", total) % {"n": total}, targets)]
    for place, verdicts in enumerate((JUDGED, NOT_JUDGED)):
        joint = "; " if place and len(said) > 1 else ": "
        for verdict, words in verdicts.items():
            if n := counts.get(verdict):
                url = page.asked.carried("/targets/", area=_NATION, verdict=verdict)
                said.append(Phrase(joint))
                said.append(Phrase(str(words) % {"n": n}, url, verdict in _LATE_VERDICTS))
                joint = ", "
    said.append(Phrase("."))
    # Tasks and assignments of communes are counted apart.
    if page.tasks.now.total:
        n = page.tasks.now.overdue
        words = ngettext("%(n)s task is overdue.", "%(n)s tasks are overdue.", n)
        late = page.asked.carried("/tasks/", level="agencies", area=_NATION, counted="overdue")
        said += [Phrase(" "), Phrase(words % {"n": figures.number(n)}, late, n > 0)]
    if page.commune_tasks.now.overdue:
        n = page.commune_tasks.now.overdue
        words = ngettext(
            "%(n)s assignment of communes is overdue.",
            "%(n)s assignments of communes are overdue.",
            n,
        )
        late = page.asked.carried("/tasks/", level="communes", area=_NATION, counted="overdue")
        said += [Phrase(" "), Phrase(words % {"n": figures.number(n)}, late, is_late=True)]
    return said


@open_to_all
@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    user = reader_of(request)
    asked, measure = read_asked(request.GET), read_measure(request.GET.get("measure", ""))

    def context() -> dict[str, object]:
        page = overview(user, asked, measure)
        return {
            "title": _("Overview"),
            "page": page,
            "sentence": sentence_of(page),
            "is_illustrative": page.is_illustrative,
        }

    return serve(
        request,
        "dashboards/overview.html",
        asked,
        context,
        variant=(measure and measure.code,),
    )


@open_to_all
@require_safe
def province_list(request: HttpRequest) -> HttpResponse:
    asked, measure = read_asked(request.GET), read_measure(request.GET.get("measure", ""))

    def context() -> dict[str, object]:
        plans = _plan_lines(asked)
        page = _maps(asked, plans, measure)
        return {
            "title": _("Areas"),
            "page": page,
            "of_two_days": tilemap.of_two_days(page.map, asked),
            "ranks": ranks_of(asked),
            "then_now": province_lines(plans, of_communes=measure == COMMUNES),
        }

    return serve(
        request,
        "dashboards/provinces.html",
        asked,
        context,
        variant=(measure and measure.code,),
    )
