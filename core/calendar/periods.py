"""The stretch of time a reading speaks of: parsed, ordered and named in two languages.

    2025   2025-S1   2025-Q3   2025-11   2026-W12   2025-11-15   2016/2020   2025-01/2025-09

Ranges are of whole years or whole months. `2016-2020` is read as `2016/2020`; `2025-11` is a month.
Weeks are those of ISO 8601: from Monday, the first of a year holds 4 January. A range of a single
unit (`2020/2020`) is refused: it would be a second name for `2020`, and so a second row for the
same fact.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

FIRST_YEAR = 1900
LAST_YEAR = 2100
_MONTHS_OF_A_YEAR = 12

LengthKey = tuple[str, int]
_Unit = TypeVar("_Unit", int, tuple[int, int])


class PeriodKind(StrEnum):
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    YEARS = "years"
    MONTHS = "months"


class InvalidPeriod(ValueError):  # noqa: N818 - reads as the sentence it is
    """The text names no period. `code` is stable; `reason` says what is wrong.

    Reasons: `blank`, `unreadable`, `no_such_day`, `year_out_of_range`, `reversed`, `single_unit`.
    """

    code = "invalid_period"

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{reason}: {text[:40]!r}")
        self.text = text
        self.reason = reason


@dataclass(frozen=True, order=True)
class Period:
    """Made by `parse_period`. Ordered by last day, then by first day."""

    last_day: date
    first_day: date
    kind: PeriodKind
    text: str
    """Canonical: equal periods have equal text."""

    def __str__(self) -> str:
        return self.text

    @property
    def length_key(self) -> LengthKey:
        """Equal where two periods have the same length: kind, and years or months in a range."""
        return (self.kind.value, self._units())

    @property
    def days(self) -> int:
        """Days from the first to the last, both counted."""
        return (self.last_day - self.first_day).days + 1

    def label(self, language: str) -> str:
        """`"Quý III/2025"` for `vi` and its variants, `"Q3 2025"` for any other language."""
        if language.lower().split("-")[0] == "vi":
            return _VIETNAMESE[self.kind](self)
        return _ENGLISH[self.kind](self)

    def _units(self) -> int:
        years = self.last_day.year - self.first_day.year
        if self.kind is PeriodKind.YEARS:
            return years + 1
        if self.kind is PeriodKind.MONTHS:
            return years * _MONTHS_OF_A_YEAR + self.last_day.month - self.first_day.month + 1
        return 1


@lru_cache(maxsize=4096)  # Bulk requests repeat a few periods thousands of times.
def parse_period(text: str) -> Period:
    """The period `text` names, in canonical form. Raises `InvalidPeriod`."""
    for pattern, build in _READERS:
        match = pattern.fullmatch(text)
        if match:
            return build(text, *(int(part) for part in match.groups()))
    raise InvalidPeriod(text, "unreadable" if text.strip() else "blank")


def _year(text: str, year: int) -> Period:
    return _period(text, PeriodKind.YEAR, (year, 1), (year, 12))


def _half(text: str, year: int, half: int) -> Period:
    return _period(text, PeriodKind.HALF, (year, 6 * half - 5), (year, 6 * half))


def _quarter(text: str, year: int, quarter: int) -> Period:
    return _period(text, PeriodKind.QUARTER, (year, 3 * quarter - 2), (year, 3 * quarter))


def _month(text: str, year: int, month: int) -> Period:
    return _period(text, PeriodKind.MONTH, (year, month), (year, month))


def _week(text: str, year: int, week: int) -> Period:
    _check_month(text, year, 1)
    try:
        first, last = (date.fromisocalendar(year, week, day) for day in (1, 7))
    except ValueError as error:
        raise InvalidPeriod(text, "no_such_day") from error
    return Period(last, first, PeriodKind.WEEK, text)


def _day(text: str, year: int, month: int, day: int) -> Period:
    _check_month(text, year, month)
    if not 1 <= day <= monthrange(year, month)[1]:
        raise InvalidPeriod(text, "no_such_day")
    the_day = date(year, month, day)
    return Period(the_day, the_day, PeriodKind.DAY, text)


def _years(text: str, first: int, last: int) -> Period:
    _check_order(text, first, last)
    return _period(f"{first:04d}/{last:04d}", PeriodKind.YEARS, (first, 1), (last, 12))


def _months(text: str, year: int, month: int, to_year: int, to_month: int) -> Period:
    _check_order(text, (year, month), (to_year, to_month))
    return _period(text, PeriodKind.MONTHS, (year, month), (to_year, to_month))


def _check_order(text: str, first: _Unit, last: _Unit) -> None:
    if first > last:
        raise InvalidPeriod(text, "reversed")
    if first == last:
        raise InvalidPeriod(text, "single_unit")


def _period(text: str, kind: PeriodKind, first: tuple[int, int], last: tuple[int, int]) -> Period:
    _check_month(text, *first)
    _check_month(text, *last)
    last_day = date(*last, monthrange(*last)[1])
    return Period(last_day, date(*first, 1), kind, text)


def _check_month(text: str, year: int, month: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidPeriod(text, "year_out_of_range")
    if not 1 <= month <= _MONTHS_OF_A_YEAR:
        raise InvalidPeriod(text, "no_such_day")


# [0-9] and not \d: \d also takes full-width, Arabic and other digits.
_READERS: tuple[tuple[re.Pattern[str], Callable[..., Period]], ...] = (
    (re.compile(r"([0-9]{4})"), _year),
    (re.compile(r"([0-9]{4})-S([12])"), _half),
    (re.compile(r"([0-9]{4})-Q([1-4])"), _quarter),
    (re.compile(r"([0-9]{4})-([0-9]{2})"), _month),
    (re.compile(r"([0-9]{4})-W([0-9]{2})"), _week),
    (re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"), _day),
    (re.compile(r"([0-9]{4})[-/]([0-9]{4})"), _years),
    (re.compile(r"([0-9]{4})-([0-9]{2})/([0-9]{4})-([0-9]{2})"), _months),
)


# Names ----------------------------------------------------------------------------------------

_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ROMAN = ("I", "II", "III", "IV")
_SECOND_HALF = 7


def _quarter_index(period: Period) -> int:
    return (period.last_day.month - 1) // 3


def _months_since_january(period: Period) -> int:
    """9 for January to September of one year; 0 for any other range."""
    within = period.first_day.year == period.last_day.year and period.first_day.month == 1
    return period.last_day.month if within else 0


def _half_vi(period: Period) -> str:
    part = "cuối" if period.first_day.month == _SECOND_HALF else "đầu"
    return f"6 tháng {part} năm {period.first_day.year}"


def _half_en(period: Period) -> str:
    part = "Second" if period.first_day.month == _SECOND_HALF else "First"
    return f"{part} half of {period.first_day.year}"


def _months_vi(period: Period) -> str:
    first, last = period.first_day, period.last_day
    count = _months_since_january(period)
    if count:
        part = "" if count == _MONTHS_OF_A_YEAR else "đầu "
        return f"{count} tháng {part}năm {last.year}"
    if first.year == last.year:
        return f"Tháng {first.month}–{last.month}/{last.year}"
    return f"Tháng {first.month}/{first.year}–tháng {last.month}/{last.year}"


def _months_en(period: Period) -> str:
    first, last = period.first_day, period.last_day
    count = _months_since_january(period)
    if count:
        return f"{'12' if count == _MONTHS_OF_A_YEAR else f'First {count}'} months of {last.year}"
    opening = _ENGLISH_MONTHS[first.month - 1]
    if first.year != last.year:
        opening = f"{opening} {first.year}"
    return f"{opening}–{_month_en(last)}"


def _month_en(day: date) -> str:
    return f"{_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def _years_en(period: Period) -> str:
    return f"{period.first_day.year}–{period.last_day.year}"


_VIETNAMESE: dict[PeriodKind, Callable[[Period], str]] = {
    PeriodKind.YEAR: lambda period: str(period.last_day.year),
    PeriodKind.HALF: _half_vi,
    PeriodKind.QUARTER: lambda p: f"Quý {_ROMAN[_quarter_index(p)]}/{p.last_day.year}",
    PeriodKind.MONTH: lambda p: f"Tháng {p.last_day.month}/{p.last_day.year}",
    PeriodKind.WEEK: lambda period: "Tuần {1}/{0}".format(*period.last_day.isocalendar()),
    PeriodKind.DAY: lambda period: f"{period.last_day:%d/%m/%Y}",
    PeriodKind.YEARS: lambda period: f"Giai đoạn {_years_en(period)}",
    PeriodKind.MONTHS: _months_vi,
}
_ENGLISH: dict[PeriodKind, Callable[[Period], str]] = {
    PeriodKind.YEAR: lambda period: str(period.last_day.year),
    PeriodKind.HALF: _half_en,
    PeriodKind.QUARTER: lambda p: f"Q{_quarter_index(p) + 1} {p.last_day.year}",
    PeriodKind.MONTH: lambda period: _month_en(period.last_day),
    PeriodKind.WEEK: lambda period: "Week {1} of {0}".format(*period.last_day.isocalendar()),
    PeriodKind.DAY: lambda period: f"{period.last_day:%d/%m/%Y}",
    PeriodKind.YEARS: _years_en,
    PeriodKind.MONTHS: _months_en,
}
