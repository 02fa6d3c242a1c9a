"""Where a report stands on its way: pure rules over raw rows."""

from datetime import UTC, date, datetime

import pytest

from tasks.status.rules import CurrentStatus, ReportFact, Way, status_of

AT_ONCE, REVIEWED = Way(requires_review=False), Way(requires_review=True)
APPROVED, BOTH = Way(False, requires_approval=True), Way(True, requires_approval=True)
DAY = date(2025, 3, 1)


def fact(number: int = 1, state: str = "completed", *said: str) -> ReportFact:
    """The report of the number-th day of March; ``said`` has "approved" and the decision."""
    day = DAY.replace(day=number)
    decision = next((word for word in said if word != "approved"), "")
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return ReportFact(state, 50, day, moment, number, decision, "approved" in said)


@pytest.mark.parametrize(
    ("way", "said", "counts", "waiting"),
    [
        (AT_ONCE, (), True, ""),
        (REVIEWED, (), False, "review"),
        (REVIEWED, ("accepted",), True, ""),
        (REVIEWED, ("returned",), False, "returned"),
        (APPROVED, (), False, "agency"),
        (APPROVED, ("approved",), True, ""),
        (APPROVED, ("returned",), False, "returned"),
        (BOTH, (), False, "agency"),
        (BOTH, ("approved",), False, "review"),
        (BOTH, ("approved", "accepted"), True, ""),
        (BOTH, ("approved", "returned"), False, "returned"),
        # Accepted before the document asked for the head's approval.
        (BOTH, ("accepted",), True, ""),
        (APPROVED, ("accepted",), True, ""),
    ],
)
def test_a_report_counts_once_it_came_the_whole_way(
    way: Way, said: tuple[str, ...], counts: bool, waiting: str
) -> None:
    now = status_of([fact(1, "completed", *said)], way)
    assert (now.state == "completed", now.waiting) == (counts, waiting)


def test_the_last_that_counts_is_published_while_a_newer_one_waits() -> None:
    begun, done = fact(1, "in_progress", "approved"), fact(5, "completed")
    now = status_of([done, begun], APPROVED)
    assert (now.state, now.state_since, now.waiting) == ("in_progress", DAY, "agency")
    assert now.last_report_at == done.recorded_at


def test_nothing_reported_is_not_started() -> None:
    assert status_of([], BOTH) == CurrentStatus()


def test_the_state_holds_since_its_last_unbroken_run_began() -> None:
    days = [(1, "completed"), (3, "in_progress"), (5, "completed"), (9, "completed")]
    assert status_of([fact(day, state) for day, state in days], AT_ONCE).state_since == date(
        2025, 3, 5
    )
