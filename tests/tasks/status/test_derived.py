"""What an assignment is on a day."""

from datetime import date

import pytest

from tasks.states import DerivedStatus
from tasks.status.rules import AssignmentFacts, due_changes, status_changes, status_on

ASSIGNED = date(2025, 3, 1)
DUE = date(2025, 6, 30)
DAY_AFTER = date(2025, 7, 1)


def on(text: str) -> date:
    return date.fromisoformat(text)


def facts(
    *reports: tuple[str, str],
    due: date | None = DUE,
    extensions: tuple[tuple[str, str], ...] = (),
) -> AssignmentFacts:
    return AssignmentFacts(
        ASSIGNED,
        due,
        tuple((on(decided), on(new)) for decided, new in extensions),
        tuple((on(day), state) for day, state in reports),
    )


def test_before_it_is_assigned_it_does_not_count() -> None:
    assert status_on(facts(), on("2025-02-28")) is None
    assert status_on(facts(), ASSIGNED) is DerivedStatus.NOT_STARTED_ON_SCHEDULE


@pytest.mark.parametrize(
    ("state", "in_time", "late"),
    [
        ("not_started", "not_started_on_schedule", "not_started_overdue"),
        ("in_progress", "in_progress_on_schedule", "in_progress_overdue"),
        ("cancelled", "cancelled", "cancelled"),
        ("completed", "completed_on_time", "completed_on_time"),
    ],
)
def test_what_is_open_becomes_overdue_on_the_day_after_its_due_day(
    state: str, in_time: str, late: str
) -> None:
    assignment = facts(("2025-04-01", state))
    assert status_on(assignment, DUE) == in_time
    assert status_on(assignment, DAY_AFTER) == late


@pytest.mark.parametrize(
    ("day", "status"), [("2025-06-30", "completed_on_time"), ("2025-07-01", "completed_late")]
)
def test_the_due_day_itself_is_still_in_time(day: str, status: str) -> None:
    assert status_on(facts((day, "completed")), on("2026-01-01")) == status


def test_saying_completed_again_later_does_not_make_it_late() -> None:
    assignment = facts(("2025-06-01", "completed"), ("2025-08-01", "completed"))
    assert status_on(assignment, on("2025-09-01")) is DerivedStatus.COMPLETED_ON_TIME


def test_what_was_reopened_counts_from_the_day_it_was_completed_again() -> None:
    assignment = facts(
        ("2025-06-01", "completed"), ("2025-07-10", "in_progress"), ("2025-08-01", "completed")
    )
    assert status_changes(assignment) == [
        (ASSIGNED, "not_started_on_schedule"),
        (on("2025-06-01"), "completed_on_time"),
        (on("2025-07-10"), "in_progress_overdue"),
        (on("2025-08-01"), "completed_late"),
    ]


def test_of_two_reports_of_one_day_the_later_one_holds() -> None:
    assignment = facts(("2025-06-01", "completed"), ("2025-06-01", "in_progress"))
    assert status_on(assignment, on("2025-06-01")) is DerivedStatus.IN_PROGRESS_ON_SCHEDULE


def test_an_extension_counts_from_the_day_it_is_decided() -> None:
    assignment = facts(extensions=(("2025-07-15", "2025-09-30"),))
    assert status_changes(assignment) == [
        (ASSIGNED, "not_started_on_schedule"),
        (DAY_AFTER, "not_started_overdue"),
        (on("2025-07-15"), "not_started_on_schedule"),
        (on("2025-10-01"), "not_started_overdue"),
    ]


@pytest.mark.parametrize(
    ("decided", "status"),
    [
        ("2025-07-01", "completed_on_time"),
        ("2025-07-10", "completed_on_time"),  # On the very day of completion.
        ("2025-07-11", "completed_late"),  # After it: too late to help.
    ],
)
def test_on_time_is_told_by_the_due_day_in_force_on_the_day_of_completion(
    decided: str, status: str
) -> None:
    assignment = facts(("2025-07-10", "completed"), extensions=((decided, "2025-12-31"),))
    assert status_on(assignment, on("2026-01-01")) == status


def test_a_due_day_brought_forward_makes_overdue_when_it_is_decided() -> None:
    assignment = facts(extensions=(("2025-05-10", "2025-04-30"),))
    assert status_on(assignment, on("2025-05-09")) is DerivedStatus.NOT_STARTED_ON_SCHEDULE
    assert status_on(assignment, on("2025-05-10")) is DerivedStatus.NOT_STARTED_OVERDUE


def test_work_without_a_due_day_is_ongoing_until_it_is_completed_or_cancelled() -> None:
    assignment = facts(("2025-04-01", "in_progress"), ("2027-01-01", "completed"), due=None)
    assert status_changes(assignment) == [
        (ASSIGNED, "ongoing"),
        (on("2027-01-01"), "completed_on_time"),
    ]


def test_ongoing_work_that_is_given_a_due_day_has_one_from_then_on() -> None:
    assignment = facts(due=None, extensions=(("2025-05-01", "2025-05-31"),))
    assert [status for _, status in status_changes(assignment)] == [
        "ongoing",
        "not_started_on_schedule",
        "not_started_overdue",
    ]


def test_what_was_reported_before_the_assignment_is_its_state_from_the_first_day() -> None:
    assignment = facts(("2025-02-01", "in_progress"), ("2025-02-10", "completed"))
    assert status_changes(assignment) == [(ASSIGNED, "completed_on_time")]


def test_what_is_assigned_after_its_due_day_is_overdue_at_once() -> None:
    assignment = facts(due=on("2025-02-01"))
    assert status_changes(assignment) == [(ASSIGNED, "not_started_overdue")]


def test_the_day_after_the_due_day_is_written_ahead() -> None:
    assert status_changes(facts())[-1] == (DAY_AFTER, "not_started_overdue")


def test_a_due_day_at_the_end_of_time_never_comes() -> None:
    assert status_changes(facts(due=date.max)) == [(ASSIGNED, "not_started_on_schedule")]


def test_a_state_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="finished"):
        status_changes(facts(("2025-04-01", "finished")))


def test_it_has_fallen_due_by_the_due_day_in_force_on_each_day() -> None:
    moved = facts(("2025-10-07", "cancelled"), extensions=(("2025-08-15", "2025-09-30"),))
    assert due_changes(moved) == [
        (DAY_AFTER, 1),
        (on("2025-08-15"), -1),
        (on("2025-10-01"), 1),
        (on("2025-10-07"), -1),
    ]
    assert due_changes(facts(("2025-05-01", "completed"))) == [(DAY_AFTER, 1)]
    assert due_changes(facts(due=None)) == []
