"""Counts, rates, timelines and ranks of assignments."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.completion.counts import (
    AreaCounts,
    Counts,
    cell_timeline,
    count_on,
    percentage,
    rank_areas,
)
from tasks.states import DerivedStatus, State
from tasks.status.rules import AssignmentFacts, status_changes, status_on

START = date(2025, 1, 1)


def test_the_published_figures_of_nghe_an_come_out_as_in_the_api_contract() -> None:
    found = Counts(completed_on_time=51, in_progress_on_schedule=49).to_api()
    assert found == {
        "total": 100,
        "completed": 51,
        "completed_on_time": 51,
        "completed_late": 0,
        "in_progress_on_schedule": 49,
        "in_progress_overdue": 0,
        "not_started_on_schedule": 0,
        "not_started_overdue": 0,
        "ongoing": 0,
        "cancelled": 0,
        "rate": "51.0",
        "due_rate": "100.0",
    }


def test_the_rate_leaves_out_what_is_cancelled_or_ongoing() -> None:
    counts = Counts(completed_late=1, not_started_on_schedule=1, ongoing=5, cancelled=3)
    assert (counts.total, counts.rate) == (10, Decimal("50.0"))


def test_the_due_rate_leaves_out_what_has_not_fallen_due() -> None:
    counts = Counts(completed_on_time=2, in_progress_overdue=1, not_started_on_schedule=9)
    assert counts.due_rate == Decimal("66.7")


def test_an_empty_plan_has_no_rate_rather_than_zero_percent() -> None:
    empty = Counts(ongoing=4, cancelled=1).to_api()
    assert (empty["rate"], empty["due_rate"]) == (None, None)
    assert Counts(not_started_overdue=1).to_api()["rate"] == "0.0"


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (1, 8, "12.5"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 16, "6.3"),
        (1999, 2000, "100.0"),
        (7, 7, "100.0"),
        (0, 5, "0.0"),
    ],
)
def test_rates_are_rounded_half_up_to_one_decimal(part: int, whole: int, rate: str) -> None:
    assert str(percentage(part, whole)) == rate


def test_the_three_of_official_reports_add_up_with_ongoing_and_cancelled() -> None:
    counts = Counts(1, 2, 3, 4, 5, 6, 7, 8)
    assert counts.fold == (3, 8, 10)
    assert sum(counts.fold) + counts.ongoing + counts.cancelled == counts.total == 36


def test_counts_are_added_status_by_status() -> None:
    assert Counts(1, 2, 3, 4, 5, 6, 7, 8) + Counts(cancelled=1) == Counts(1, 2, 3, 4, 5, 6, 7, 9)


# Timelines ------------------------------------------------------------------------------------


def test_a_timeline_has_a_row_for_each_change_and_one_written_ahead() -> None:
    open_one = AssignmentFacts(START, date(2025, 6, 30))
    done = AssignmentFacts(START, date(2025, 6, 30), (), ((date(2025, 3, 1), "completed"),))
    assert cell_timeline([open_one, done]) == [
        (START, date(2025, 3, 1), Counts(not_started_on_schedule=2)),
        (
            date(2025, 3, 1),
            date(2025, 7, 1),
            Counts(completed_on_time=1, not_started_on_schedule=1),
        ),
        (date(2025, 7, 1), None, Counts(completed_on_time=1, not_started_overdue=1)),
    ]


def test_days_on_which_changes_cancel_out_are_no_row() -> None:
    starts = AssignmentFacts(START, None, (), ((date(2025, 3, 1), "cancelled"),))
    resumes = AssignmentFacts(
        START, None, (), ((START, "cancelled"), (date(2025, 3, 1), "in_progress"))
    )
    assert cell_timeline([starts, resumes]) == [(START, None, Counts(ongoing=1, cancelled=1))]


def test_no_assignments_have_no_timeline() -> None:
    assert cell_timeline([]) == []


DAYS = st.integers(0, 60).map(lambda days: START + timedelta(days=days))
HISTORIES = st.builds(
    AssignmentFacts,
    assigned_on=DAYS,
    due_on=st.none() | DAYS,
    extensions=st.lists(st.tuples(DAYS, DAYS), max_size=3).map(
        lambda decisions: tuple(sorted(decisions, key=lambda decision: decision[0]))
    ),
    reports=st.lists(st.tuples(DAYS, st.sampled_from(State)), max_size=5).map(
        lambda reports: tuple(sorted(reports, key=lambda report: report[0]))
    ),
)
EVERY_DAY = [START + timedelta(days=days) for days in range(-1, 64)]


def status_told_backwards(facts: AssignmentFacts, day: date) -> str | None:
    """The design's sentence taken word by word, looking back from the day: slow and plain."""
    if day < facts.assigned_on:
        return None

    def due_in_force(then: date) -> date | None:
        decided = [new for decided_on, new in facts.extensions if decided_on <= then]
        return decided[-1] if decided else facts.due_on

    known = [report for report in facts.reports if report[0] <= day]
    state = known[-1][1] if known else "not_started"
    if state == "completed":
        run = [known.pop()]
        while known and known[-1][1] == "completed":
            run.append(known.pop())
        due = due_in_force(run[-1][0])
        return "completed_on_time" if due is None or run[-1][0] <= due else "completed_late"
    if state == "cancelled":
        return "cancelled"
    due = due_in_force(day)
    if due is None:
        return "ongoing"
    return f"{state}_{'on_schedule' if day <= due else 'overdue'}"


@given(HISTORIES)
def test_the_status_is_on_every_day_what_the_design_says(facts: AssignmentFacts) -> None:
    for day in EVERY_DAY:
        assert status_on(facts, day) == status_told_backwards(facts, day)


@given(HISTORIES)
def test_between_two_changes_the_status_stays_and_at_each_it_differs(
    facts: AssignmentFacts,
) -> None:
    changes = dict(status_changes(facts))
    assert min(changes) == facts.assigned_on
    for day in EVERY_DAY[1:]:
        before, now = status_on(facts, day - timedelta(days=1)), status_on(facts, day)
        assert (before is not now) is (day in changes)


@given(st.lists(HISTORIES, max_size=6))
def test_on_every_day_the_timeline_is_what_counting_one_by_one_gives(
    assignments: list[AssignmentFacts],
) -> None:
    rows = cell_timeline(assignments)
    for day in EVERY_DAY:
        counts = Counts()
        for row in rows:
            if row.first_day <= day and (row.next_day is None or day < row.next_day):
                counts += row.counts
        statuses = [status_told_backwards(facts, day) for facts in assignments]
        assert [statuses.count(status.value) for status in DerivedStatus] == list(counts.numbers())
        assert counts == count_on(assignments, day)


@given(st.lists(HISTORIES, min_size=1, max_size=6))
def test_the_rows_of_a_timeline_follow_each_other_and_differ(
    assignments: list[AssignmentFacts],
) -> None:
    rows = cell_timeline(assignments)
    assert rows[-1].next_day is None
    for earlier, later in pairwise(rows):
        assert earlier.next_day == later.first_day > earlier.first_day
        assert earlier.counts != later.counts


@given(st.lists(st.lists(HISTORIES, max_size=3), max_size=3), DAYS)
def test_parts_add_up_to_the_whole(parts: list[list[AssignmentFacts]], day: date) -> None:
    whole = count_on([facts for part in parts for facts in part], day)
    assert sum((count_on(part, day) for part in parts), start=Counts()) == whole
    assert sum(whole.fold) + whole.ongoing + whole.cancelled == whole.total
    assert whole.completed == whole.completed_on_time + whole.completed_late


# Ranking --------------------------------------------------------------------------------------


def ranks(*areas: tuple[str, Counts]) -> list[tuple[int | None, str]]:
    found = rank_areas(AreaCounts(name, name, counts) for name, counts in areas)
    return [(ranked.rank, ranked.area.code) for ranked in found]


def test_areas_with_equal_figures_share_a_rank_and_stand_by_name() -> None:
    half = Counts(completed_on_time=5, not_started_on_schedule=5)
    assert ranks(
        ("d", Counts(not_started_on_schedule=3)),
        ("c", half),
        ("b", half),
        ("a", Counts(completed_on_time=1)),
    ) == [(1, "a"), (2, "b"), (2, "c"), (4, "d")]


def test_areas_of_one_rate_stand_by_on_time_share_then_by_fewer_overdue() -> None:
    assert ranks(
        ("late", Counts(completed_late=5, not_started_on_schedule=5)),
        ("overdue", Counts(completed_on_time=5, in_progress_overdue=5)),
        ("best", Counts(completed_on_time=5, in_progress_on_schedule=5)),
        ("mixed", Counts(completed_on_time=4, completed_late=1, not_started_on_schedule=5)),
    ) == [(1, "best"), (2, "overdue"), (3, "mixed"), (4, "late")]


def test_rates_that_print_alike_are_equal() -> None:
    assert ranks(
        ("a", Counts(completed_on_time=1000, not_started_on_schedule=1000)),
        ("b", Counts(completed_on_time=1001, not_started_on_schedule=1000)),
    ) == [(1, "a"), (1, "b")]


def test_an_area_without_a_rate_is_listed_last_and_not_ranked() -> None:
    assert ranks(
        ("a", Counts(ongoing=2)), ("b", Counts(not_started_overdue=1)), ("c", Counts())
    ) == [
        (1, "b"),
        (None, "a"),
        (None, "c"),
    ]
