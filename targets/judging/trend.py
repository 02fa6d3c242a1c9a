"""Growth, and lines through points in time. Decimals only.

Callers set the decimal context; `targets.judging.assessment` uses 100 digits.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import NamedTuple

SETTLED_PLACES = 30
"""Figures are rounded to these, so that 1000000 ** (1/3) is 100 and not 99.999…."""


class Point(NamedTuple):
    day: date
    value: Decimal


def settle(figure: Decimal) -> Decimal:
    """Rounded to 30 decimals, so that an exact result does not miss a cut point by 1e-99."""
    if figure.adjusted() > SETTLED_PLACES:
        return figure
    return figure.quantize(Decimal(1).scaleb(-SETTLED_PLACES))


def years_between(first: date, last: date) -> Decimal:
    """Calendar years: months ÷ 12, a part of a month by its days.

    Ends of months are whole months apart, whatever their lengths: from 31 December 2020 to
    30 September 2025 it is 4.75.
    """
    return (_months(last) - _months(first)) / 12


def _months(day: date) -> Decimal:
    part = Decimal(day.day) / monthrange(day.year, day.month)[1]
    return 12 * day.year + day.month - 1 + part


def annual_growth(start: Point, end: Point) -> Decimal | None:
    """Compound annual growth rate, (v ÷ v0) ** (1 ÷ years) − 1; 0.1 is 10 % a year.

    None if a value is not positive or no time passed.
    """
    years = years_between(start.day, end.day)
    if start.value <= 0 or end.value <= 0 or years <= 0:
        return None
    return settle((end.value / start.value) ** (1 / years) - 1)


def grown(start: Point, rate: Decimal, day: date) -> Point:
    """What `start` becomes by `day`, growing by `rate` a year (0.1 is 10 %)."""
    value = start.value * (1 + rate) ** years_between(start.day, day)
    return Point(day, settle(value))


def value_on(path: Sequence[Point], day: date) -> Decimal | None:
    """Piecewise linear through `path`, flat after its end; None before its start."""
    if not path or day < path[0].day:
        return None
    for earlier, later in pairwise(path):
        if day < later.day:
            return line_value(earlier, later, day)
    return path[-1].value


def line_value(first: Point, second: Point, day: date) -> Decimal:
    """The straight line through two points of different days, on any `day`."""
    rise, run = second.value - first.value, (second.day - first.day).days
    return first.value + rise * (day - first.day).days / run


def line_year(first: Point, second: Point, level: Decimal) -> int | None:
    """The calendar year in which the line from `first` on reaches `level`.

    None if it is level, leads away, or arrives after the year 9999.
    """
    rise, run = second.value - first.value, (second.day - first.day).days
    if rise == 0:
        return None
    days = ((level - first.value) * run / rise).to_integral_value(ROUND_CEILING)
    if not 0 <= days <= (date.max - first.day).days:
        return None
    return (first.day + timedelta(days=int(days))).year
