"""Who moved? Ranks of the provinces on three days, of one base: the same provinces on each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dashboards.frame.day import Asked
from dashboards.frame.places import Place, provinces
from dashboards.sums.counts import counted_on
from dashboards.text import figures
from dashboards.work.days import months_before
from tasks.completion.counts import AreaCounts, rank_areas
from tasks.models import ProvinceSum

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
    known_on: date | None = None

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


def ranks_of(asked: Asked) -> Ranks:
    """By completion of the provinces' own tasks (one SQL query)."""
    days = tuple(months_before(asked.day, months) for months in _MONTHS)
    rows = ProvinceSum.objects.filter(of_communes=False)
    counted = counted_on(rows, ("area__code",), days, asked.known_at)
    known, ranks = provinces(), defaultdict[str, list[int]](list)
    for place in range(len(days)):
        areas = [
            AreaCounts(code, known[code].name_key, counts[place])
            for (code,), counts in counted.items()
            if code in known
        ]
        for rank, area in rank_areas(areas):
            if rank is not None:
                ranks[area.code].append(rank)
    everywhere = all(len(found) == len(days) for found in ranks.values())
    lines = [RankLine(known[code], tuple(found)) for code, found in ranks.items()]
    lines.sort(key=lambda line: (line.ranks[-1], line.place.name_key))
    shown = tuple(lines) if everywhere and len(lines) > 1 else ()
    return Ranks(days, shown, asked.known_on)


def province_url(code: str, found: Ranks, day: date) -> str:
    asked = Asked(day, months_before(day, 1), found.known_on)
    return asked.carried(f"/provinces/{code}/")
