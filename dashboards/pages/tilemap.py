"""The tile map of Viet Nam: one figure for each province, and the order of provinces by it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.db.conditions import any_of
from core.errors import refuse
from core.tables.fixtures import read_table
from dashboards.frame.day import Asked
from dashboards.frame.places import Place, provinces
from dashboards.sums.counts import countable
from dashboards.text import figures
from dashboards.work.finding import rows_url
from indicators.direction import Direction
from indicators.models import Indicator, ObsStatus, Reading
from provinces.models import Area
from tasks.completion.counts import AreaCounts, Counts, rank_areas

PROVINCES_TODAY = 34
"""Base of the readings that may be compared with each other."""

_BINS = 5


@dataclass(frozen=True)
class Measure:
    """What the tiles show: a completion rate, or an indicator."""

    code: str
    label: str | Promise


COMMUNES = Measure("communes", gettext_lazy("Completion rate of communes"))
MEASURES = (
    Measure("completion", gettext_lazy("Completion rate")),
    COMMUNES,
    Measure("dti_provincial", gettext_lazy("Digital Transformation Index (DTI)")),
    Measure("pii", gettext_lazy("Provincial Innovation Index (PII)")),
    Measure("digital_economy_grdp", gettext_lazy("Digital economy in GRDP")),
)
"""Completion, and indicators that are published for all provinces."""


def read_measure(text: str) -> Measure | None:
    """None where none is asked for. Raises Refused (``unknown_measure``) naming the parameter."""
    if not text:
        return None
    for measure in MEASURES:
        if measure.code == text:
            return measure
    detail = _("“%(text)s” is not one of the figures of the map.") % {"text": text[:40]}
    raise refuse("unknown_measure", detail, "/measure")


@dataclass(frozen=True)
class TileFigures:
    """The figure of a province. ``rank`` is None where it has none; ``url``: its rows; ``value``:
    what was published, a rank where only that was."""

    place: Place
    rank: int | None
    text: str
    note: str
    bin: int
    url: str = ""
    value: Decimal | None = None


@dataclass(frozen=True)
class FiguresOfTwoDays:
    """The published figure of a province on the compared day and on the day."""

    before: TileFigures
    now: TileFigures

    @property
    def change(self) -> Decimal | None:
        """None where it had none on one of them."""
        before, now = self.before.value, self.now.value
        return None if before is None or now is None else now - before


@dataclass(frozen=True)
class Tile:
    """A place on the grid; ``standing`` is None for the two archipelagos."""

    row: int
    column: int
    label: str
    standing: TileFigures | None


@dataclass(frozen=True)
class TileStep:
    """A shade of the map and the figures that have it."""

    bin: int
    words: str


@dataclass(frozen=True)
class TileMap:
    measure: Measure
    tiles: tuple[Tile, ...]
    ranked: tuple[TileFigures, ...]
    unranked: tuple[TileFigures, ...]
    period: str

    @property
    def with_figure(self) -> int:
        return len(self.ranked)

    @property
    def count(self) -> int:
        return len(self.ranked) + len(self.unranked)

    @property
    def steps(self) -> list[TileStep]:
        """The highest first, each with its own highest and lowest figure."""
        steps = []
        for bin_ in range(_BINS, 0, -1):
            texts = [one.text for one in self.ranked if one.bin == bin_]
            if texts:
                words = texts[0] if texts[0] == texts[-1] else f"{texts[-1]}–{texts[0]}"
                steps.append(TileStep(bin_, words))
        return steps

    @property
    def best(self) -> tuple[TileFigures, ...]:
        return self.ranked[:3]

    @property
    def last(self) -> tuple[TileFigures, ...]:
        """The three at the end, where every province has a figure and they are not the best too."""
        return () if self.unranked else self.ranked[3:][-3:]


def tile_map(measure: Measure, standings: list[TileFigures], period: str = "") -> TileMap:
    by_code = {standing.place.code: standing for standing in standings}
    islands = {"HS": _("Hoàng Sa archipelago"), "TS": _("Trường Sa archipelago")}
    tiles = []
    for row in read_table("reference/tilemap"):
        code = row["code"]
        standing = by_code.get(code)
        label = standing.place.short_name if standing else islands.get(code, row["label_vi"])
        tiles.append(Tile(int(row["row"]), int(row["col"]), label, standing))
    return TileMap(
        measure,
        tuple(tiles),
        tuple(s for s in standings if s.rank is not None),
        tuple(s for s in standings if s.rank is None),
        period,
    )


# The order of provinces -----------------------------------------------------------------------


def by_completion(counts: Mapping[str, Counts], level: str = "agencies") -> list[TileFigures]:
    """Provinces by completion rate, equal figures share a rank. ``level``: whose work it is."""
    places = provinces()
    areas = [AreaCounts(p.code, p.name_key, counts.get(p.code, Counts())) for p in places.values()]
    lines = []
    ranked = rank_areas(areas)
    known = sum(item.rank is not None for item in ranked)
    for item in ranked:
        done, rate = item.area.counts, item.area.counts.rate
        lines.append(
            TileFigures(
                places[item.area.code],
                item.rank,
                figures.percent(rate),
                f"{figures.number(done.completed)}/{figures.number(countable(done))}",
                _BINS - (item.rank - 1) * _BINS // known if item.rank else 0,
                rows_url(level=level, area=item.area.code, counted="countable"),
            )
        )
    return lines


def published(codes: Collection[str], asked: Asked) -> Mapping[str, list[Reading]]:
    """The newest readings of provinces, by indicator (one SQL query). Only those counted among
    today's provinces can be compared."""
    rows = (
        Reading.objects.filter(
            base=PROVINCES_TODAY, area__level=Area.Level.PROVINCE, value_qualifier=""
        )
        .exclude(period="")
        .exclude(obs_status=ObsStatus.FORECAST)
        .as_of(asked.day, asked.known_at)
    )
    known = rows.exclude(obs_status=ObsStatus.MISSING).order_by("-last_day").values("last_day")
    # Of each the last day is found by its index: nothing is read of the years before it.
    newest = []
    for code in codes:
        one = Subquery(Indicator.objects.filter(code=code).values("pk"))
        newest.append(Q(indicator=one, last_day=Subquery(known.filter(indicator=one)[:1])))
    found: defaultdict[str, list[Reading]] = defaultdict(list)
    for row in rows.filter(any_of(newest)).select_related("area", "indicator"):
        found[row.indicator.code].append(row)
    return found


def by_indicator(rows: Iterable[Reading]) -> tuple[list[TileFigures], str]:
    """Provinces by their figure of the newest period that any has, and that period's name."""
    known = [row for row in rows if row.obs_status != ObsStatus.MISSING]
    newest = max(known, key=lambda row: (row.last_day, row.period)).period if known else ""
    places = provinces()
    shown = {
        row.area.code: row for row in known if row.period == newest and row.area.code in places
    }
    # By the published rank where every figure has one, else by the figure itself.
    is_published = all(row.rank for row in shown.values())
    merits = {
        code: Decimal(row.rank or 0) if is_published else _merit(row) for code, row in shown.items()
    }
    ordered = sorted(merits, key=lambda code: (merits[code], places[code].name_key))
    lines, shared_rank = [], 0
    for position, province in enumerate(ordered, start=1):
        row = shown[province]
        if position == 1 or merits[province] != merits[ordered[position - 2]]:
            shared_rank = position
        rank = row.rank if is_published else shared_rank
        if row.value is None:
            text, unit = _("rank %(n)s") % {"n": row.rank}, ""
        else:
            text, unit = figures.number(row.value), row.indicator.unit
        bin_ = _BINS - (position - 1) * _BINS // len(ordered)
        url = rows_url(f"/indicators/{row.indicator.code}/", area=province)
        value = Decimal(row.rank or 0) if row.value is None else row.value
        lines.append(TileFigures(places[province], rank, text, unit, bin_, url, value))
    others = [place for code, place in places.items() if code not in shown]
    lines += [TileFigures(place, None, figures.NOTHING, "", 0) for place in others]
    return lines, figures.period(newest)


def of_two_days(shown: TileMap, asked: Asked) -> list[FiguresOfTwoDays]:
    """Of provinces with a figure on one of the days, where the map shows a published one (one SQL
    query); of completion the counts are compared."""
    code = shown.measure.code
    now = {one.place.code: one for one in (*shown.ranked, *shown.unranked)}
    if not asked.compares or all(one.value is None for one in now.values()):
        return []
    before, _period = by_indicator(published([code], asked.of_compared)[code])
    pairs = [FiguresOfTwoDays(one, now[one.place.code]) for one in before]
    return [pair for pair in pairs if pair.before.rank or pair.now.rank]


def _merit(row: Reading) -> Decimal:
    """Of the figure, or of the rank where there is none; smaller is better."""
    value = row.value if row.value is not None else Decimal(-(row.rank or 0))
    return -value if row.indicator.direction == Direction.UP else value
