"""Years, growth, paths and straight lines."""

from datetime import date
from decimal import Decimal, localcontext

import pytest

from core.calendar.periods import parse_period
from targets.judging.trend import Point, annual_growth, line_year, settle, value_on, years_between


def end(period: str) -> date:
    return parse_period(period).last_day


def point(period: str, value: str) -> Point:
    return Point(end(period), Decimal(value))


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2020", "2025", "5"),
        ("2020", "2025-Q3", "4.75"),
        ("2021-02", "2024-02", "3"),  # 28 to 29 February.
        ("2025-06", "2025-12", "0.5"),
        ("2024-11-15", "2025-11-15", "1"),
        ("2025", "2020", "-5"),
    ],
)
def test_ends_of_months_are_whole_months_apart(first: str, last: str, years: str) -> None:
    assert years_between(end(first), end(last)) == Decimal(years)


def test_growth_that_is_exact_stays_exact_through_its_root() -> None:
    with localcontext(prec=100):
        assert annual_growth(point("2020", "100"), point("2023", "133.1")) == Decimal("0.1")
        assert annual_growth(point("2020", "1"), point("2023", "1000000")) == 99


def test_settling_forgets_what_lies_beyond_thirty_decimals() -> None:
    with localcontext(prec=100):
        assert settle(Decimal(1) / 3 * 3) == 1
    assert settle(Decimal("1E+40")) == Decimal("1E+40")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (("2020", "0"), ("2025", "5")),
        (("2020", "5"), ("2025", "0")),
        (("2020", "-5"), ("2025", "-2")),
        (("2025", "5"), ("2025", "6")),
        (("2025", "5"), ("2020", "6")),
    ],
)
def test_without_positive_values_or_time_there_is_no_growth(
    first: tuple[str, str], last: tuple[str, str]
) -> None:
    assert annual_growth(point(*first), point(*last)) is None


def test_a_path_says_nothing_before_its_start_and_stays_at_its_end() -> None:
    path = [point("2020", "10"), point("2030", "30")]
    assert value_on(path, end("2019")) is None
    assert value_on(path, end("2020")) == 10
    assert value_on(path, end("2035")) == 30
    assert value_on([], end("2020")) is None


@pytest.mark.parametrize(("level", "year"), [("7315", 2040), ("7315.5", 2041)])
def test_a_line_that_arrives_during_the_night_of_new_year_arrives_in_the_new_year(
    level: str, year: int
) -> None:
    """One unit a day since the end of 2020; the end of 2040 is 7,305 days later."""
    assert line_year(point("2020", "10"), point("2025", "1836"), Decimal(level)) == year
