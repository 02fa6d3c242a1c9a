"""Which period of an indicator should be known by a day. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar.periods import FIRST_YEAR, Period, parse_period

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "two_years": 24}
"""Months between two figures, by frequency. Weeks are counted by days, irregular figures are never
awaited."""

PATTERNS = {
    "week": r"^[0-9]{4}-W[0-9]{2}$",
    "month": r"^[0-9]{4}-[0-9]{2}$",
    "quarter": r"^[0-9]{4}-Q[1-4]$",
    "half": r"^[0-9]{4}-S[12]$",
    "year": r"^[0-9]{4}$",
    "two_years": r"^[0-9]{4}$",
}
"""The periods that count for a frequency, as they are written."""

_YEAR = 12
FIRST_DAY = date(FIRST_YEAR, 1, 1)


@dataclass(frozen=True)
class Overdue:
    """The first period that is missing, and the day by which it should have been known."""

    period: Period
    due_on: date
    days_late: int


def overdue(frequency: str, newest: date | None, after_days: int, on: date) -> Overdue | None:
    """As ``next_due``, with the days it is late; None where nothing is due or awaited."""
    found = next_due(frequency, newest, after_days, on)
    if found is None or on <= found[1]:
        return None
    return Overdue(*found, (on - found[1]).days)


def overdue_until(frequency: str, after_days: int, on: date) -> date:
    """The latest ``newest`` of which ``overdue`` finds something on the day; the first of days
    where it finds nothing."""
    first, last = FIRST_DAY, on
    while (days := (last - first).days) > 0:
        middle = first + timedelta(days=(days + 1) // 2)
        if overdue(frequency, middle, after_days, on):
            first = middle
        else:
            last = middle - timedelta(days=1)
    return first


def next_due(
    frequency: str, newest: date | None, after_days: int, on: date
) -> tuple[Period, date] | None:
    """The period after the newest known one, and the day by which it is due: ``after_days`` after
    its last day. None for what is never awaited.

    ``newest``: last day of the newest known period, None if there is none; then it is the latest
    period that is due.
    """
    if frequency == "week":
        due = on - timedelta(days=after_days + 1)
        # The one after the newest, or the last that ended by the day it is due.
        ended = due - timedelta(days=due.isoweekday() % 7)
        period = _week_of(newest + timedelta(days=7) if newest else ended)
    elif frequency not in MONTHS:
        return None
    elif newest:
        month = newest.year * _YEAR + newest.month - 1
        period = _ending(frequency, month + MONTHS[frequency])
    else:
        # The latest that is due: a month counts from the day after its last on.
        next_day = on - timedelta(days=after_days)
        month, step = next_day.year * _YEAR + next_day.month - 2, min(MONTHS[frequency], _YEAR)
        period = _ending(frequency, (month + 1) // step * step - 1)
    return period, period.last_day + timedelta(days=after_days)


def begun(frequency: str, on: date, count: int) -> list[Period]:
    """The last periods that have begun by the day, newest first; years where it says no length."""
    if frequency == "week":
        days = (on - timedelta(weeks=back) for back in range(count))
        return [_week_of(day) for day in days if day.year >= FIRST_YEAR]
    step = min(MONTHS.get(frequency, _YEAR), _YEAR)
    last = (on.year * _YEAR + on.month - 1) // step * step + step - 1
    first = max(last - step * (count - 1), FIRST_YEAR * _YEAR)
    return [_ending(frequency, month) for month in range(last, first - 1, -step)]


def _week_of(day: date) -> Period:
    year, week, _day = day.isocalendar()
    return parse_period(f"{year:04d}-W{week:02d}")


def _ending(frequency: str, month: int) -> Period:
    """The period that ends with that month, counted from year 0; January is 0 modulo 12."""
    year, index = divmod(month, _YEAR)
    texts = {
        "month": f"{year:04d}-{index + 1:02d}",
        "quarter": f"{year:04d}-Q{index // 3 + 1}",
        "half": f"{year:04d}-S{index // 6 + 1}",
    }
    return parse_period(texts.get(frequency, f"{year:04d}"))
