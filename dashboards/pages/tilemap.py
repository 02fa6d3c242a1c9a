"""The tile map of Viet Nam: one figure a province, and the order it puts them in."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import refuse
from dashboards.frame.places import Place, provinces
from dashboards.text import figures
from indicators.direction import Direction
from indicators.models import Reading
from tasks.completion.counts import AreaCounts, Counts, rank_areas

PROVINCES_TODAY = 34
"""Base of the readings that may be laid beside each other."""

_BINS = 5


@dataclass(frozen=True)
class Measure:
    """What the tiles show: a completion rate, or an indicator."""

    code: str
    label: str | Promise


MEASURES = (
    Measure("completion", gettext_lazy("Completion rate")),
    Measure("communes", gettext_lazy("Completion rate of communes")),
    Measure("dti_provincial", gettext_lazy("Digital Transformation Index (DTI)")),
    Measure("pii", gettext_lazy("Provincial Innovation Index (PII)")),
    Measure("digital_economy_grdp", gettext_lazy("Digital economy in GRDP")),
)
"""Completion, and what is published for provinces side by side."""


def read_measure(text: str) -> Measure:
    """Raises Refused (``unknown_measure``) naming the parameter."""
    for measure in MEASURES:
        if measure.code == (text or MEASURES[0].code):
            return measure
    detail = _("“%(text)s” is not one of the figures of the map.") % {"text": text[:40]}
    raise refuse("unknown_measure", detail, "/measure")


@dataclass(frozen=True)
class TileFigures:
    """A province in the order of a measure. ``rank`` is None without a figure."""

    place: Place
    rank: int | None
    text: str
    note: str
    bin: int


@dataclass(frozen=True)
class Tile:
    """Place on the grid; ``standing`` is None for the two archipelagos."""

    row: int
    column: int
    label: str
    standing: TileFigures | None


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
    def best(self) -> tuple[TileFigures, ...]:
        return self.ranked[:3]

    @property
    def last(self) -> tuple[TileFigures, ...]:
        """The three at the end, where they are not among the best too."""
        return self.ranked[3:][-3:]


def tile_map(measure: Measure, standings: list[TileFigures], period: str = "") -> TileMap:
    by_code = {standing.place.code: standing for standing in standings}
    tiles = tuple(
        Tile(spot.row, spot.column, _label(spot, by_code), by_code.get(spot.code))
        for spot in _grid()
    )
    return TileMap(
        measure,
        tiles,
        tuple(s for s in standings if s.rank is not None),
        tuple(s for s in standings if s.rank is None),
        period,
    )


class _Spot(NamedTuple):
    code: str
    row: int
    column: int
    label_vi: str


@cache
def _grid() -> tuple[_Spot, ...]:
    path = settings.BASE_DIR / "fixtures" / "reference" / "tilemap.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            _Spot(row["code"], int(row["row"]), int(row["col"]), row["label_vi"])
            for row in csv.DictReader(file)
        )


def _label(spot: _Spot, by_code: Mapping[str, TileFigures]) -> str:
    if spot.code in by_code:
        return by_code[spot.code].place.short_name
    islands = {"HS": _("Hoàng Sa archipelago"), "TS": _("Trường Sa archipelago")}
    return islands.get(spot.code, spot.label_vi)


# The order ------------------------------------------------------------------------------------


def by_completion(counts: Mapping[str, Counts]) -> list[TileFigures]:
    """Provinces by completion rate; equal figures share a rank."""
    places = provinces()
    areas = [AreaCounts(p.code, p.name_key, counts.get(p.code, Counts())) for p in places.values()]
    return [
        TileFigures(
            places[item.area.code],
            item.rank,
            figures.percent(item.area.counts.rate),
            f"{item.area.counts.completed}/{_counted(item.area.counts)}",
            _bin_of_rate(item.area.counts.rate),
        )
        for item in rank_areas(areas)
    ]


def _counted(counts: Counts) -> int:
    return counts.total - counts.cancelled - counts.ongoing


def _bin_of_rate(rate: Decimal | None) -> int:
    return 0 if rate is None else min(_BINS, int(rate) // 20 + 1)


def by_indicator(code: str, day: date) -> tuple[list[TileFigures], str]:
    """Provinces by their figure of the newest period that any has, and that period's name.

    One SQL query. Only readings counted among today's provinces are laid beside each other.
    """
    rows = (
        Reading.objects.filter(
            indicator__code=code, base=PROVINCES_TODAY, area__level="province", value_qualifier=""
        )
        .exclude(period="")
        .exclude(obs_status="F")
        .as_of(day)
        .select_related("area", "indicator")
    )
    known = [row for row in rows if row.obs_status != "O"]
    newest = max(known, key=lambda row: (row.last_day, row.period)).period if known else ""
    shown = {row.area.code: row for row in known if row.period == newest}
    return _ordered(shown), figures.period(newest)


def _ordered(shown: Mapping[str, Reading]) -> list[TileFigures]:
    """By the published rank where every figure has one, else by the figure itself."""
    places = provinces()
    rows = {code: row for code, row in shown.items() if code in places}
    is_published = all(row.rank for row in rows.values())
    merits = {
        code: Decimal(row.rank or 0) if is_published else _merit(row) for code, row in rows.items()
    }
    ordered = sorted(merits, key=lambda code: (merits[code], places[code].name_key))
    standings, shared = [], 0
    for position, code in enumerate(ordered, start=1):
        if position == 1 or merits[code] != merits[ordered[position - 2]]:
            shared = position
        rank = rows[code].rank if is_published else shared
        bin_ = _BINS - (position - 1) * _BINS // len(ordered)
        standings.append(TileFigures(places[code], rank, *_texts(rows[code]), bin_))
    others = [place for code, place in places.items() if code not in merits]
    return standings + [TileFigures(place, None, figures.NOTHING, "", 0) for place in others]


def _merit(row: Reading) -> Decimal:
    """Smaller is better."""
    value = row.value if row.value is not None else Decimal(-(row.rank or 0))
    return -value if row.indicator.direction == Direction.UP else value


def _texts(row: Reading) -> tuple[str, str]:
    if row.value is None:
        rank = _("rank %(n)s") % {"n": row.rank}
        return rank, ""
    return figures.number(row.value), row.indicator.unit
