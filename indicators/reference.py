"""The indicators and published readings of ``fixtures/reference``.

Existing readings are never touched. A changed cell of the fixture becomes a new vintage; what
others have sent since stays in force by its own day of publication.
"""

from collections import defaultdict
from datetime import date, timedelta

from core.calendar import clock
from core.calendar.periods import parse_period
from core.queue import recalculation
from core.tables.fixtures import Row, Tally, number, read_table, sync, words
from core.tables.fixtures import day as read_day
from indicators.models import Indicator, Reading
from provinces.reference import areas_by_code

_COLUMNS = (
    "name_vi",
    "name_en",
    "unit_vi",
    "unit_en",
    "decimals",
    "direction",
    "kind",
    "frequency",
    "other_periods",
    "levels",
    "nature",
    "expected_after_days",
    "min_value",
    "max_value",
    "method_vi",
    "method_en",
    "source",
)
_PARSED = ("other_periods", "levels", "min_value", "max_value")
_REMARKS = {
    "verified": "",
    "verified-partial-address": "Địa chỉ nguồn không được lưu đầy đủ.",
    "verified-derived": "Số suy ra từ mức thay đổi mà nguồn nêu.",
}
_Series = tuple[int, int, str, int]


def load_indicators() -> Tally:
    wanted = [
        Indicator(
            **{name: row[name] for name in _COLUMNS if name not in _PARSED},
            code=row["code"],
            min_value=number(row["min_value"]),
            max_value=number(row["max_value"]),
            other_periods=tuple(words(row["other_periods"])),
            levels=tuple(words(row["levels"])),
        )
        for row in read_table("reference/indicators")
    ]
    return sync(wanted, key=["code"], update=_COLUMNS)


def load_readings() -> Tally:
    """Insert what is new in the fixture, and mark it for recalculation (4 SQL queries)."""
    indicators = {item.code: item for item in Indicator.objects.all()}
    areas = areas_by_code()
    present: dict[_Series, list[Reading]] = defaultdict(list)
    for reading in Reading.objects.filter(indicator__code__in=indicators).order_by("revision"):
        present[_series(reading)].append(reading)
    fresh, revised = [], 0
    for row in read_table("reference/readings"):
        reading = _reading(row, clock.today())
        reading.indicator, reading.area = indicators[row["indicator"]], areas[row["area"]]
        before = present[_series(reading)]
        # What the fixture brought was recorded by nobody.
        ours = [r for r in before if not (r.recorded_by_user_id or r.recorded_by_client_id)]
        if ours and _fact(ours[-1]) == _fact(reading):
            continue
        if before:
            reading.revision = before[-1].revision + 1
            # A correction is known from the day it is loaded, not from that of the first figure.
            reading.published_on = read_day(row["published_on"]) or clock.today()
            revised += 1
        fresh.append(reading)
    Reading.objects.bulk_create(fresh)
    changed: defaultdict[date, set[str]] = defaultdict(set)
    for reading in fresh:
        changed[reading.published_on].add(f"{reading.indicator_id}:{reading.area_id}")
    for since, keys in changed.items():
        recalculation.mark("reading", sorted(keys), since=since)
    total = len(read_table("reference/readings"))
    return Tally(len(fresh) - revised, revised, total - len(fresh))


def _reading(row: Row, today: date) -> Reading:
    """Without indicator and area. If the source states no day of publication, it is estimated."""
    period = parse_period(row["period"]) if row["period"] else None
    # The day after the period, but not after today.
    estimated = min(period.last_day + timedelta(days=1), today) if period else today
    stated = read_day(row["published_on"])
    notes = [row["note"], _REMARKS[row["verification"]]]
    return Reading(
        period=period.text if period else "",
        period_text=row["period_text"],
        first_day=period.first_day if period else None,
        last_day=period.last_day if period else None,
        base=int(row["base"] or 0),
        value=number(row["value"]),
        value_text=row["value"],
        value_qualifier=row["qualifier"],
        rank=int(row["rank"]) if row["rank"] else None,
        rank_of=int(row["rank_of"]) if row["rank_of"] else None,
        obs_status=row["obs_status"],
        published_on=stated or estimated,
        published_is_estimated=stated is None,
        recorded_at=clock.now(),
        source=row["source_title"],
        source_url=row["source_address"],
        note=". ".join(filter(None, notes)),
    )


def _series(reading: Reading) -> _Series:
    return (reading.indicator_id, reading.area_id, reading.period, reading.base)


def _fact(reading: Reading) -> tuple[object, ...]:
    """What makes two vintages the same; values are compared as numbers."""
    return (
        reading.value,
        reading.rank,
        reading.rank_of,
        reading.value_qualifier,
        reading.obs_status,
    )
