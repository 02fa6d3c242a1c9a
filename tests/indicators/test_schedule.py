"""Which figure should be there by now."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.schedule import PATTERNS, overdue, overdue_until

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("frequency", "newest", "after", "period", "due"),
    [
        ("year", date(2024, 12, 31), 90, "2025", date(2026, 3, 31)),
        ("year", date(2022, 12, 31), 90, "2023", date(2024, 3, 30)),
        ("month", date(2026, 9, 30), 10, "2026-10", date(2026, 11, 10)),
        ("month", date(2025, 12, 31), 10, "2026-01", date(2026, 2, 10)),
        ("quarter", date(2026, 6, 30), 30, "2026-Q3", date(2026, 10, 30)),
        ("half", date(2025, 12, 31), 30, "2026-S1", date(2026, 7, 30)),
        ("two_years", date(2022, 12, 31), 90, "2024", date(2025, 3, 31)),
        ("year", None, 90, "2025", date(2026, 3, 31)),
        ("month", None, 10, "2026-10", date(2026, 11, 10)),
        ("quarter", None, 60, "2026-Q2", date(2026, 8, 29)),
        ("half", None, 30, "2026-S1", date(2026, 7, 30)),
        ("week", date(2026, 11, 8), 3, "2026-W46", date(2026, 11, 18)),
        ("week", date(2020, 12, 27), 3, "2020-W53", date(2021, 1, 6)),
        ("week", None, 3, "2026-W46", date(2026, 11, 18)),
    ],
)
def test_the_first_missing_period_and_its_day_are_named(
    frequency: str, newest: date | None, after: int, period: str, due: date
) -> None:
    found = overdue(frequency, newest, after, DAY)
    assert found is not None
    assert (found.period.text, found.due_on) == (period, due)
    assert found.days_late == (DAY - due).days


@pytest.mark.parametrize(
    ("frequency", "newest", "after"),
    [
        ("irregular", None, 90),
        ("year", date(2025, 12, 31), 90),
        ("month", date(2026, 10, 31), 10),
        ("month", date(2026, 9, 30), 21),
        ("two_years", date(2024, 12, 31), 90),
        ("week", date(2026, 11, 15), 7),
    ],
)
def test_what_is_not_due_is_not_missing(frequency: str, newest: date | None, after: int) -> None:
    assert overdue(frequency, newest, after, DAY) is None


def test_a_figure_is_late_on_the_day_after_its_day() -> None:
    newest = date(2024, 12, 31)
    assert overdue("year", newest, 90, date(2026, 3, 31)) is None
    late = overdue("year", newest, 90, date(2026, 4, 1))
    assert late is not None
    assert late.days_late == 1


@given(
    frequency=st.sampled_from([*PATTERNS]),
    newest=st.dates(date(2015, 1, 1), date(2026, 12, 31)),
    after_days=st.integers(0, 500),
    on=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
)
def test_what_is_known_up_to_a_day_or_before_is_overdue_and_nothing_later(
    frequency: str, newest: date, after_days: int, on: date
) -> None:
    last = overdue_until(frequency, after_days, on)
    assert (overdue(frequency, newest, after_days, on) is not None) is (newest <= last)
