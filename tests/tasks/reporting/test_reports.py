"""What an officer may report, and what is refused with the reason beside the field."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, Recalculation
from provinces.roles import Role
from tasks.models import Assignment, StatusReport
from tasks.reporting import evidence, reports, reviews
from tests.factories import AgencyFactory, AssignmentFactory, UserFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import LONG_AGO, accept, codes, fresh, report

TODAY = clock.today()
YESTERDAY = TODAY - timedelta(days=1)
OVERDUE: dict[str, Any] = {
    "cause": "Chờ kinh phí",
    "remedy": "Đề nghị bổ sung",
    "expected_on": TODAY,
}


@pytest.fixture
def overdue(cast: Cast) -> Assignment:
    return AssignmentFactory.create(task__plan=cast.plan, task__due_on=LONG_AGO, agency=cast.agency)


def refusal(assignment: Assignment, cast: Cast, **given: Any) -> list[str]:
    by = given.pop("by", cast.officer)
    with pytest.raises(Refused) as caught:
        report(assignment, by, **given)
    assert not StatusReport.objects.filter(assignment=assignment, result="sai").exists()
    return codes(caught)


def test_a_report_leaves_one_audit_event_and_one_mark(cast: Cast, settings: Any) -> None:
    report(cast.assignment, cast.officer, effective_on=LONG_AGO)
    event = AuditEvent.objects.get(action="assignment.report")
    assert (event.user, event.subject_key) == (cast.officer, str(cast.assignment.pk))
    mark = Recalculation.objects.get()
    assert (mark.kind, mark.key, mark.since) == ("assignment", str(cast.assignment.pk), LONG_AGO)


def test_where_review_is_required_the_published_state_stays_and_the_report_waits(
    cast: Cast,
) -> None:
    report(cast.assignment, cast.officer, "completed")
    assignment = fresh(cast.assignment)
    assert (assignment.state, assignment.waiting) == ("not_started", "review")


def test_where_no_review_is_required_a_report_counts_at_once(cast: Cast) -> None:
    cast.plan.requires_review = False
    cast.plan.save()
    report(cast.assignment, cast.officer, "completed")
    assignment = fresh(cast.assignment)
    assert (assignment.state, assignment.percent, assignment.waiting) == ("completed", 100, "")
    assert assignment.state_since == TODAY


def test_a_day_that_has_not_come_is_refused(cast: Cast) -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert refusal(cast.assignment, cast, effective_on=tomorrow) == ["future_date"]
    by = cast.coordinator
    assert refusal(cast.assignment, cast, effective_on=tomorrow, by=by) == ["future_date"]


def test_a_day_before_the_assignment_is_refused(cast: Cast) -> None:
    assert refusal(cast.assignment, cast, effective_on=date(2024, 12, 31)) == ["before_assigned"]


def test_a_closed_period_is_open_to_coordinators_only(cast: Cast) -> None:
    cast.plan.closed_through = LONG_AGO
    cast.plan.save()
    assert refusal(cast.assignment, cast, effective_on=LONG_AGO) == ["period_closed"]
    assert report(cast.assignment, cast.coordinator, effective_on=LONG_AGO).pk
    assert report(cast.assignment, cast.officer, effective_on=LONG_AGO + timedelta(days=1)).pk


def test_a_report_earlier_than_the_last_accepted_one_needs_a_coordinator(cast: Cast) -> None:
    accept(report(cast.assignment, cast.officer), cast.reviewer)
    assert refusal(cast.assignment, cast, effective_on=YESTERDAY) == ["earlier_than_last"]
    assert report(cast.assignment, cast.coordinator, effective_on=YESTERDAY).pk


def test_a_report_earlier_than_one_that_waits_is_taken(cast: Cast) -> None:
    report(cast.assignment, cast.officer)
    assert report(cast.assignment, cast.officer, effective_on=YESTERDAY).pk


@pytest.mark.parametrize(("who", "state"), [("officer", "completed"), ("coordinator", "cancelled")])
def test_what_has_ended_needs_its_result_and_evidence(cast: Cast, who: str, state: str) -> None:
    given = {"by": getattr(cast, who), "result": " ", "proof": evidence.Proof()}
    with pytest.raises(Refused) as caught:
        report(cast.assignment, state=state, **given)
    assert codes(caught) == ["result_missing", "evidence_missing"]


def test_overdue_work_needs_cause_remedy_and_the_day_now_expected(
    cast: Cast, overdue: Assignment
) -> None:
    assert refusal(overdue, cast) == ["cause_missing", "remedy_missing", "expected_missing"]
    early = {**OVERDUE, "expected_on": YESTERDAY}
    assert refusal(overdue, cast, **early) == ["expected_too_early"]
    assert report(overdue, cast.officer, **OVERDUE).cause == "Chờ kinh phí"


def test_late_completion_needs_no_cause(cast: Cast, overdue: Assignment) -> None:
    assert report(overdue, cast.officer, "completed").pk


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"state": "finished"}, "unknown_state"),
        ({"percent": 101}, "out_of_range"),
        ({"percent": -1}, "out_of_range"),
        ({"cause_kind": "weather"}, "unknown_cause_kind"),
        ({"proof": evidence.Proof(link="javascript:alert(1)")}, "invalid_link"),
        ({"proof": evidence.Proof(number="x" * 81)}, "too_long"),
    ],
)
def test_nonsense_is_refused(cast: Cast, given: dict[str, Any], code: str) -> None:
    assert refusal(cast.assignment, cast, **given) == [code]


def test_completed_is_100_percent_and_not_started_0(cast: Cast) -> None:
    assert report(cast.assignment, cast.officer, "completed").percent == 100
    assert report(cast.assignment, cast.officer, "not_started").percent == 0


def test_a_stale_form_is_told_who_changed_it(cast: Cast) -> None:
    report(cast.assignment, cast.coordinator)
    with pytest.raises(Refused) as caught:
        report(cast.assignment, cast.officer, if_version=0)
    assert (caught.value.status, codes(caught)) == (412, ["stale"])
    assert cast.coordinator.full_name in str(caught.value.faults[0].detail)
    assert report(cast.assignment, cast.officer, if_version=1).pk


def test_unchanged_repeats_how_it_stands(cast: Cast, overdue: Assignment) -> None:
    accept(report(overdue, cast.officer, percent=60, **OVERDUE), cast.reviewer)
    again = reports.report_unchanged(overdue, by=cast.officer, effective_on=TODAY)
    assert again.unchanged
    assert (again.state, again.percent, again.cause) == ("in_progress", 60, "Chờ kinh phí")


def test_unchanged_never_takes_the_place_of_a_report_that_waits(cast: Cast) -> None:
    waiting = report(cast.assignment, cast.officer, percent=60)
    with pytest.raises(Refused) as caught:
        reports.report_unchanged(cast.assignment, by=cast.officer, effective_on=TODAY)
    assert (caught.value.status, codes(caught)) == (409, ["waits"])
    assert [row.pk for row in cast.assignment.reports.newest()] == [waiting.pk]


def test_unchanged_after_a_return_says_how_it_stands_without_what_was_returned(
    cast: Cast, overdue: Assignment
) -> None:
    accept(report(overdue, cast.officer, percent=60, **OVERDUE), cast.reviewer)
    done = report(overdue, cast.officer, "completed")
    reviews.review_report(done, by=cast.reviewer, decision="returned", reason="Thiếu văn bản")
    again = reports.report_unchanged(overdue, by=cast.officer, effective_on=TODAY)
    assert (again.state, again.percent) == ("in_progress", 60)


def test_unchanged_is_no_answer_once_the_task_has_ended(cast: Cast) -> None:
    accept(report(cast.assignment, cast.officer, "completed"), cast.reviewer)
    with pytest.raises(Refused) as caught:
        reports.report_unchanged(cast.assignment, by=cast.officer, effective_on=TODAY)
    assert codes(caught) == ["already_ended"]


def test_those_above_the_lead_agency_may_report_and_those_below_may_not(cast: Cast) -> None:
    below = AgencyFactory.create(parent=cast.agency)
    subordinate = member(UserFactory.create(), Role.OFFICER, below)
    theirs = AssignmentFactory.create(task__plan=cast.plan, agency=below, task__due_on=None)
    assert report(theirs, cast.officer).pk
    with pytest.raises(PermissionDenied):
        report(cast.assignment, subordinate)


def test_who_only_reads_or_reviews_or_is_a_stranger_may_not_report(cast: Cast) -> None:
    for user in (cast.viewer, cast.reviewer, cast.stranger):
        with pytest.raises(PermissionDenied):
            report(cast.assignment, user)
    assert StatusReport.objects.count() == 0
