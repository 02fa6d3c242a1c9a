"""Whoever is judged by a figure does not make it better by a word of their own.

Every way in is tried as an officer, in a plan that nobody reviews: what they say counts at once.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent
from provinces.permissions import Permission, has_permission
from provinces.roles import Role
from tasks.models import Assignment, CancelRequest, StatusReport
from tasks.planning import assigning
from tasks.reporting import bulk, cancelling, extensions, obstacles, reports, reviews
from tasks.reporting.evidence import Proof
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    NationFactory,
    ObstacleFactory,
    PlanFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, codes, fresh, report

PROOF = Proof(number="9/QĐ-UBND")


@pytest.fixture
def own(cast: Cast) -> Assignment:
    """Work of the officer's agency in a plan where a report counts at once."""
    plan = PlanFactory.create(number="7-KH/TU", area=cast.area, requires_review=False)
    return AssignmentFactory.create(task__plan=plan, agency=cast.agency)


def _said(own: Assignment) -> dict[str, Any]:
    return {"percent": 0, "effective_on": clock.today(), "result": "Không còn", "proof": PROOF}


def _by_service(own: Assignment, cast: Cast, state: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        reports.report_status(own, by=cast.officer, state=state, **_said(own))
    return codes(caught)


def _by_many(own: Assignment, cast: Cast, state: str) -> list[str]:
    ask = bulk.BulkRow(state, clock.today(), 0, "Không còn", proof=PROOF)
    [outcome] = bulk.report_many([(own, None)], ask, by=cast.officer)
    return [fault.code for fault in outcome.faults]


def _signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.officer)
    return client


def _form(state: str) -> dict[str, Any]:
    return {
        "state": state,
        "percent": "0",
        "effective_on": clock.today().isoformat(),
        "result": "Không còn",
        "evidence_number": "9/QĐ-UBND",
    }


def _by_page(own: Assignment, cast: Cast, state: str) -> list[str]:
    answer = _signed_in(cast).post(own.get_absolute_url(), _form(state))
    assert answer.status_code == 422
    return _named(answer.content.decode())


def _by_row(own: Assignment, cast: Cast, state: str) -> list[str]:
    address = f"{own.get_absolute_url()}line/"
    answer = _signed_in(cast).post(address, _form(state), headers={"HX-Request": "true"})
    assert answer.status_code == 422
    return _named(answer.content.decode())


def _by_api(own: Assignment, cast: Cast, state: str) -> list[str]:
    sent = {**_form(state), "percent": 0}
    address = f"/api/v1/assignments/{own.pk}/status-reports/"
    answer = _signed_in(cast).post(address, sent, content_type="application/json")
    assert answer.status_code in (400, 422), answer.content
    return [error["code"] for error in answer.json()["errors"]]


def _named(page: str) -> list[str]:
    words = {
        "not_yours_to_cancel": "hãy gửi đề nghị hủy kèm lý do",
        "not_yours_to_reopen": "chỉ đầu mối tổng hợp của văn bản mới được mở lại",
    }
    return [code for code, text in words.items() if text in page]


DOORS = [_by_service, _by_many, _by_page, _by_row, _by_api]
Door = Callable[[Assignment, Cast, str], list[str]]


@pytest.mark.parametrize("door", DOORS)
def test_an_officer_does_not_cancel(own: Assignment, cast: Cast, door: Door) -> None:
    assert door(own, cast, "cancelled") == ["not_yours_to_cancel"]
    assert fresh(own).state == "not_started"
    assert not StatusReport.objects.exists()


@pytest.mark.parametrize("ended", ["cancelled", "completed"])
@pytest.mark.parametrize("door", DOORS)
def test_an_officer_does_not_open_again_what_has_ended(
    own: Assignment, cast: Cast, door: Door, ended: str
) -> None:
    report(own, cast.coordinator, ended)
    assert door(fresh(own), cast, "in_progress") == ["not_yours_to_reopen"]
    assert fresh(own).state == ended


def test_where_somebody_reviews_their_yes_opens_completed_work_again(cast: Cast) -> None:
    done = report(cast.assignment, cast.officer, "completed")
    accept(done, cast.reviewer)
    report(cast.assignment, cast.officer, "in_progress")
    assert fresh(cast.assignment).state == "completed"


def test_the_choice_is_not_offered(own: Assignment, cast: Cast) -> None:
    page = _signed_in(cast).get(own.get_absolute_url()).content.decode()
    assert 'value="completed"' in page
    assert 'value="cancelled"' not in page
    client = Client()
    client.force_login(cast.coordinator)
    assert 'value="cancelled"' in client.get(own.get_absolute_url()).content.decode()


def test_an_end_is_asked_for_and_granted_with_its_document(own: Assignment, cast: Cast) -> None:
    asked = cancelling.request_cancelling(own, by=cast.officer, reason="Đã có nhiệm vụ thay thế")
    assert fresh(own).state == "not_started"
    with pytest.raises(Refused) as caught:
        cancelling.decide_cancelling(asked, by=cast.reviewer, granted=True)
    assert codes(caught) == ["evidence_missing"]
    assert CancelRequest.objects.get().decision == ""
    cancelling.decide_cancelling(asked, by=cast.reviewer, granted=True, proof=PROOF)
    assert fresh(own).state == "cancelled"
    [ended] = StatusReport.objects.all()
    assert (ended.result, ended.reported_by_user) == ("Đã có nhiệm vụ thay thế", cast.officer)
    assert [review.by for review in ended.reviews.all()] == [cast.reviewer]
    actions = AuditEvent.objects.filter(action__contains="cancelling").values_list("action")
    assert len(actions) == 2


def test_it_counts_at_once_in_a_plan_with_review_too(cast: Cast) -> None:
    asked = cancelling.request_cancelling(cast.assignment, by=cast.officer, reason="Trùng")
    cancelling.decide_cancelling(asked, by=cast.reviewer, granted=True, proof=PROOF)
    found = fresh(cast.assignment)
    assert (found.state, found.waiting) == ("cancelled", "")


@pytest.mark.parametrize(
    ("who", "given", "code"),
    [
        ("officer", {"granted": True, "proof": PROOF}, "forbidden"),
        ("reviewer", {"granted": False}, "note_missing"),
    ],
)
def test_a_decision_is_the_standing_agencys_and_says_why(
    own: Assignment, cast: Cast, who: str, given: dict[str, Any], code: str
) -> None:
    asked = cancelling.request_cancelling(own, by=cast.officer, reason="Trùng")
    with pytest.raises((Refused, PermissionDenied)) as caught:
        cancelling.decide_cancelling(asked, by=getattr(cast, who), **given)
    refused = caught.value
    assert (refused.faults[0].code if isinstance(refused, Refused) else "forbidden") == code
    assert fresh(own).state == "not_started"


def test_nobody_grants_what_they_asked_for(own: Assignment, cast: Cast) -> None:
    both = member(cast.officer, Role.REVIEWER, cast.area)
    asked = cancelling.request_cancelling(own, by=both, reason="Trùng")
    with pytest.raises(Refused) as caught:
        cancelling.decide_cancelling(asked, by=both, granted=True, proof=PROOF)
    assert codes(caught) == ["four_eyes"]


def test_one_request_waits_at_a_time_and_says_why(own: Assignment, cast: Cast) -> None:
    with pytest.raises(Refused) as caught:
        cancelling.request_cancelling(own, by=cast.officer, reason=" ")
    assert codes(caught) == ["reason_missing"]
    cancelling.request_cancelling(own, by=cast.officer, reason="Trùng")
    with pytest.raises(Refused) as caught:
        cancelling.request_cancelling(own, by=cast.officer, reason="Trùng")
    assert codes(caught) == ["already_requested"]


def test_work_that_has_ended_is_not_ended_again(own: Assignment, cast: Cast) -> None:
    asked = cancelling.request_cancelling(own, by=cast.officer, reason="Trùng")
    report(own, cast.coordinator, "completed")
    with pytest.raises(Refused) as caught:
        cancelling.decide_cancelling(asked, by=cast.reviewer, granted=True, proof=PROOF)
    assert codes(caught) == ["already_ended"]
    assert CancelRequest.objects.get().decision == ""


def test_the_other_ways_are_closed(own: Assignment, cast: Cast) -> None:
    """Moving it away, a later deadline, an obstacle out of the way, a day that is closed."""
    stamp = assigning.stamp_of(own)
    later = extensions.request_extension(
        own, by=cast.officer, new_due_on=date(2100, 6, 30), reason="Chờ"
    )
    obstacle = ObstacleFactory.create(assignment=own, opened_by=cast.officer)
    tries: list[Callable[[], object]] = [
        lambda: assigning.change_assignment(
            own, by=cast.officer, given={"original_due_on": date(2100, 6, 30)}, seen=stamp
        ),
        lambda: assigning.move(own, to=[cast.agency], by=cast.officer, seen=stamp),
        lambda: extensions.decide_extension(later, by=cast.officer, granted=True),
        lambda: obstacles.resolve_obstacle(obstacle, by=cast.officer, resolution="Xong"),
    ]
    for attempt in tries:
        with pytest.raises(PermissionDenied):
            attempt()
    plan = own.task.plan
    plan.closed_through = clock.today() - timedelta(days=1)
    plan.save()
    with pytest.raises(Refused) as caught:
        report(fresh(own), cast.officer, "completed", effective_on=plan.closed_through)
    assert codes(caught) == ["period_closed"]


def test_a_back_dated_report_says_so(own: Assignment, cast: Cast) -> None:
    report(own, cast.officer, "completed", effective_on=clock.today() - timedelta(days=12))
    page = _signed_in(cast).get(own.get_absolute_url()).content.decode()
    assert "khai lùi 12 ngày" in " ".join(page.split())


@pytest.fixture
def from_above(cast: Cast) -> Assignment:
    """Work that the province gave to a commune."""
    plan = PlanFactory.create(number="7-KH/TU", area=cast.area, requires_review=False)
    office = AgencyFactory.create(area=CommuneFactory.create(parent=cast.area))
    member(cast.officer, Role.OFFICER, office)
    return AssignmentFactory.create(task__plan=plan, agency=office)


@pytest.mark.parametrize("door", DOORS)
def test_a_communes_coordinator_does_not_cancel_what_the_commune_was_given(
    from_above: Assignment, cast: Cast, door: Door
) -> None:
    member(cast.officer, Role.COORDINATOR, from_above.area)
    assert door(from_above, cast, "cancelled") == ["not_yours_to_cancel"]
    assert fresh(from_above).state == "not_started"


@pytest.mark.parametrize("door", DOORS)
def test_a_provinces_coordinator_does_not_cancel_what_the_province_was_given(
    from_above: Assignment, cast: Cast, door: Door
) -> None:
    """Their province is ranked by it."""
    plan = from_above.task.plan
    plan.area = NationFactory.create()
    plan.save()
    work = fresh(from_above)
    assert door(work, replace(cast, officer=cast.coordinator), "cancelled") == [
        "not_yours_to_cancel"
    ]
    assert fresh(work).state == "not_started"
    centre = member(UserFactory.create(), Role.COORDINATOR, plan.area)
    report(work, centre, "cancelled")
    assert fresh(work).state == "cancelled"


def test_a_commune_decides_only_on_what_its_own_document_asks(
    from_above: Assignment, cast: Cast
) -> None:
    reviewer = member(UserFactory.create(), Role.REVIEWER, from_above.area)
    ending = cancelling.request_cancelling(from_above, by=cast.officer, reason="Trùng")
    longer = extensions.request_extension(
        from_above, by=cast.officer, new_due_on=date(2100, 1, 1), reason="Chờ"
    )
    sent = report(from_above, cast.officer, "completed")
    for judge, may in ((reviewer, False), (cast.reviewer, True)):
        for permission in (Permission.REVIEW_REPORT, Permission.DECIDE_REQUEST):
            assert has_permission(judge, permission, from_above) is may
    with pytest.raises(PermissionDenied):
        cancelling.decide_cancelling(ending, by=reviewer, granted=False, note="Không")
    with pytest.raises(PermissionDenied):
        extensions.decide_extension(longer, by=reviewer, granted=False, note="Không")
    with pytest.raises(PermissionDenied):
        reviews.review_report(sent, by=reviewer, decision="returned", reason="Thiếu")
    own_plan = PlanFactory.create(number="8-KH/UBND", area=from_above.area)
    own = AssignmentFactory.create(task__plan=own_plan, agency=from_above.agency)
    assert has_permission(reviewer, Permission.REVIEW_REPORT, own)
