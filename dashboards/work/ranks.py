"""Who moved? Ranks of the provinces on three days, of one base: the same provinces on each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from core.db.conditions import any_of
from dashboards.frame.day import Asked
from dashboards.frame.places import Place, provinces
from dashboards.text import figures
from dashboards.work.days import months_before
from tasks.completion.counts import AreaCounts, Counts, rank_areas
from tasks.models import ProvinceSum
from tasks.models.completion import COUNTS

_MONTHS = (2, 1, 0)
_MOVED_SHOWN = 3


@dataclass(frozen=True)
class RankLine:
    """A province and its rank on each of the days."""

    place: Place
    ranks: tuple[int, ...]

    @property
    def up(self) -> int:
        """By how many ranks it rose from the day before the last; negative: fell."""
        return self.ranks[-2] - self.ranks[-1]


@dataclass(frozen=True)
class Ranks:
    """``lines`` are empty where the days have not the same provinces, or fewer than two."""

    days: tuple[date, ...]
    lines: tuple[RankLine, ...]

    @property
    def question(self) -> str:
        return _("Who moved? Ranks by completion, two months ago, a month ago and now")

    @property
    def moved(self) -> tuple[RankLine, ...]:
        """Those that rose most, then those that fell most."""
        by_move = sorted(self.lines, key=lambda line: -line.up)
        risen = [line for line in by_move if line.up > 0][:_MOVED_SHOWN]
        return (*risen, *[line for line in by_move if line.up < 0][-_MOVED_SHOWN:])

    @property
    def title(self) -> str:
        if not self.lines:
            return _("Ranks are compared only where the same provinces have figures on three days")
        words = {"day": figures.day(self.days[-2])}
        if not self.moved:
            return _("No province moved since %(day)s") % words
        first, last = self.moved[0], self.moved[-1]
        said = []
        if first.up > 0:
            said.append(
                _("%(name)s rose by %(n)s") % {"name": first.place.short_name, "n": first.up}
            )
        if last.up < 0:
            said.append(
                _("%(name)s fell by %(n)s") % {"name": last.place.short_name, "n": -last.up}
            )
        return _("%(moves)s since %(day)s") % {**words, "moves": ", ".join(said)}


def ranks_of(day: date) -> Ranks:
    """By completion of the provinces' own tasks (one SQL query)."""
    days = tuple(months_before(day, months) for months in _MONTHS)
    in_force = [Q(day__lte=on, until__gt=on) for on in days]
    sums = {
        f"{name}_{place}": Sum(name, filter=holds, default=0)
        for place, holds in enumerate(in_force)
        for name in COUNTS
    }
    rows = ProvinceSum.objects.filter(any_of(in_force), of_communes=False).values("area__code")
    found: Iterable[Any] = rows.annotate(**sums)
    known, ranks = provinces(), defaultdict[str, list[int]](list)
    counted = {row["area__code"]: row for row in found}
    for place in range(len(days)):
        areas = [
            AreaCounts(code, known[code].name_key, Counts(*(row[f"{n}_{place}"] for n in COUNTS)))
            for code, row in counted.items()
            if code in known
        ]
        for rank, area in rank_areas(areas):
            if rank is not None:
                ranks[area.code].append(rank)
    everywhere = all(len(found) == len(days) for found in ranks.values())
    lines = [RankLine(known[code], tuple(found)) for code, found in ranks.items()]
    lines.sort(key=lambda line: (line.ranks[-1], line.place.name_key))
    return Ranks(days, tuple(lines) if everywhere and len(lines) > 1 else ())


def province_url(code: str, day: date) -> str:
    return Asked(day, months_before(day, 1)).carried(f"/provinces/{code}/")
