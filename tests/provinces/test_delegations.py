"""A head or an officer lets a colleague act for them, from one day to another."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from provinces.delegations import services
from provinces.models import Agency, Delegation, Membership
from provinces.permissions import Permission, grants, has_permission
from provinces.roles import Role
from tests.factories import AgencyFactory, AssignmentFactory, ProvinceFactory, UserFactory, member


@dataclass(frozen=True)
class Office:
    agency: Agency
    head: User
    officer: User
    colleague: User
    coordinator: User


@pytest.fixture
def office(db: None) -> Office:
    agency = AgencyFactory.create()
    return Office(
        agency,
        head=member(UserFactory.create(username="head"), Role.AGENCY_HEAD, agency),
        officer=member(UserFactory.create(username="officer"), Role.OFFICER, agency),
        colleague=member(UserFactory.create(username="colleague"), Role.VIEWER, agency.area),
        coordinator=member(UserFactory.create(), Role.COORDINATOR, agency.area),
    )


def day(after: int) -> date:
    return clock.today() + timedelta(days=after)


def lend(office: Office, **given: object) -> Delegation:
    wanted: dict[str, object] = {
        "delegator": office.head,
        "delegate": office.colleague,
        "agency": office.agency,
        "role": Role.AGENCY_HEAD,
        "from_day": day(0),
        "to_day": day(7),
        "by": office.head,
        **given,
    }
    if "delegator" in given and "by" not in given:
        wanted["by"] = given["delegator"]
    return services.lend(**wanted)  # type: ignore[arg-type]  # Each test changes a few.


def roles(user: User) -> set[str]:
    user.__dict__.pop("_grants", None)
    return {grant.role for grant in grants(user) if grant.agency_path}


def refused(office: Office, **given: object) -> set[str]:
    with pytest.raises(Refused) as caught:
        lend(office, **given)
    return {fault.code for fault in caught.value.faults}


def test_a_head_lends_their_approval_too(office: Office) -> None:
    lent = lend(office)
    assignment = AssignmentFactory.create(agency=office.agency)
    assert has_permission(office.colleague, Permission.APPROVE_REPORT, assignment)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.user, event.subject_key) == (
        "delegation.lend",
        office.head,
        str(lent.pk),
    )


def test_a_head_may_lend_the_officers_part_alone(office: Office) -> None:
    lend(office, role=Role.OFFICER)
    assignment = AssignmentFactory.create(agency=office.agency)
    assert has_permission(office.colleague, Permission.REPORT_STATUS, assignment)
    assert not has_permission(office.colleague, Permission.APPROVE_REPORT, assignment)


def test_an_officer_cannot_lend_what_the_head_holds(office: Office) -> None:
    assert refused(office, delegator=office.officer) == {"not_held"}


def test_what_was_lent_is_not_lent_again(office: Office) -> None:
    lend(office)
    other = member(UserFactory.create(), Role.VIEWER, office.agency.area)
    codes = refused(office, delegator=office.colleague, delegate=other)
    assert codes == {"not_held"}


def test_it_lends_on_its_days_only(office: Office) -> None:
    lent = lend(office, from_day=day(1))
    assert roles(office.colleague) == set()
    Delegation.objects.filter(pk=lent.pk).update(from_day=day(0), to_day=day(0))
    assert roles(office.colleague) == {Role.AGENCY_HEAD}
    Delegation.objects.filter(pk=lent.pk).update(from_day=day(-2), to_day=day(-1))
    assert roles(office.colleague) == set()


def test_who_lost_the_role_or_the_account_lends_nothing(office: Office) -> None:
    lent = lend(office)
    office.head.is_active = False
    office.head.save()
    assert roles(office.colleague) == set()
    office.head.is_active = True
    office.head.save()
    Membership.objects.filter(user=office.head).delete()
    assert roles(office.colleague) == set()
    assert lent not in Delegation.objects.in_force(clock.today())


def test_grants_and_the_list_agree_on_what_is_in_force(office: Office) -> None:
    head_only = lend(office)
    member(office.head, Role.OFFICER, office.agency)
    Membership.objects.filter(user=office.head, role=Role.AGENCY_HEAD).delete()
    assert roles(office.colleague) == set()
    assert not Delegation.objects.in_force(clock.today()).filter(pk=head_only.pk).exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"from_day": day(-1)}, "past"),
        ({"from_day": day(3), "to_day": day(2)}, "ends_first"),
        ({"to_day": day(400)}, "too_long"),
    ],
)
def test_wrong_days_are_refused(office: Office, given: dict[str, date], code: str) -> None:
    assert refused(office, **given) == {code}
    assert not Delegation.objects.exists()


def test_two_for_the_same_days_are_refused(office: Office) -> None:
    lent = lend(office)
    assert refused(office, from_day=day(7), to_day=day(9)) == {"overlaps"}
    services.end(lent, by=office.head)
    lend(office, from_day=day(7), to_day=day(9))


def test_only_people_of_the_area_are_lent_a_role(office: Office) -> None:
    far = member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="01"))
    closed = member(UserFactory.create(is_active=False), Role.VIEWER, office.agency.area)
    assert refused(office, delegate=far) == {"no_colleague"}
    assert refused(office, delegate=closed) == {"no_colleague"}
    assert refused(office, delegate=office.head) == {"oneself"}


def test_a_coordinator_lends_for_others_of_their_area_and_never_to_themselves(
    office: Office,
) -> None:
    assert lend(office, by=office.coordinator).delegator == office.head
    assert refused(office, by=office.coordinator, delegate=office.coordinator) == {"four_eyes"}


def test_nobody_else_lends_in_anothers_name(office: Office) -> None:
    far = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="01"))
    for stranger in (office.officer, office.colleague, far):
        with pytest.raises(PermissionDenied):
            lend(office, by=stranger)


def test_it_is_ended_at_once_and_once(office: Office) -> None:
    lent = lend(office)
    services.end(lent, by=office.colleague)
    assert roles(office.colleague) == set()
    with pytest.raises(Refused):
        services.end(lent, by=office.head)
    assert AuditEvent.objects.filter(action="delegation.end").count() == 1


# The page ---------------------------------------------------------------------------------------


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(office: Office, **given: str) -> dict[str, str]:
    return {
        "what": f"{office.agency.pk}:agency_head",
        "delegate": "colleague",
        "from_day": day(0).isoformat(),
        "to_day": day(7).isoformat(),
        **given,
    }


def test_a_head_lends_in_the_browser_and_their_colleague_is_told_on_every_page(
    office: Office,
) -> None:
    assert signed_in(office.head).post("/delegations/", sent(office)).status_code == 302
    page = signed_in(office.colleague).get("/account/").content.decode()
    assert f"Bạn đang thay mặt {office.head}" in page
    assert "Bạn được ủy quyền" in signed_in(office.colleague).get("/delegations/").content.decode()


def test_a_coordinator_chooses_in_whose_name(office: Office) -> None:
    client = signed_in(office.coordinator)
    assert "head" in client.get("/delegations/?for=head").content.decode()
    assert client.post("/delegations/?for=head", sent(office)).status_code == 302
    assert Delegation.objects.get().delegator == office.head


def test_whoever_coordinates_nothing_chooses_nobody(office: Office) -> None:
    assert signed_in(office.officer).get("/delegations/?for=head").status_code == 404
    assert signed_in(office.officer).post("/delegations/?for=head", sent(office)).status_code == 404


def test_what_is_wrong_stands_beside_its_field(office: Office) -> None:
    answer = signed_in(office.head).post("/delegations/", sent(office, delegate="nobody"))
    assert answer.status_code == 422
    assert "Không có tài khoản" in answer.content.decode()
    foreign = sent(office, what=f"{AgencyFactory.create().pk}:officer")
    assert signed_in(office.head).post("/delegations/", foreign).status_code == 422


def test_the_list_asks_as_often_for_many_as_for_few(office: Office) -> None:
    client, asked = signed_in(office.coordinator), []
    for _ in range(5):
        lend(office, delegate=member(UserFactory.create(), Role.VIEWER, office.agency.area))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/delegations/").status_code == 200
        asked.append(len(queries))
    assert len(set(asked[1:])) == 1, asked
