"""Working days in Viet Nam. Pure.

The days off are those of article 112 of the Labour Code 2019 (45/2019/QH14): 1 January, five
days of Tết, the 10th day of the third lunar month (Giỗ Tổ), 30 April, 1 May, and 2 September with
the day before or after it. One that falls on a weekend is made up for on the next working day
(article 111). Which days of Tết and which neighbour of 2 September it is, and days that are
swapped, is decided each year: ``extra_off`` and ``worked`` say so, here stands what is usual.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.lunar import lunar_day

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_LAST_OF_THE_OLD_YEAR, _FOURTH_OF_THE_NEW = -1, 3
_MONDAY, _THURSDAY, _SUNDAY = 0, 3, 6


@dataclass(frozen=True)
class WorkCalendar:
    """``extra_off``: days off that the rule does not know; ``worked``: days that are worked
    although the rule says off."""

    extra_off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        if day in self.worked:
            return True
        return not (day in self.extra_off or _is_weekend(day) or day in days_off(day.year))

    def after(self, day: date) -> date:
        """The next working day."""
        return self._towards(day, _ONE_DAY)

    def before(self, day: date) -> date:
        """The last working day before it."""
        return self._towards(day, -_ONE_DAY)

    def is_first_of_week(self, day: date) -> bool:
        """Is it working, and no day of its week before it?"""
        monday = day - timedelta(days=day.weekday())
        return self.is_working(day) and self.before(day) < monday

    def _towards(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working(day):
            day += step
        return day


@lru_cache(maxsize=16)
def days_off(year: int) -> frozenset[date]:
    """Public holidays of the year and the days that make up for those on weekends."""
    holidays = set(_holidays(year))
    made_up: set[date] = set()
    for holiday in sorted(day for day in holidays if _is_weekend(day)):
        day = holiday + _ONE_DAY
        while _is_weekend(day) or day in holidays or day in made_up:
            day += _ONE_DAY
        made_up.add(day)
    return frozenset(holidays | made_up)


def _holidays(year: int) -> Iterator[date]:
    yield date(year, 1, 1)
    for offset in range(_LAST_OF_THE_OLD_YEAR, _FOURTH_OF_THE_NEW + 1):
        yield lunar_day(year, 1, 1) + timedelta(days=offset)
    yield lunar_day(year, 3, 10)
    yield date(year, 4, 30)
    yield date(year, 5, 1)
    national_day = date(year, 9, 2)
    yield national_day
    later = national_day.weekday() in (_MONDAY, _THURSDAY, _SUNDAY)
    # The neighbour that is no weekend, and that makes the longer holiday.
    yield national_day + (_ONE_DAY if later else -_ONE_DAY)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY
