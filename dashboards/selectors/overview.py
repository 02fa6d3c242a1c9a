"""Where do we stand? The whole country on one page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Value
from django.db.models.functions import Substr

from dashboards.day import Asked
from dashboards.places import Place, province_code, provinces
from dashboards.selectors import promises, tilemap
from dashboards.selectors.counts import Compared, added, compared, illustrative_plans
from dashboards.selectors.late import NOT_COMMUNES, Upcoming
from dashboards.selectors.late import upcoming as late_upcoming
from dashboards.selectors.obstacles import CategoryLine, by_category
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
    groups: tuple[promises.VerdictGroup, ...]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


@dataclass(frozen=True)
class Overview:
    asked: Asked
    targets: tuple[promises.TargetLine, ...]
    groups: tuple[promises.VerdictGroup, ...]
    horizons: tuple[Horizon, ...]
    map: tilemap.TileMap
    plans: tuple[PlanLine, ...]
    tasks: Compared
    commune_tasks: Compared
    upcoming: Upcoming
    obstacles: tuple[CategoryLine, ...]

    @property
    def moved(self) -> list[promises.TargetLine]:
        """Targets whose verdict changed since the compared day."""
        return [line for line in self.targets if line.has_changed]


def overview(caller: Caller, asked: Asked, measure: tilemap.Measure) -> Overview:
    """Seven SQL queries, whatever the size; one more for an indicator on the map."""
    lines = promises.standing(national_targets(), asked.day, asked.compared)
    plans = _plan_lines(asked)
    return Overview(
        asked=asked,
        targets=tuple(lines),
        groups=tuple(promises.by_verdict(lines)),
        horizons=tuple(_horizons(lines)),
        map=_map(measure, plans, asked),
        plans=tuple(plans),
        tasks=added(line.counts for line in plans if not line.of_communes),
        commune_tasks=added(line.counts for line in plans if line.of_communes),
        upcoming=late_upcoming(caller, asked.day, NOT_COMMUNES),
        obstacles=tuple(by_category("", asked.day)),
    )


def national_targets() -> TargetQuerySet:
    """Targets of the nation's documents that implement no other: the Resolution's own."""
    return Target.objects.filter(plan__area__level=Area.Level.NATION, plan__implements__isnull=True)


def _horizons(lines: Iterable[promises.TargetLine]) -> list[Horizon]:
    known = list(lines)
    years = sorted({line.horizon for line in known})
    return [
        Horizon(year, tuple(promises.by_verdict(line for line in known if line.horizon == year)))
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
