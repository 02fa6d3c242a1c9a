"""Days of the Vietnamese lunar calendar. Pure.

New moons and the sun's longitude after Jean Meeus, *Astronomical Algorithms* (1998), chapters 25
and 49, shortened as Hồ Ngọc Đức does for the Vietnamese calendar: a day begins at midnight of
UTC+7, the eleventh month holds the winter solstice, and in a year of thirteen moons the first month
without a principal term repeats the number before it.
"""

from datetime import date, timedelta
from math import floor, pi, sin

_EPOCH = date(2000, 1, 1).toordinal() - 2451545  # Ordinals to Julian day numbers.
_NEW_MOON_1900 = 2415021.076998695
_MONTH_DAYS = 29.530588853
_SOLSTICE_TERM = 9
_RADIAN = pi / 180
_HOURS = 7 / 24


def lunar_day(year: int, month: int, day: int) -> date:
    """The day of our calendar on which that lunar day of the year (Tết falls in it) begins.

    Leap months are not asked for: ``month`` is the first of its number.
    """
    eleventh, after = _eleventh_month(year - 1), _eleventh_month(year)
    step = month + 1  # Months after the eleventh of the year before: the first is the second.
    if after - eleventh > 365:  # noqa: PLR2004 - thirteen months
        leap = _leap_step(eleventh)
        step += step >= leap
    number = floor(0.5 + (eleventh - _NEW_MOON_1900) / _MONTH_DAYS) + step
    return date.fromordinal(_new_moon(number) + _EPOCH) + timedelta(days=day - 1)


def _eleventh_month(year: int) -> int:
    """The Julian day on which the eleventh lunar month of the year begins."""
    last_day = date(year, 12, 31).toordinal() - _EPOCH
    number = floor((last_day - 2415021) / _MONTH_DAYS)
    start = _new_moon(number)
    return _new_moon(number - 1) if _term(start) >= _SOLSTICE_TERM else start


def _leap_step(eleventh: int) -> int:
    """How many months after the eleventh the leap month comes."""
    number = floor(0.5 + (eleventh - _NEW_MOON_1900) / _MONTH_DAYS)
    terms = [_term(_new_moon(number + step)) for step in range(15)]
    return next(step for step in range(1, 14) if terms[step] == terms[step + 1])


def _new_moon(number: int) -> int:
    """The Julian day of the new moon of that number, counted from 1900."""
    t = number / 1236.85
    mean = 2415020.75933 + 29.53058868 * number + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t**2) * _RADIAN)
    sun = (359.2242 + 29.10535608 * number - 0.0000333 * t**2 - 0.00000347 * t**3) * _RADIAN
    moon = (306.0253 + 385.81691806 * number + 0.0107306 * t**2 + 0.00001236 * t**3) * _RADIAN
    node = (21.2964 + 390.67050646 * number - 0.0016528 * t**2 - 0.00000239 * t**3) * _RADIAN
    shift = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun)
    shift += -0.4068 * sin(moon) + 0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon)
    shift += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    shift += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun)
    shift += -0.0006 * sin(2 * node + moon) + 0.0010 * sin(2 * node - moon)
    shift += 0.0005 * sin(2 * moon + sun)
    seconds = -0.000278 + 0.000265 * t + 0.000262 * t**2  # Clock against dynamical time.
    return floor(mean + shift - seconds + 0.5 + _HOURS)


def _term(day: int) -> int:
    """In which twelfth of the sun's year the Julian day begins; 9 from the winter solstice on."""
    t = (day - 0.5 - _HOURS - 2451545.0) / 36525
    anomaly = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * _RADIAN
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    longitude += (1.914600 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
    longitude += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return floor((longitude % 360) / 30)
