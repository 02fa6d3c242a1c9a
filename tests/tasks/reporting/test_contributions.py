"""Coordinating agencies see the work they help with, and say what they did."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.errors import Refused
from core.models import AuditEvent, Recalculation, User
from provinces.models import Agency
from provinces.roles import Role
from tasks.models import Assignment, Contribution, StatusReport, Task
from tasks.reporting import contributions
from tasks.reporting.evidence import Proof
from tests.factories import AgencyFactory, AssignmentFactory, UserFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes, fresh, report


@dataclass(frozen=True)
class Helping:
    cast: Cast
    agency: Agency
    user: User

    def choose(self, *agencies: Agency, assignments: list[Assignment] | None = None) -> int:
        task = self.cast.assignment.task
        return contributions.choose_coordinating(
            task, by=self.cast.coordinator, agencies=agencies, assignments=assignments
        )

    def say(self, text: str = "Đã thẩm định dự thảo", **given: Any) -> Contribution:
        sent: dict[str, Any] = {"by": self.user, "agency": self.agency, "text": text, **given}
        return contributions.contribute(self.cast.assignment, **sent)


@pytest.fixture
def helping(cast: Cast) -> Helping:
    agency = AgencyFactory.create(area=cast.area)
    return Helping(cast, agency, member(UserFactory.create(), Role.OFFICER, agency))


def test_helpers_see_the_work_and_its_history_once_chosen(helping: Helping) -> None:
    report(helping.cast.assignment, helping.cast.officer)
    AssignmentFactory.create(task__plan=helping.cast.plan)
    models = (Assignment, Task, StatusReport)
    assert [m.objects.visible_to(helping.user).count() for m in models] == [0, 0, 0]
    assert helping.choose(helping.agency) == 1
    assert [m.objects.visible_to(helping.user).count() for m in models] == [1, 1, 1]
    helping.choose()
    assert [m.objects.visible_to(helping.user).count() for m in models] == [0, 0, 0]


def test_a_superuser_and_the_area_see_no_less_when_an_agency_helps(helping: Helping) -> None:
    AssignmentFactory.create(task__plan=helping.cast.plan)
    root = UserFactory.create(is_superuser=True)
    member(root, Role.OFFICER, helping.agency)
    helping.choose(helping.agency)
    assert Assignment.objects.visible_to(root).count() == 2
    assert Assignment.objects.visible_to(helping.cast.viewer).count() == 2


def test_choosing_reaches_all_assignments_and_never_makes_a_lead_its_own_helper(
    helping: Helping,
) -> None:
    cast = helping.cast
    second = AssignmentFactory.create(task=cast.assignment.task, agency=helping.agency)
    assert helping.choose(helping.agency, cast.agency) == 2
    assert list(cast.assignment.coordinating.all()) == [helping.agency]
    assert list(second.coordinating.all()) == [cast.agency]
    assert helping.choose(assignments=[second]) == 1
    assert (cast.assignment.coordinating.count(), second.coordinating.count()) == (1, 0)
    assert AuditEvent.objects.filter(action="task.coordinating").count() == 2


def test_only_coordinators_choose(helping: Helping) -> None:
    for user in (helping.user, helping.cast.officer, helping.cast.reviewer, helping.cast.viewer):
        with pytest.raises(PermissionDenied):
            contributions.choose_coordinating(helping.cast.assignment.task, by=user, agencies=[])


def test_what_a_helper_did_changes_no_state_and_no_figure(helping: Helping) -> None:
    helping.choose(helping.agency)
    before = fresh(helping.cast.assignment)
    part = helping.say(proof=Proof(number="7/CV-STC"))
    after = fresh(helping.cast.assignment)
    assert (after.state, after.percent, after.version) == (before.state, 0, before.version)
    assert [proof.number for proof in part.evidence.all()] == ["7/CV-STC"]
    assert helping.cast.assignment.evidence.count() == 1
    assert Recalculation.objects.count() == 0
    event = AuditEvent.objects.get(action="contribution.add")
    assert (event.user, (event.after or {})["agency"]) == (helping.user, helping.agency.code)


def test_it_needs_words_and_a_proof_that_is_one(helping: Helping) -> None:
    helping.choose(helping.agency)
    with pytest.raises(Refused) as caught:
        helping.say(" ", proof=Proof(link="x"))
    assert codes(caught) == ["text_missing", "invalid_link"]
    assert Contribution.objects.count() == 0


def test_nobody_speaks_for_an_agency_that_is_not_theirs_or_does_not_help(helping: Helping) -> None:
    with pytest.raises(PermissionDenied):
        helping.say()
    helping.choose(helping.agency)
    for user in (helping.cast.officer, helping.cast.coordinator, helping.cast.stranger):
        with pytest.raises(PermissionDenied):
            helping.say(by=user)
    with pytest.raises(PermissionDenied):
        helping.say(agency=helping.cast.agency)


def test_a_helper_may_not_report_in_the_leads_place(helping: Helping) -> None:
    helping.choose(helping.agency)
    with pytest.raises(PermissionDenied):
        report(helping.cast.assignment, helping.user)


# The page --------------------------------------------------------------------------------------


def test_helpers_find_the_work_in_their_list_and_add_their_part(
    helping: Helping, client: Client
) -> None:
    helping.choose(helping.agency)
    client.force_login(helping.user)
    url = helping.cast.assignment.get_absolute_url()
    listed = client.get("/tasks/")
    assert url in listed.content.decode()
    assert [(kind.key, kind.count) for kind in listed.context["listing"].levels] == [("helping", 1)]
    assert 'id="report"' not in client.get(url).content.decode()
    sent = {"text": "Đã thẩm định <b>", "evidence_number": "7/CV-STC"}
    page = client.post(f"{url}contributions/", sent, follow=True).content.decode()
    assert "Đã thẩm định &lt;b&gt;" in page
    assert "7/CV-STC" in page
    assert Contribution.objects.get().agency == helping.agency


def test_what_an_agency_helps_with_stands_apart_from_what_it_leads(
    helping: Helping, client: Client
) -> None:
    helping.choose(helping.agency)
    own = AssignmentFactory.create(task__plan=helping.cast.plan, agency=helping.agency)
    client.force_login(helping.user)
    for query, row in (("", own), ("?level=helping", helping.cast.assignment)):
        listing = client.get(f"/tasks/{query}").context["listing"]
        assert [line.assignment for line in listing.rows] == [row]
        assert [(kind.key, kind.count) for kind in listing.levels] == [
            ("agencies", 1),
            ("helping", 1),
        ]


def test_who_helps_for_two_agencies_says_for_which(helping: Helping, client: Client) -> None:
    other = AgencyFactory.create(area=helping.cast.area)
    member(helping.user, Role.OFFICER, other)
    helping.choose(helping.agency, other)
    client.force_login(helping.user)
    url = f"{helping.cast.assignment.get_absolute_url()}contributions/"
    for agency in ("", helping.cast.agency.pk):
        answer = client.post(url, {"text": "Đã góp ý", "agency": agency})
        assert (answer.status_code, list(answer.context["wrong"].errors)) == (422, ["agency"])
    client.post(url, {"text": "Đã góp ý", "agency": other.pk})
    assert Contribution.objects.get().agency == other


def test_wrong_input_comes_back_as_typed(helping: Helping, client: Client) -> None:
    helping.choose(helping.agency)
    client.force_login(helping.user)
    url = f"{helping.cast.assignment.get_absolute_url()}contributions/"
    answer = client.post(url, {"text": " ", "evidence_link": "nowhere"})
    assert (answer.status_code, set(answer.context["wrong"].errors)) == (
        422,
        {"text", "evidence_link"},
    )
    assert 'value="nowhere"' in answer.content.decode()


def test_others_who_see_it_may_not_add_and_strangers_do_not_see_it(
    helping: Helping, client: Client
) -> None:
    url = f"{helping.cast.assignment.get_absolute_url()}contributions/"
    helping.choose(helping.agency)
    for user, status in ((helping.cast.officer, 403), (helping.cast.stranger, 404)):
        client.force_login(user)
        assert client.post(url, {"text": "Đã góp ý"}).status_code == status


def test_the_page_takes_as_many_queries_for_many_parts_as_for_few(
    helping: Helping, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    helping.choose(helping.agency, *AgencyFactory.create_batch(9, area=helping.cast.area))
    for number in range(15):
        helping.say(proof=Proof(number=str(number)))
    client.force_login(helping.user)
    with django_assert_max_num_queries(24):
        client.get(helping.cast.assignment.get_absolute_url())
