"""The standing agency accepts or returns, once, and never its own."""

import pytest
from django.core.exceptions import PermissionDenied

from core.errors import Refused
from core.models import AuditEvent
from provinces.roles import Role
from tasks.models import StatusReport
from tasks.reporting import reviews
from tests.factories import member
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, codes, fresh, report


def test_an_accepted_report_is_the_published_state(cast: Cast) -> None:
    accept(report(cast.assignment, cast.officer, "completed"), cast.reviewer)
    assignment = fresh(cast.assignment)
    assert (assignment.state, assignment.waiting) == ("completed", "")
    assert AuditEvent.objects.filter(action="assignment.review", user=cast.reviewer).count() == 1


def test_a_returned_report_does_not_count_and_says_why(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer, "completed")
    reviews.review_report(sent, by=cast.reviewer, decision="returned", reason="Thiếu số liệu")
    assignment = fresh(cast.assignment)
    assert (assignment.state, assignment.waiting) == ("not_started", "returned")
    assert sent.reviews.get().reason == "Thiếu số liệu"


def test_a_return_needs_its_reason(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    with pytest.raises(Refused) as caught:
        reviews.review_report(sent, by=cast.reviewer, decision="returned", reason=" ")
    assert codes(caught) == ["reason_missing"]


def test_nobody_reviews_their_own_report(cast: Cast) -> None:
    both = member(cast.officer, Role.REVIEWER, cast.area)
    with pytest.raises(Refused) as caught:
        accept(report(cast.assignment, both), both)
    assert (caught.value.status, codes(caught)) == (403, ["four_eyes"])


def test_a_report_is_decided_once(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    accept(sent, cast.reviewer)
    with pytest.raises(Refused) as caught:
        reviews.review_report(sent, by=cast.reviewer, decision="returned", reason="Muộn")
    assert (caught.value.status, codes(caught)) == (409, ["already_decided"])


def test_only_the_newest_report_is_decided(cast: Cast) -> None:
    first, second = (report(cast.assignment, cast.officer) for _ in range(2))
    assert list(StatusReport.objects.waiting_for_review()) == [second]
    with pytest.raises(Refused) as caught:
        accept(first, cast.reviewer)
    assert codes(caught) == ["already_decided"]


def test_an_unknown_decision_is_refused(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    for decision in ("maybe", ""):
        with pytest.raises(Refused) as caught:
            reviews.review_report(sent, by=cast.reviewer, decision=decision)
        assert codes(caught) == ["unknown_decision"]


def test_only_the_standing_agency_of_the_area_reviews(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    for user in (cast.viewer, cast.coordinator, cast.stranger, cast.officer):
        with pytest.raises(PermissionDenied):
            accept(sent, user)
