"""Where a plan asks for it, the head of the agency says yes before the report leaves it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from core.queue import recalculation
from provinces.roles import Role
from tasks.completion.totals import totals
from tasks.models import Review, StatusReport
from tasks.reporting import reviews
from tests.factories import AgencyFactory, AssignmentFactory, UserFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, codes, fresh, report


@dataclass(frozen=True)
class Agency:
    """The cast's, with its head, under a plan that asks for their approval and for review."""

    cast: Cast
    head: User

    def send(self, state: str = "completed") -> StatusReport:
        return report(self.cast.assignment, self.cast.officer, state)

    def say(self, sent: StatusReport, decision: str = "approved", **given: Any) -> Review:
        return reviews.review_report(sent, by=self.head, decision=decision, **given)

    @property
    def now(self) -> tuple[str, str]:
        row = fresh(self.cast.assignment)
        return row.state, row.waiting


@pytest.fixture
def agency(cast: Cast) -> Agency:
    cast.plan.requires_agency_approval = True
    cast.plan.save()
    return Agency(cast, member(UserFactory.create(), Role.AGENCY_HEAD, cast.agency))


def test_a_report_waits_for_the_head_and_then_for_review(agency: Agency) -> None:
    sent = agency.send()
    assert agency.now == ("not_started", "agency")
    agency.say(sent)
    assert agency.now == ("not_started", "review")
    accept(sent, agency.cast.reviewer)
    assert agency.now == ("completed", "")
    assert fresh(agency.cast.assignment).version == 3
    assert AuditEvent.objects.filter(action="assignment.review").count() == 2


def test_without_review_it_counts_once_approved_and_was_not_known_before(agency: Agency) -> None:
    agency.cast.plan.requires_review = False
    agency.cast.plan.save()
    sent = agency.send()
    before, today = clock.now(), clock.today()
    review = agency.say(sent)
    recalculation.drain()
    assert agency.now == ("completed", "")
    place = (agency.cast.plan, agency.cast.area, today)
    assert totals(*place).completed == 1
    assert totals(*place, before).completed == 0
    assert totals(*place, review.at).completed == 1


def test_the_head_returns_it_saying_why(agency: Agency) -> None:
    sent = agency.send()
    with pytest.raises(Refused) as caught:
        agency.say(sent, "returned")
    assert codes(caught) == ["reason_missing"]
    agency.say(sent, "returned", reason="Thiếu số liệu")
    assert agency.now == ("not_started", "returned")
    with pytest.raises(Refused) as caught:
        agency.say(sent)
    assert codes(caught) == ["already_decided"]


def test_no_reviewer_decides_before_the_head(agency: Agency) -> None:
    sent = agency.send()
    for decision in ("accepted", "returned"):
        with pytest.raises(Refused) as caught:
            reviews.review_report(sent, by=agency.cast.reviewer, decision=decision, reason="Vì sao")
        assert (caught.value.status, codes(caught)) == (409, ["awaits_head"])
    root = UserFactory.create(is_superuser=True)
    with pytest.raises(Refused) as caught:
        accept(sent, root)
    assert codes(caught) == ["awaits_head"]
    assert Review.objects.count() == 0


def test_only_heads_of_the_agency_or_of_one_above_approve(agency: Agency) -> None:
    sent, cast = agency.send(), agency.cast
    below = AgencyFactory.create(area=cast.area, parent=cast.agency)
    other = member(UserFactory.create(), Role.AGENCY_HEAD, below)
    officer = member(UserFactory.create(), Role.OFFICER, cast.agency)
    for user in (other, officer, cast.reviewer, cast.coordinator, cast.viewer, cast.stranger):
        with pytest.raises(PermissionDenied):
            reviews.review_report(sent, by=user, decision="approved")
    subordinate = AssignmentFactory.create(task__plan=cast.plan, task__due_on=None, agency=below)
    second = report(subordinate, member(UserFactory.create(), Role.OFFICER, below))
    assert agency.say(second).by == agency.head


def test_a_report_by_the_head_is_approved_by_being_sent(agency: Agency) -> None:
    mine = report(agency.cast.assignment, agency.head, "completed")
    assert agency.now == ("not_started", "review")
    approval = mine.reviews.get()
    assert (approval.decision, approval.by, approval.at) == (
        "approved",
        agency.head,
        mine.recorded_at,
    )
    event = AuditEvent.objects.get(action="assignment.report")
    assert (event.after or {})["decision"] == "approved"


def test_nobody_approves_what_they_sent_before_they_were_the_head(agency: Agency) -> None:
    sent = agency.send()
    officer = member(agency.cast.officer, Role.AGENCY_HEAD, agency.cast.agency)
    with pytest.raises(Refused) as caught:
        reviews.review_report(sent, by=User.objects.get(pk=officer.pk), decision="approved")
    assert (caught.value.status, codes(caught)) == (403, ["four_eyes"])


def test_the_figures_follow_when_a_document_begins_to_ask(cast: Cast) -> None:
    cast.plan.requires_review = False
    cast.plan.save()
    report(cast.assignment, cast.officer, "completed")
    cast.plan.requires_agency_approval = True
    cast.plan.save()
    recalculation.mark("plan", [cast.plan.pk], since=clock.today() - timedelta(days=1))
    recalculation.drain()
    assert fresh(cast.assignment).waiting == "agency"
    assert totals(cast.plan, cast.area, clock.today()).completed == 0


# The page --------------------------------------------------------------------------------------


def test_heads_find_what_waits_for_them_and_approve_there(agency: Agency, client: Client) -> None:
    sent = agency.send()
    client.force_login(agency.head)
    page = client.get("/review/")
    assert [item.report for item in page.context["found"].items] == [sent]
    assert 'href="/review/"' in page.content.decode()
    answer = client.post(f"/review/{sent.pk}/", {"decision": "approved"}, follow=True)
    assert list(answer.context["found"].items) == []
    assert agency.now == ("not_started", "review")
    history = client.get(agency.cast.assignment.get_absolute_url()).content.decode()
    assert "Lãnh đạo đơn vị đã duyệt" in history


def test_reviewers_find_it_only_after_the_head(agency: Agency, client: Client) -> None:
    sent = agency.send()
    client.force_login(agency.cast.reviewer)
    assert client.get("/review/").context["found"].items == []
    agency.say(sent)
    assert [item.report for item in client.get("/review/").context["found"].items] == [sent]


def test_heads_decide_on_many_at_once(agency: Agency, client: Client) -> None:
    cast = agency.cast
    other = AssignmentFactory.create(task__plan=cast.plan, task__due_on=None, agency=cast.agency)
    both = [agency.send(), report(other, cast.officer)]
    client.force_login(agency.head)
    ticks = {"chosen": [str(sent.pk) for sent in both], "decision": "approved"}
    assert client.post("/review/many/", ticks)["Location"] == "/review/"
    assert [fresh(sent.assignment).waiting for sent in both] == ["review", "review"]


def test_the_menu_names_the_queue_to_heads_only_where_a_document_asks(
    agency: Agency, client: Client
) -> None:
    client.force_login(agency.head)
    assert 'href="/review/"' in client.get("/tasks/").content.decode()
    agency.cast.plan.requires_agency_approval = False
    agency.cast.plan.save()
    assert 'href="/review/"' not in client.get("/tasks/").content.decode()


def test_the_officer_is_told_what_their_report_waits_for(agency: Agency, client: Client) -> None:
    client.force_login(agency.cast.officer)
    form = {"state": "in_progress", "percent": "40", "effective_on": clock.today().isoformat()}
    page = client.post(agency.cast.assignment.get_absolute_url(), form, follow=True)
    words = page.content.decode()
    assert "Chờ lãnh đạo đơn vị duyệt" in words
    assert "chờ lãnh đạo đơn vị duyệt" in words
