"""The simulation: what it says of cases that can be thought through by hand."""

from datetime import date, timedelta

import pytest

from tasks.completion.forecast import LEAST, forecast, month_ends_to_year_end
from tasks.states import State
from tasks.status.rules import AssignmentFacts, Progress, progress_on

DAY = date(2025, 11, 15)
NEVER_LATE = [0] * LEAST


def _ends(expected: list[date], delays: list[int], completed: int = 20) -> list[tuple[int, ...]]:
    found = forecast(completed, expected, delays, DAY)
    return [(one.low, one.middle, one.high) for one in found]


def test_under_twenty_completed_nothing_is_said() -> None:
    assert forecast(19, [DAY], NEVER_LATE[1:], DAY) == ()


def test_where_all_came_on_their_day_all_will() -> None:
    expected = [date(2025, 11, 30), date(2025, 12, 1)]
    assert _ends(expected, NEVER_LATE) == [(21, 21, 21), (22, 22, 22)]


def test_where_half_came_late_the_band_opens() -> None:
    expected = [date(2025, 12, 31)] * 10
    [_november, (low, middle, high)] = _ends(expected, [0, 1] * LEAST)
    assert low < middle < high
    assert (low, high) == (23, 27)


def test_the_same_facts_give_the_same_band() -> None:
    expected = [DAY + timedelta(days=n) for n in range(40)]
    delays = list(range(-5, 40))
    assert _ends(expected, delays) == _ends(expected, delays)


def test_an_expected_day_that_passed_is_followed_by_longer_delays_only() -> None:
    ten_days_ago = [DAY - timedelta(days=10)]
    assert _ends(ten_days_ago, [0] * LEAST + [12]) == [(21, 21, 21)] * 2
    # Nothing like it ever came so late.
    assert _ends(ten_days_ago, NEVER_LATE) == [(20, 20, 20)] * 2


def test_more_delay_never_means_more_completed() -> None:
    expected = [DAY + timedelta(days=3 * n) for n in range(15)]
    soon, late = (_ends(expected, [n + more for n in range(LEAST)]) for more in (0, 15))
    assert all(
        a >= b
        for one, other in zip(soon, late, strict=True)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2025, 11, 15), [date(2025, 11, 30), date(2025, 12, 31)]),
        (date(2025, 11, 30), [date(2025, 12, 31)]),
    ],
)
def test_month_ends_go_on_to_the_end_of_the_year(day: date, ends: list[date]) -> None:
    assert list(month_ends_to_year_end(day)) == ends


def test_february_of_a_leap_year_has_29_days() -> None:
    assert next(month_ends_to_year_end(date(2024, 1, 31))) == date(2024, 2, 29)


def test_on_the_last_day_of_a_year_the_next_one_is_asked_for() -> None:
    assert [end.year for end in month_ends_to_year_end(date(2025, 12, 31))] == [2026] * 12


def test_the_delay_is_counted_from_the_deadline_in_force_when_it_was_completed() -> None:
    due, moved, done = date(2025, 3, 1), date(2025, 4, 1), date(2025, 3, 20)
    facts = AssignmentFacts(
        date(2025, 1, 1), due, ((date(2025, 3, 10), moved),), ((done, "completed"),)
    )
    assert progress_on(facts, date(2025, 3, 5)) == Progress(State.NOT_STARTED, due)
    assert progress_on(facts, DAY) == Progress(State.COMPLETED, moved, -12)
    assert progress_on(facts, date(2024, 12, 31)) is None
