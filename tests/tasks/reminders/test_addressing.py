"""Whose desk a matter lies on, and when a deadline is told."""

from datetime import date

import pytest

from core.calendar.workdays import WorkCalendar
from tasks.reminders.rules import Desk, Desks, deadlines_to_tell

HOA, AN, BINH, HEAD, CHAIR = 1, 2, 3, 4, 5
DESKS = Desks(
    [
        Desk(HOA, HOA, "above/dept/"),
        Desk(AN, AN, "above/dept/"),
        Desk(HEAD, HEAD, "above/dept/", is_head=True),
        Desk(CHAIR, CHAIR, "above/", is_head=True),
        Desk(BINH, HOA, "above/dept/"),
    ]
)


def test_work_of_an_agency_lies_on_the_desks_of_all_its_people() -> None:
    assert DESKS.people_of("above/dept/") == {HOA, AN, BINH, HEAD}


def test_a_responsible_person_is_told_alone_with_their_deputy_and_the_head() -> None:
    assert DESKS.people_of("above/dept/", HOA) == {HOA, BINH, HEAD}
    assert DESKS.people_of("above/dept/", AN) == {AN, HEAD}


def test_a_responsible_person_who_left_hides_the_work_from_nobody() -> None:
    assert DESKS.people_of("above/dept/", 99) == {HOA, AN, BINH, HEAD}


def test_an_office_without_people_is_looked_after_by_the_one_above() -> None:
    assert DESKS.people_of("above/dept/team/") == {HOA, AN, BINH, HEAD}
    assert DESKS.people_of("above/other/") == {CHAIR}
    assert DESKS.people_of("elsewhere/") == set()


def test_the_head_is_the_nearest_one() -> None:
    assert DESKS.heads_of("above/dept/team/") == {HEAD}
    assert DESKS.heads_of("above/other/") == {CHAIR}


@pytest.mark.parametrize(
    ("today", "told"),
    [
        # A Monday tells what is due in 7, 3 and 1 days.
        (date(2026, 11, 16), {date(2026, 11, 23), date(2026, 11, 19), date(2026, 11, 17)}),
        # A Friday also tells what Saturday and Sunday would have told.
        (
            date(2026, 11, 20),
            {date(2026, 11, d) for d in (21, 22, 23, 24, 25, 27, 28, 29)},
        ),
    ],
)
def test_deadlines_are_told_on_working_days_rather_early_than_late(
    today: date, told: set[date]
) -> None:
    assert deadlines_to_tell(today, WorkCalendar()) == told


def test_no_deadline_is_passed_over_whatever_the_days_off() -> None:
    calendar = WorkCalendar()
    day, told = date(2027, 1, 4), set()
    while day < date(2027, 3, 31):
        told |= deadlines_to_tell(day, calendar)
        day = calendar.after(day)
    due = date(2027, 1, 20)
    while due < date(2027, 3, 25):
        assert due in told
        due = date.fromordinal(due.toordinal() + 1)
