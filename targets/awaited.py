"""Figures that should be known on a day and are not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from indicators.models import Indicator, Reading
from indicators.schedule import PATTERNS, Overdue, overdue
from provinces.models import Area
from targets.models import Target


@dataclass(frozen=True)
class Awaited:
    """``newest``: last day of the newest known period, if any."""

    indicator: Indicator
    area: Area
    late: Overdue
    newest: date | None


def awaited(day: date, owners: Collection[int] | None = None) -> Iterator[Awaited]:
    """Asked of all figures that were ever published or that a target needs (4 SQL queries).

    ``owners``: ids of agencies; only their indicators are asked for.
    """
    wanted = Indicator.objects.select_related("owner").filter(frequency__in=PATTERNS)
    if owners is not None:
        wanted = wanted.filter(owner__in=owners)
    indicators = {row.pk: row for row in wanted}
    if not indicators:
        return
    published = Reading.objects.published_by(day)
    if owners is not None:
        published = published.filter(indicator__in=indicators)
    newest = published.last_known_days()
    needed = Target.objects.as_of(day).filter(indicator__in=indicators)
    pairs = set(newest) | set(needed.order_by().values_list("indicator", "area").distinct())
    areas = Area.objects.active().in_bulk({area for _indicator, area in pairs})
    for indicator_id, area_id in pairs:
        indicator, area = indicators.get(indicator_id), areas.get(area_id)
        if indicator and area:
            known = newest.get((indicator_id, area_id))
            late = overdue(indicator.frequency, known, indicator.expected_after_days, day)
            if late:
                yield Awaited(indicator, area, late, known)
