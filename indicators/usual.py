"""What was last recorded of a figure, and whether a new one is far from it."""

from collections.abc import Sequence
from decimal import Decimal

from core import clock
from core.periods import parse_period
from indicators.intake import Draft
from indicators.jumps import is_jump
from indicators.models import Indicator, ObsStatus, Reading
from provinces.models import Area

_COMPARED = 8
_NOT_COMPARED = (ObsStatus.MISSING, ObsStatus.FORECAST)


def last_readings(indicator: Indicator, area: Area, count: int = 6) -> list[Reading]:
    """In force today, newest period first (1 SQL query)."""
    rows = Reading.objects.of(indicator, area).as_of(clock.today()).exclude(period="")
    return list(rows.order_by("-last_day", "-base")[:count])


def is_unusual(draft: Draft) -> bool:
    """Far from the last readings of the same base and length of period (1 SQL query).

    A break in the series begins a new one: what lies before it is no yardstick, and a figure that
    is declared to be a break (status B) is never unusual.
    """
    new = _figure(draft, ranked=draft.indicator.is_rank)
    if new is None or draft.obs_status == ObsStatus.BREAK or draft.value_qualifier:
        return False
    return is_jump(_earlier(draft), new)


def _earlier(draft: Draft) -> Sequence[Decimal]:
    """Oldest first; the reading in force of the draft's own period comes last."""
    rows = (
        Reading.objects.of(draft.indicator, draft.area)
        .as_of(clock.today())
        .filter(base=draft.base, last_day__lte=draft.period.last_day, value_qualifier="")
        .exclude(obs_status__in=_NOT_COMPARED)
        .exclude(period="")
        .order_by("-last_day")[: 2 * _COMPARED]
    )
    found: list[Decimal] = []
    for row in rows:
        if parse_period(row.period).length_key != draft.period.length_key:
            continue
        figure = _figure(row, ranked=draft.indicator.is_rank)
        if figure is not None:
            found.append(figure)
        if row.obs_status == ObsStatus.BREAK:
            break
    return found[:_COMPARED][::-1]


def _figure(item: Draft | Reading, *, ranked: bool) -> Decimal | None:
    if ranked and item.rank is not None:
        return Decimal(item.rank)
    return item.value
