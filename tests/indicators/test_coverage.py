"""What is kept of each series says what its readings say, on every day, however they came."""

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest

from core.calendar import clock
from core.calendar.periods import parse_period
from core.queue import recalculation
from indicators.models import Coverage, Indicator, ObsStatus, Reading
from provinces.models import Area
from tests.factories import IndicatorFactory, ProvinceFactory

pytestmark = pytest.mark.django_db

FIRST = date(2024, 1, 1)
PERIODS = {
    "month": ["2023-11", "2023-12", "2024-01", "2024-02", "2023"],
    "year": ["2021", "2022", "2023", "2023-Q4"],
    "irregular": ["2020", "2022-05"],
}
LENGTH = {"month": len("2024-01"), "year": len("2024")}


def _publish(chance: random.Random, indicator: Indicator, area: Area, number: int) -> None:
    period = parse_period(chance.choice(PERIODS[indicator.frequency]))
    status = chance.choice(["A", "A", "P", "F", "O"])
    reading = Reading.objects.create(
        indicator=indicator,
        area=area,
        period=period.text,
        first_day=period.first_day,
        last_day=period.last_day,
        value=None if status == ObsStatus.MISSING else 1,
        value_text="" if status == ObsStatus.MISSING else "1",
        obs_status=status,
        note="?",
        published_on=FIRST + timedelta(days=chance.randrange(60)),
        recorded_at=clock.now(),
        revision=number,
    )
    key = f"{indicator.pk}:{area.pk}"
    recalculation.mark("reading", [key], since=reading.published_on)


def _counted(day: date) -> dict[tuple[int, int], date | None]:
    """Row by row, from the readings alone."""
    found: defaultdict[tuple[int, int], set[date]] = defaultdict(set)
    for row in Reading.objects.filter(published_on__lte=day).select_related("indicator"):
        if row.obs_status in (ObsStatus.MISSING, ObsStatus.FORECAST):
            continue
        days = found[row.indicator_id, row.area_id]
        if row.last_day and len(row.period) == LENGTH.get(row.indicator.frequency):
            days.add(row.last_day)
    return {key: max(days, default=None) for key, days in found.items()}


@pytest.mark.parametrize("seed", range(5))
def test_random_histories(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    indicators = [IndicatorFactory.create(frequency=each) for each in PERIODS]
    areas = [ProvinceFactory.create(code=code) for code in ("01", "40")]
    for number in range(1, 81):
        _publish(chance, chance.choice(indicators), chance.choice(areas), number)
        if chance.random() < 0.3:
            recalculation.drain()
    recalculation.drain()
    days = [FIRST + timedelta(days=n) for n in range(-1, 62)]
    told = [Coverage.objects.on(day).last_known_days() for day in days]
    assert told == [_counted(day) for day in days]
    published = [set(Coverage.objects.on(day).values_list("indicator", "area")) for day in days]
    assert published == [
        set(Reading.objects.filter(published_on__lte=day).values_list("indicator", "area"))
        for day in days
    ]
    columns = ("indicator", "area", "since", "until", "is_known", "last_day")
    kept = set(Coverage.objects.values_list(*columns))
    recalculation.recalculate_all()
    assert set(Coverage.objects.values_list(*columns)) == kept


def test_another_frequency_makes_other_periods_count() -> None:
    indicator, area = IndicatorFactory.create(frequency="year"), ProvinceFactory.create(code="40")
    chance = random.Random(1)  # noqa: S311
    for number in range(1, 30):
        _publish(chance, indicator, area, number)
    Indicator.objects.filter(pk=indicator.pk).update(frequency="quarter")
    recalculation.mark("indicator", [indicator.pk], since=date.min)
    recalculation.drain()
    assert Coverage.objects.on(date(2025, 1, 1)).get().last_day == date(2023, 12, 31)
