"""Many reports decided at once."""

import re
from typing import Any

import pytest
from django.test import Client

from core.models import AuditEvent
from provinces.roles import Role
from tasks.models import Review, StatusReport
from tests.factories import AgencyFactory, AssignmentFactory, ProvinceFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, fresh, report

URL = "/review/many/"


@pytest.fixture
def two(cast: Cast) -> list[StatusReport]:
    other = AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency, task__due_on=None)
    return [report(row, cast.officer, "completed") for row in (cast.assignment, other)]


def _ticks(reports: list[StatusReport], **given: str) -> dict[str, Any]:
    return {"chosen": [str(report.pk) for report in reports], **given}


def test_the_ticked_are_accepted(two: list[StatusReport], reviewer: Client) -> None:
    assert reviewer.post(URL, _ticks(two, decision="accepted"))["Location"] == "/review/"
    assert [fresh(sent.assignment).state for sent in two] == ["completed"] * 2
    assert AuditEvent.objects.filter(action="assignment.review").count() == 2


def test_the_ticked_are_returned_with_one_reason(two: list[StatusReport], reviewer: Client) -> None:
    answer = reviewer.post(URL, _ticks(two, decision="returned"))
    assert (answer.status_code, len(answer.context["refused"])) == (422, 2)
    assert len(re.findall(r"form=\"many\"\s+checked", answer.content.decode())) == 2
    reviewer.post(URL, _ticks(two, decision="returned", reason="Thiếu số liệu"))
    assert list(Review.objects.values_list("reason", flat=True)) == ["Thiếu số liệu"] * 2


def test_what_was_decided_meanwhile_is_named_and_the_others_are_taken(
    cast: Cast, two: list[StatusReport], reviewer: Client
) -> None:
    accept(two[0], cast.reviewer)
    answer = reviewer.post(URL, _ticks(two, decision="accepted"))
    assert [verdict.report for verdict in answer.context["refused"]] == [two[0]]
    assert fresh(two[1].assignment).state == "completed"


def test_nobody_accepts_their_own_among_many(
    cast: Cast, two: list[StatusReport], client: Client
) -> None:
    client.force_login(member(cast.officer, Role.REVIEWER, cast.area))
    client.post(URL, _ticks(two, decision="accepted"))
    assert Review.objects.count() == 0


def test_only_reviewers_decide_and_only_what_they_see(
    cast: Cast, two: list[StatusReport], client: Client
) -> None:
    for user in (cast.officer, cast.viewer, cast.stranger):
        client.force_login(user)
        assert client.post(URL, _ticks(two, decision="accepted")).status_code == 403
    client.force_login(cast.coordinator)
    assert len(client.post(URL, _ticks(two, decision="accepted")).context["refused"]) == 2
    client.force_login(member(cast.stranger, Role.REVIEWER, ProvinceFactory.create(code="02")))
    assert client.post(URL, _ticks(two, decision="accepted")).status_code == 302
    assert Review.objects.count() == 0


def test_nothing_ticked_is_said(reviewer: Client) -> None:
    foreign = AssignmentFactory.create(agency=AgencyFactory.create())
    for chosen in ([], ["x"], [str(foreign.pk)]):
        answer = reviewer.post(URL, {"chosen": chosen, "decision": "accepted"}, follow=True)
        assert [str(message.tags) for message in answer.context["messages"]] == ["error"]


def test_all_of_a_page_are_ticked_without_a_script(
    two: list[StatusReport], reviewer: Client
) -> None:
    assert (
        len(
            re.findall(
                r"form=\"many\"\s+checked", reviewer.get("/review/?ticked=all").content.decode()
            )
        )
        == 2
    )
