"""Figures that should be known on a day and are not."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from core.db.conditions import any_of
from indicators.coverage import last_known_days
from indicators.models import Indicator
from indicators.schedule import PATTERNS, Overdue, overdue, overdue_until
from provinces.lookup import communes_on
from provinces.models import Area
from targets.models import Target


@dataclass(frozen=True)
class Awaited:
    """``newest``: last day of the newest known period, if any."""

    indicator: Indicator
    area: Area
    late: Overdue
    newest: date | None


def awaited(
    day: date, owners: Collection[int] | None = None, known_at: datetime | None = None
) -> Iterator[Awaited]:
    """Asked of all figures that were ever published or that a target needs (5 SQL queries).

    ``owners``: ids of agencies; only their indicators are asked for. ``known_at``: those of which
    nothing was recorded by then.
    """
    wanted = Indicator.objects.select_related("owner__area").filter(frequency__in=PATTERNS)
    if owners is not None:
        wanted = wanted.filter(owner__in=owners)
    indicators = {row.pk: row for row in wanted}
    if not indicators:
        return
    targets = Target.objects.as_of(day).filter(indicator__in=indicators)
    needed = set(targets.order_by().values_list("indicator", "area").distinct())
    communes = communes_on(day)
    chosen = Q(indicator__in=indicators)
    if known_at is None:
        # What targets need, and communes that merged, are told apart from what is up to date.
        of_targets = Q(
            indicator__in={indicator for indicator, _area in needed},
            area__in={area for _indicator, area in needed},
        )
        merged = {*communes, *(heir.code for heir in communes.values())}
        apart = of_targets | Q(area__code__in=merged)
        chosen &= _may_be_late(indicators.values(), day) | apart
    newest = last_known_days(chosen, day, known_at)
    pairs = set(newest) | needed
    areas = Area.objects.in_bulk({area for _indicator, area in pairs})
    # What a merged commune sent is awaited from its successor.
    heirs = {pk: communes.get(area.code, area) for pk, area in areas.items()}
    standing = {area.pk: area for area in heirs.values() if area.stood_on(day)}
    known_of: dict[tuple[int, int], date | None] = {}
    for indicator_id, area_id in pairs:
        key = indicator_id, heirs[area_id].pk
        own, inherited = newest.get(key), newest.get((indicator_id, area_id))
        known_of[key] = own or max(filter(None, (inherited, known_of.get(key))), default=None)
    # Thousands of communes have the same newest period.
    late_by: dict[tuple[str, date | None, int], Overdue | None] = {}
    for (indicator_id, area_id), known in known_of.items():
        indicator = indicators[indicator_id]
        asked = indicator.frequency, known, indicator.expected_after_days
        if asked not in late_by:
            late_by[asked] = overdue(*asked, day)
        late = late_by[asked]
        if late and area_id in standing:
            yield Awaited(indicator, standing[area_id], late, known)


def _may_be_late(indicators: Iterable[Indicator], day: date) -> Q:
    """Of what is known: rows after which a figure is overdue. Most are up to date, and of two
    hundred thousand a page reads only these."""
    alike: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for indicator in indicators:
        alike[indicator.frequency, indicator.expected_after_days].append(indicator.pk)
    since = {asked: overdue_until(*asked, day) for asked in alike}
    rows = (Q(indicator__in=alike[asked], last_day__lte=last) for asked, last in since.items())
    return any_of((Q(last_day__isnull=True), *rows))
