"""Working days: weekends, holidays by the sun and by the moon, and what is decided yearly."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.workdays import WorkCalendar, public_days, unentered_year

USUAL = WorkCalendar()


def _working(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if USUAL.is_working(day)]


# First and last day off at Tết, weekends included, as the Ministry of Labour announced them; in
# 2020, 2021 and 2023 to 2025 they began two days before the new year, since then one.
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2020, 1, 23), date(2020, 1, 29)),
        (date(2021, 2, 10), date(2021, 2, 16)),
        (date(2022, 1, 29), date(2022, 2, 6)),
        (date(2023, 1, 20), date(2023, 1, 26)),
        (date(2024, 2, 8), date(2024, 2, 14)),
        (date(2025, 1, 25), date(2025, 2, 2)),
        (date(2026, 2, 14), date(2026, 2, 22)),
    ],
)
def test_tet_is_off_as_it_was_decided(first: date, last: date) -> None:
    assert _working(first, last) == []
    assert USUAL.is_working(first - timedelta(days=1))
    assert USUAL.is_working(last + timedelta(days=1))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 2),
        date(2026, 11, 21),  # A Saturday.
        date(2026, 11, 24),  # The day of Vietnamese culture, off since 2026.
        date(2026, 4, 27),  # Giỗ Tổ fell on a Sunday.
        date(2026, 8, 31),  # Swapped for Saturday 22 August.
        date(2024, 4, 29),  # Swapped for Saturday 4 May.
        date(2025, 5, 2),  # Swapped for Saturday 26 April.
    ],
)
def test_weekends_holidays_and_swapped_days_are_off(day: date) -> None:
    assert not USUAL.is_working(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 2, 3),
        date(2025, 11, 24),
        date(2026, 11, 20),
        date(2026, 8, 22),
        date(2024, 5, 4),
        date(2025, 4, 26),
    ],
)
def test_other_days_are_worked_saturdays_too_where_a_day_was_swapped(day: date) -> None:
    assert USUAL.is_working(day)


@pytest.mark.parametrize(
    ("year", "neighbour"), [(2021, 3), (2022, 1), (2023, 1), (2024, 3), (2025, 1), (2026, 1)]
)
def test_national_day_has_the_neighbour_that_was_decided(year: int, neighbour: int) -> None:
    assert date(year, 9, neighbour) in public_days(year)[0]


def test_what_is_entered_for_a_year_goes_before_what_the_package_knows() -> None:
    entered = WorkCalendar(
        extra_off=frozenset([date(2027, 9, 1)]), worked=frozenset([date(2027, 9, 3)])
    )
    assert not entered.is_working(date(2027, 9, 1))
    assert entered.is_working(date(2027, 9, 3))
    assert entered.after(date(2027, 8, 31)) == date(2027, 9, 3)


@pytest.mark.parametrize(
    ("today", "entered", "year"),
    [
        (date(2026, 11, 30), (), None),
        (date(2026, 12, 1), (), 2027),
        (date(2026, 12, 31), (date(2026, 8, 31),), 2027),
        (date(2026, 12, 31), (date(2027, 1, 1),), None),
        (date(2027, 1, 1), (), None),
    ],
)
def test_from_december_on_the_coming_year_wants_to_be_entered(
    today: date, entered: tuple[date, ...], year: int | None
) -> None:
    assert unentered_year(today, entered) == year


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
