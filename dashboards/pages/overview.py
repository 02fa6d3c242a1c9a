"""Where do we stand? The whole country on one page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Value
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.web.requests import user_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import Place, province_code, provinces
from dashboards.frame.serving import serve
from dashboards.pages import tilemap
from dashboards.pages.obstacles import CategoryLine, by_category
from dashboards.pages.targets import TargetLine, VerdictGroup, by_verdict, target_lines
from dashboards.pages.tilemap import MEASURES, read_measure
from dashboards.pages.upcoming import NOT_COMMUNES, Upcoming
from dashboards.pages.upcoming import upcoming as upcoming_upcoming
from dashboards.sums.counts import Compared, added, compared, illustrative_plans
from dashboards.text import figures
from provinces.models import Area
from provinces.permissions import Caller
from targets.models import Target
from targets.models.target import TargetQuerySet
from tasks.completion.counts import Counts
from tasks.models import Completion

_LEVELS = {Area.Level.NATION: 0, Area.Level.PROVINCE: 1, Area.Level.COMMUNE: 2}
_PROVINCE_PATH = len("VN/00/")


@dataclass(frozen=True)
class PlanLine:
    """A document in one province, or of the nation. Commune assignments are lines of their own."""

    plan_id: int
    plan_number: str
    plan_name: str
    area_code: str
    of_communes: bool
    is_illustrative: bool
    counts: Compared

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


@dataclass(frozen=True)
class Overview:
    asked: Asked
    targets: tuple[TargetLine, ...]
    groups: tuple[VerdictGroup, ...]
    horizons: tuple[Horizon, ...]
    map: tilemap.TileMap
    plans: tuple[PlanLine, ...]
    tasks: Compared
    commune_tasks: Compared
    upcoming: Upcoming
    obstacles: tuple[CategoryLine, ...]

    @property
    def moved(self) -> list[TargetLine]:
        """Targets whose verdict changed since the compared day."""
        return [line for line in self.targets if line.has_changed]


def overview(caller: Caller, asked: Asked, measure: tilemap.Measure) -> Overview:
    """Seven SQL queries, whatever the size; one more for an indicator on the map."""
    lines = target_lines(national_targets(), asked.day, asked.compared)
    plans = _plan_lines(asked)
    return Overview(
        asked=asked,
        targets=tuple(lines),
        groups=tuple(by_verdict(lines)),
        horizons=tuple(_horizons(lines)),
        map=_map(measure, plans, asked),
        plans=tuple(plans),
        tasks=added(line.counts for line in plans if not line.of_communes),
        commune_tasks=added(line.counts for line in plans if line.of_communes),
        upcoming=upcoming_upcoming(caller, asked.day, NOT_COMMUNES),
        obstacles=tuple(by_category("", asked.day)),
    )


def national_targets() -> TargetQuerySet:
    """Targets of the nation's documents that implement no other: the Resolution's own."""
    return Target.objects.filter(plan__area__level=Area.Level.NATION, plan__implements__isnull=True)


def _horizons(lines: Iterable[TargetLine]) -> list[Horizon]:
    known = list(lines)
    years = sorted({line.horizon for line in known})
    return [
        Horizon(year, tuple(by_verdict(line for line in known if line.horizon == year)))
        for year in years
    ]


def _plan_lines(asked: Asked) -> list[PlanLine]:
    rows = Completion.objects.annotate(
        province=Substr(F("area__path"), Value(1), Value(_PROVINCE_PATH))
    )
    keys = ("plan", "plan__number", "plan__name_vi", "province", "area__level")
    found = compared(rows, keys, asked.day, asked.compared)
    made_up = illustrative_plans()
    ordered = sorted(found, key=lambda key: (_LEVELS[key[4]], key[3], key[1]))
    return [
        PlanLine(
            plan_id=key[0],
            plan_number=key[1],
            plan_name=key[2],
            area_code=province_code(key[3]),
            of_communes=key[4] == Area.Level.COMMUNE,
            is_illustrative=key[0] in made_up,
            counts=found[key],
        )
        for key in ordered
    ]


def _map(measure: tilemap.Measure, plans: list[PlanLine], asked: Asked) -> tilemap.TileMap:
    if measure.code in {"completion", "communes"}:
        counts = _counts_by_province(plans, of_communes=measure.code == "communes")
        return tilemap.tile_map(measure, tilemap.by_completion(counts))
    return tilemap.tile_map(measure, *tilemap.by_indicator(measure.code, asked.day))


def _counts_by_province(plans: list[PlanLine], *, of_communes: bool) -> Mapping[str, Counts]:
    counts: dict[str, Counts] = {}
    for line in plans:
        if line.of_communes is of_communes and line.area_code:
            counts[line.area_code] = counts.get(line.area_code, Counts()) + line.counts.now
    return counts


_JUDGED = ("achieved", "on_track", "at_risk", "off_track", "moving_away", "missed")
_PARTS: Mapping[str, Callable[[], str]] = {
    "achieved": lambda: _("%(n)s achieved"),
    "on_track": lambda: _("%(n)s on track"),
    "at_risk": lambda: _("%(n)s at risk"),
    "off_track": lambda: _("%(n)s off track"),
    "moving_away": lambda: _("%(n)s moving away"),
    "missed": lambda: _("%(n)s missed"),
    "not_assessable": lambda: _("%(n)s not assessable"),
    "no_data": lambda: _("%(n)s without data"),
    "judged_by_people": lambda: _("%(n)s judged by people"),
}


def of_overview(page: Overview) -> str:
    """ "38 chỉ tiêu: 1 đúng lộ trình, 3 chậm; 5 chưa đủ căn cứ … 3 nhiệm vụ quá hạn." """
    counts = {group.verdict: group.count for group in page.groups}
    total = len(page.targets)
    head = ngettext("%(n)s target", "%(n)s targets", total) % {"n": total}
    judged = _listed(counts, [v for v in _PARTS if v in _JUDGED])
    unjudged = _listed(counts, [v for v in _PARTS if v not in _JUDGED])
    listed = "; ".join(part for part in (judged, unjudged) if part)
    sentences = [f"{head}: {listed}." if listed else f"{head}."]
    sentences += _overdue(page.tasks, page.commune_tasks)
    return " ".join(sentences)


def _listed(counts: Mapping[str, int], verdicts: list[str]) -> str:
    return ", ".join(_PARTS[v]() % {"n": counts[v]} for v in verdicts if counts.get(v))


def _overdue(tasks: Compared, commune_tasks: Compared) -> list[str]:
    """Tasks and commune assignments are counted apart."""
    found = []
    if tasks.now.total:
        n = tasks.now.overdue
        found.append(ngettext("%(n)s task is overdue.", "%(n)s tasks are overdue.", n) % {"n": n})
    if commune_tasks.now.overdue:
        n = commune_tasks.now.overdue
        words = ngettext(
            "%(n)s assignment of communes is overdue.",
            "%(n)s assignments of communes are overdue.",
            n,
        )
        found.append(words % {"n": figures.number(n)})
    return found


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    asked, measure = read_asked(request.GET), read_measure(request.GET.get("measure", ""))

    def context() -> dict[str, object]:
        page = overview(user, asked, measure)
        return {
            "title": _("Overview"),
            "page": page,
            "sentence": of_overview(page),
            "measures": MEASURES,
        }

    return serve(
        request,
        "dashboards/overview.html",
        asked,
        context,
        variant=(measure.code,),
    )


@require_safe
def province_list(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    asked, measure = read_asked(request.GET), read_measure(request.GET.get("measure", ""))

    def context() -> dict[str, object]:
        page = overview(user, asked, measure)
        return {"title": _("Provinces and communes"), "page": page, "measures": MEASURES}

    return serve(
        request,
        "dashboards/provinces.html",
        asked,
        context,
        variant=(measure.code,),
    )
