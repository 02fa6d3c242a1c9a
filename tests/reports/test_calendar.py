"""Which days a period covers, and when it closes."""

from datetime import UTC, date, time
from itertools import pairwise

import pytest

from core.calendar.workdays import WorkCalendar
from reports.periods.calendar import Closing, Span, spans

DAYS = WorkCalendar()


def _only(closing: Closing, first: date, last: date, days: WorkCalendar = DAYS) -> Span:
    [found] = spans(closing, first, last, days)
    return found


def test_a_week_that_closes_on_friday_begins_on_saturday() -> None:
    found = _only(Closing("week", 5), date(2025, 11, 10), date(2025, 11, 16))
    assert (found.first_day, found.last_day) == (date(2025, 11, 8), date(2025, 11, 14))


def test_the_hour_is_hanois_whatever_the_server_keeps() -> None:
    found = _only(Closing("week", 5, time(16)), date(2025, 11, 14), date(2025, 11, 14))
    assert found.closes_at.astimezone(UTC).isoformat() == "2025-11-14T09:00:00+00:00"


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("month", date(2025, 11, 15), date(2025, 12, 14)),
        ("quarter", date(2025, 9, 15), date(2025, 12, 14)),
        ("year", date(2024, 12, 15), date(2025, 12, 14)),
    ],
)
def test_periods_that_close_on_the_14th(kind: str, first: date, last: date) -> None:
    found = _only(Closing(kind, 14), date(2025, 12, 1), date(2025, 12, 31))
    assert (found.first_day, found.last_day) == (first, last)


def test_half_a_year_and_nine_months_begin_with_the_year() -> None:
    half = _only(Closing("half", 14), date(2025, 1, 1), date(2025, 12, 31))
    nine = _only(Closing("nine_months", 14), date(2025, 1, 1), date(2025, 12, 31))
    assert (half.first_day, half.last_day) == (date(2024, 12, 15), date(2025, 6, 14))
    assert (nine.first_day, nine.last_day) == (date(2024, 12, 15), date(2025, 9, 14))


def test_before_1_december_is_a_month_early() -> None:
    closing = Closing("year", 30, months_early=1, moves="")
    found = _only(closing, date(2025, 1, 1), date(2025, 12, 31))
    assert (found.first_day, found.last_day) == (date(2024, 12, 1), date(2025, 11, 30))


def test_the_31st_is_the_last_day_of_any_month() -> None:
    found = list(spans(Closing("month", 31), date(2024, 2, 1), date(2024, 4, 30), DAYS))
    assert [one.last_day.day for one in found] == [29, 31, 30]
    assert [one.first_day for one in found] == [
        date(2024, 2, 1),
        date(2024, 3, 1),
        date(2024, 4, 1),
    ]


def test_29_february_is_the_28th_in_other_years() -> None:
    found = list(spans(Closing("month", 29), date(2024, 2, 1), date(2025, 2, 28), DAYS))
    assert (found[0].last_day, found[-1].last_day) == (date(2024, 2, 29), date(2025, 2, 28))


def test_a_closing_on_tet_moves_as_it_was_set() -> None:
    """17 February 2026 is the first day of Tết."""
    day = date(2026, 2, 17)
    before = _only(Closing("month", 17, moves="before"), day, day)
    after = _only(Closing("month", 17, moves="after"), day, day)
    nowhere = _only(Closing("month", 17, moves=""), day, day)
    assert before.closes_at.date() < day < after.closes_at.date()
    assert DAYS.is_working(before.closes_at.date())
    assert DAYS.is_working(after.closes_at.date())
    assert nowhere.closes_at.date() == day
    assert before.as_of == before.closes_at.date()
    assert after.as_of == day


@pytest.mark.parametrize("kind", ["month", "quarter", "week"])
def test_periods_follow_each_other_without_gaps(kind: str) -> None:
    found = list(spans(Closing(kind, 5), date(2024, 1, 1), date(2026, 12, 31), DAYS))
    assert len(found) > 10
    for earlier, later in pairwise(found):
        assert (later.first_day - earlier.last_day).days == 1
