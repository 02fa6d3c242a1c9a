"""Working days: weekends, holidays by the sun and by the moon, and what is decided yearly."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.workdays import WorkCalendar, days_off
from core.lunar import lunar_day

USUAL = WorkCalendar()


# Tết and Giỗ Tổ as the printed calendars of Viet Nam have them; in 2007 and 2030 Tết is a day
# before the Chinese New Year.
@pytest.mark.parametrize(
    ("year", "tet", "gio_to"),
    [
        (2007, date(2007, 2, 17), date(2007, 4, 26)),
        (2023, date(2023, 1, 22), date(2023, 4, 29)),
        (2024, date(2024, 2, 10), date(2024, 4, 18)),
        (2025, date(2025, 1, 29), date(2025, 4, 7)),
        (2026, date(2026, 2, 17), date(2026, 4, 26)),
        (2027, date(2027, 2, 6), date(2027, 4, 16)),
        (2028, date(2028, 1, 26), date(2028, 4, 4)),
        (2029, date(2029, 2, 13), date(2029, 4, 23)),
        (2030, date(2030, 2, 2), date(2030, 4, 12)),
    ],
)
def test_tet_and_gio_to_fall_where_the_calendars_print_them(
    year: int, tet: date, gio_to: date
) -> None:
    assert (lunar_day(year, 1, 1), lunar_day(year, 3, 10)) == (tet, gio_to)


def test_mid_autumn_after_a_leap_month_is_found_too() -> None:
    assert lunar_day(2025, 8, 15) == date(2025, 10, 6)


def test_weekends_and_fixed_holidays_are_off() -> None:
    assert not USUAL.is_working(date(2026, 11, 21))
    assert USUAL.is_working(date(2026, 11, 20))
    for day in (date(2026, 1, 1), date(2026, 4, 30), date(2026, 5, 1), date(2026, 9, 2)):
        assert not USUAL.is_working(day)


def test_tet_is_the_last_day_of_the_old_year_and_four_of_the_new() -> None:
    tet_2026 = [day for day in sorted(days_off(2026)) if day.month == 2]
    assert tet_2026 == [date(2026, 2, day) for day in (16, 17, 18, 19, 20)]


def test_a_holiday_on_a_weekend_is_made_up_for_on_the_next_working_day() -> None:
    assert lunar_day(2026, 3, 10).isoweekday() == 7
    assert not USUAL.is_working(date(2026, 4, 27))
    # Tết 2027: Friday to Tuesday, two of them weekend.
    assert USUAL.after(date(2027, 2, 4)) == date(2027, 2, 12)


@pytest.mark.parametrize(
    ("year", "neighbour"),
    [(2024, 3), (2025, 1), (2026, 1), (2027, 3), (2028, 1), (2029, 3)],
)
def test_national_day_takes_the_neighbour_that_makes_it_longer(year: int, neighbour: int) -> None:
    assert date(year, 9, neighbour) in days_off(year)


def test_what_is_decided_for_a_year_goes_before_the_rule() -> None:
    swapped = WorkCalendar(
        extra_off=frozenset([date(2026, 8, 31)]), worked=frozenset([date(2026, 8, 22)])
    )
    assert swapped.is_working(date(2026, 8, 22))
    assert not swapped.is_working(date(2026, 8, 31))
    assert swapped.after(date(2026, 8, 28)) == date(2026, 9, 3)


def test_the_week_begins_with_its_first_working_day() -> None:
    assert USUAL.is_first_of_week(date(2026, 11, 16))
    assert not USUAL.is_first_of_week(date(2026, 11, 17))
    assert not USUAL.is_first_of_week(date(2026, 4, 27))
    assert USUAL.is_first_of_week(date(2026, 4, 28))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 1)))
def test_between_a_day_and_the_next_working_day_nobody_works(day: date) -> None:
    following = USUAL.after(day)
    assert USUAL.is_working(following)
    between = range(day.toordinal() + 1, following.toordinal())
    assert not any(USUAL.is_working(date.fromordinal(n)) for n in between)
    assert (following - day).days <= 10
