"""Whoever leaves hands all work to a successor in one step."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from indicators.models import ClientScope
from provinces.models import Delegation
from provinces.roles import Role
from tasks.models import Assignment, Draft
from tasks.staffing.handover import hand_over, work_of
from tasks.states import State
from tests.factories import (
    ApiClientFactory,
    AssignmentFactory,
    ProvinceFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast


@pytest.fixture
def successor(cast: Cast) -> User:
    return member(UserFactory.create(username="successor"), Role.VIEWER, cast.area)


def owned(cast: Cast, **fields: object) -> Assignment:
    return AssignmentFactory.create(
        task__plan=cast.plan, agency=cast.agency, responsible=cast.officer, **fields
    )


def test_open_work_moves_and_done_work_keeps_its_name(cast: Cast, successor: User) -> None:
    still, done = owned(cast), owned(cast, state=State.COMPLETED)
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator)
    still.refresh_from_db()
    done.refresh_from_db()
    assert (still.responsible, done.responsible) == (successor, cast.officer)


def test_roles_systems_and_drafts_move_and_delegations_end(cast: Cast, successor: User) -> None:
    system = ApiClientFactory.create(owner=cast.officer)
    ClientScope.objects.create(client=system, area=cast.area)
    Draft.objects.create(user=cast.officer, assignment=owned(cast), saved_at=clock.now())
    lent = Delegation.objects.create(
        delegator=cast.officer,
        delegate=cast.viewer,
        agency=cast.agency,
        from_day=clock.today(),
        to_day=clock.today(),
    )
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator)
    system.refresh_from_db()
    lent.refresh_from_db()
    assert system.owner == successor
    assert lent.ended_at
    assert Draft.objects.get().user == successor
    assert not cast.officer.memberships.exists()
    assert successor.memberships.filter(role=Role.OFFICER, agency=cast.agency).exists()


def test_what_the_successor_has_already_is_not_doubled(cast: Cast, successor: User) -> None:
    member(successor, Role.OFFICER, cast.agency)
    assignment = owned(cast)
    for user in (cast.officer, successor):
        Draft.objects.create(
            user=user, assignment=assignment, saved_at=clock.now(), content={"of": user.pk}
        )
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator)
    assert successor.memberships.filter(role=Role.OFFICER).count() == 1
    assert Draft.objects.get().content == {"of": successor.pk}


def test_one_event_names_all_that_moved(cast: Cast, successor: User) -> None:
    assignment, before = owned(cast), AuditEvent.objects.count()
    hand_over(cast.officer, successor=successor, disable=True, by=cast.coordinator)
    [event] = AuditEvent.objects.order_by("id")[before:]
    assert event.after
    assert (event.action, event.after["assignments"]) == ("user.hand_over", [assignment.pk])
    assert event.after["roles"] == [{"role": "officer", "agency": cast.agency.code}]
    assert event.after["disabled"] is True
    assert not User.objects.get(pk=cast.officer.pk).is_active


def test_the_account_stays_open_unless_asked(cast: Cast, successor: User) -> None:
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator)
    assert User.objects.get(pk=cast.officer.pk).is_active


def test_work_goes_to_an_active_person_of_the_area(cast: Cast, successor: User) -> None:
    closed = member(UserFactory.create(is_active=False), Role.VIEWER, cast.area)
    for wrong in (closed, cast.stranger, cast.officer):
        with pytest.raises(Refused):
            hand_over(cast.officer, successor=wrong, disable=False, by=cast.coordinator)
    assert cast.officer.memberships.exists()


def test_whoever_opens_more_than_the_area_is_not_handed_over(cast: Cast, successor: User) -> None:
    member(cast.officer, Role.VIEWER, ProvinceFactory.create(code="01"))
    with pytest.raises(PermissionDenied):
        hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator)


def test_a_coordinator_takes_no_administrators_role_that_way(cast: Cast) -> None:
    administrator = member(UserFactory.create(), Role.ADMINISTRATOR, cast.area)
    with pytest.raises(PermissionDenied):
        hand_over(administrator, successor=cast.coordinator, disable=False, by=cast.coordinator)


def test_nobody_hands_over_his_own(cast: Cast, successor: User) -> None:
    with pytest.raises(Refused):
        work_of(cast.coordinator, by=cast.coordinator)


def test_officers_and_coordinators_of_elsewhere_cannot(cast: Cast, successor: User) -> None:
    far = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="01"))
    for stranger in (cast.viewer, cast.reviewer, far):
        with pytest.raises(PermissionDenied):
            hand_over(cast.officer, successor=successor, disable=False, by=stranger)


def test_the_page_shows_what_moves_before_it_does(cast: Cast, successor: User) -> None:
    owned(cast, task__title_vi="Xây dựng trung tâm dữ liệu")
    client = Client()
    client.force_login(cast.coordinator)
    address = f"/members/{cast.officer.pk}/handover/"
    assert "Xây dựng trung tâm dữ liệu" in client.get(address).content.decode()
    assert client.post(address, {"successor": "nobody"}).status_code == 422
    assert client.post(address, {"successor": "successor"}).status_code == 302
    assert not cast.officer.memberships.exists()
