"""A decision is taken back by a further entry, until somebody built on it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent
from core.queue import recalculation
from provinces.roles import Role
from tasks.completion.totals import series, totals
from tasks.models import CancelRequest, Review, StatusReport
from tasks.reminders.notices import notices_of
from tasks.reporting import cancelling, evidence, extensions, reviews, undoing
from tests.factories import UserFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes, fresh, report

LATER = date(2100, 12, 31)


def _decided(cast: Cast, decision: str = "accepted", **given: Any) -> Review:
    sent = report(cast.assignment, cast.officer, "completed")
    return reviews.review_report(sent, by=cast.reviewer, decision=decision, **given)


def _now(cast: Cast) -> tuple[str, str]:
    row = fresh(cast.assignment)
    return row.state, row.waiting


@pytest.mark.parametrize("decision", ["accepted", "returned"])
def test_the_report_waits_again_and_is_decided_anew(cast: Cast, decision: str) -> None:
    review = _decided(cast, decision, reason="Nhầm")
    version = fresh(cast.assignment).version
    undone = undoing.undo_review(review, by=cast.reviewer)
    assert _now(cast) == ("not_started", "review")
    assert fresh(cast.assignment).version == version + 1
    assert (undone.decision, undone.undoes, undone.by) == ("undone", review, cast.reviewer)
    again = reviews.review_report(review.report, by=cast.reviewer, decision="accepted")
    assert _now(cast) == ("completed", "")
    assert list(review.report.reviews.all()) == [review, undone, again]


def test_it_stands_in_the_log_who_took_back_whose_decision(cast: Cast) -> None:
    colleague = member(UserFactory.create(), Role.REVIEWER, cast.area)
    undoing.undo_review(_decided(cast), by=colleague)
    event = AuditEvent.objects.get(action="assignment.undo_review")
    assert event.user == colleague
    assert (event.before or {})["published_state"] == "completed"
    after = event.after or {}
    assert (after["decision"], after["decided_by"]) == ("accepted", cast.reviewer.username)


def test_figures_follow_and_what_was_known_before_stays_known(cast: Cast) -> None:
    before = clock.now()
    review = _decided(cast)
    undone = undoing.undo_review(review, by=cast.reviewer)
    recalculation.drain()
    place = (cast.plan, cast.area, clock.today())
    assert totals(*place).completed == 0
    assert totals(*place) == totals(*place, clock.now())
    assert series(*place)[-1][1].completed == 0
    counted = [totals(*place, at).completed for at in (before, review.at, undone.at)]
    assert counted == [0, 1, 0]
    drained = totals(*place)
    recalculation.recalculate_all()
    assert totals(*place) == drained


def test_a_decision_is_taken_back_once_and_the_second_is_told_who_was_first(cast: Cast) -> None:
    review = _decided(cast)
    undoing.undo_review(review, by=cast.reviewer)
    with pytest.raises(Refused) as caught:
        undoing.undo_review(review, by=member(UserFactory.create(), Role.REVIEWER, cast.area))
    assert (caught.value.status, codes(caught)) == (409, ["already_undone"])
    assert str(cast.reviewer) in str(caught.value.faults[0].detail)


def _reported(cast: Cast, review: Review) -> None:
    report(cast.assignment, cast.officer)


def _asked(cast: Cast, review: Review) -> None:
    extensions.request_extension(
        cast.assignment, by=cast.officer, new_due_on=LATER, reason="Chờ hướng dẫn"
    )


def _asked_to_end(cast: Cast, review: Review) -> None:
    cancelling.request_cancelling(cast.assignment, by=cast.officer, reason="Đã có nhiệm vụ khác")


@pytest.mark.parametrize("build", [_reported, _asked, _asked_to_end])
def test_what_others_built_on_is_kept(cast: Cast, build: Callable[[Cast, Review], None]) -> None:
    sent = report(cast.assignment, cast.officer)
    review = reviews.review_report(sent, by=cast.reviewer, decision="accepted")
    build(cast, review)
    with pytest.raises(Refused) as caught:
        undoing.undo_review(review, by=cast.reviewer)
    assert (caught.value.status, codes(caught)) == (409, ["built_on"])
    assert Review.objects.count() == 1


def test_a_request_decided_since_is_built_on_too(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    asked = extensions.request_extension(
        cast.assignment, by=cast.officer, new_due_on=LATER, reason="Chờ hướng dẫn"
    )
    review = reviews.review_report(sent, by=cast.reviewer, decision="accepted")
    assert undoing.undoable().get() == review
    extensions.decide_extension(asked, by=cast.reviewer, granted=True)
    assert not undoing.undoable().exists()


def test_an_end_that_was_granted_is_no_decision_on_a_report(cast: Cast) -> None:
    cancelling.request_cancelling(cast.assignment, by=cast.officer, reason="Đã có nhiệm vụ khác")
    proof = evidence.Proof(number="9/QĐ-UBND")
    asked = CancelRequest.objects.get()
    cancelling.decide_cancelling(asked, by=cast.reviewer, granted=True, proof=proof)
    with pytest.raises(Refused) as caught:
        undoing.undo_review(Review.objects.get(), by=cast.reviewer)
    assert codes(caught) == ["built_on"]


def test_only_whom_it_would_wait_for_takes_it_back(cast: Cast) -> None:
    review = _decided(cast)
    head = member(UserFactory.create(), Role.AGENCY_HEAD, cast.agency)
    for user in (cast.viewer, cast.coordinator, cast.stranger, cast.officer, head):
        with pytest.raises(PermissionDenied):
            undoing.undo_review(review, by=user)


def test_nobody_takes_back_a_decision_on_their_own_report(cast: Cast) -> None:
    review = _decided(cast, "returned", reason="Thiếu số liệu")
    with pytest.raises(Refused) as caught:
        undoing.undo_review(review, by=member(cast.officer, Role.REVIEWER, cast.area))
    assert (caught.value.status, codes(caught)) == (403, ["four_eyes"])


def test_the_head_takes_back_their_part_and_the_standing_agency_its_own(cast: Cast) -> None:
    cast.plan.requires_agency_approval = True
    cast.plan.save()
    head = member(UserFactory.create(), Role.AGENCY_HEAD, cast.agency)
    sent = report(cast.assignment, cast.officer, "completed")
    returned = reviews.review_report(sent, by=head, decision="returned", reason="Nhầm")
    with pytest.raises(PermissionDenied):
        undoing.undo_review(returned, by=cast.reviewer)
    undoing.undo_review(returned, by=head)
    assert _now(cast) == ("not_started", "agency")
    approved = reviews.review_report(sent, by=head, decision="approved")
    accepted = reviews.review_report(sent, by=cast.reviewer, decision="accepted")
    with pytest.raises(Refused) as caught:
        undoing.undo_review(approved, by=head)
    assert codes(caught) == ["built_on"]
    with pytest.raises(PermissionDenied):
        undoing.undo_review(accepted, by=head)
    undoing.undo_review(accepted, by=cast.reviewer)
    undoing.undo_review(approved, by=head)
    assert _now(cast) == ("not_started", "agency")


def test_taking_back_is_not_itself_taken_back(cast: Cast) -> None:
    undone = undoing.undo_review(_decided(cast), by=cast.reviewer)
    with pytest.raises(PermissionDenied):
        undoing.undo_review(undone, by=cast.reviewer)


def test_whoever_decides_second_is_told_who_was_first_and_when(cast: Cast) -> None:
    review = _decided(cast)
    with translation.override("vi"), pytest.raises(Refused) as caught:
        reviews.review_report(review.report, by=cast.reviewer, decision="accepted")
    told = str(caught.value.faults[0].detail)
    assert told.startswith(f"{cast.reviewer} đã duyệt báo cáo này lúc ")
    report(cast.assignment, cast.officer)
    with translation.override("vi"), pytest.raises(Refused) as caught:
        reviews.review_report(review.report, by=cast.reviewer, decision="accepted")
    assert "báo cáo mới hơn" in str(caught.value.faults[0].detail)


def test_the_officer_is_not_told_of_a_return_that_was_taken_back(cast: Cast) -> None:
    review = _decided(cast, "returned", reason="Thiếu số liệu")
    assert any(n.detail == "Thiếu số liệu" for g in notices_of(cast.officer) for n in g.notices)
    undoing.undo_review(review, by=cast.reviewer)
    assert not any(n.detail for g in notices_of(cast.officer) for n in g.notices)
    assert StatusReport.objects.waiting_for_review().exists()
