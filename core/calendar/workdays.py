"""Working days in Viet Nam. Pure.

Public holidays are those of article 112 of the Labour Code 2019 (45/2019/QH14). The ``holidays``
package knows them year by year: the days of Tết, the day beside 2 September, days made up for a
weekend (article 111), Saturdays worked for a swapped day. Each year's decision is made late in the
year before. What the package does not know yet is given as ``extra_off`` and ``worked``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_DECEMBER = 12


@dataclass(frozen=True)
class WorkCalendar:
    """``extra_off``: days off that the package does not know. ``worked``: working days that would
    be off by the package or the weekend."""

    extra_off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        if day in self.worked:
            return True
        off, swapped = public_days(day.year)
        if day in self.extra_off or day in off:
            return False
        return day.weekday() < _SATURDAY or day in swapped

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
def public_days(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Public holidays of the year with the days made up for, and the weekend days worked."""
    known = country_holidays("VN", years=year)
    return frozenset(known), frozenset(known.weekend_workdays)


def unentered_year(today: date, entered: Collection[date]) -> int | None:
    """The coming year, from December on, while no day of it was entered.

    A year's days off are decided by December of the year before. Operators who have nothing to add
    enter 1 January, which is off anyway, to say that they looked.
    """
    coming = today.year + 1
    if today.month < _DECEMBER or any(day.year == coming for day in entered):
        return None
    return coming
