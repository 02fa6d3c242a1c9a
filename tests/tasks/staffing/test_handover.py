"""Whoever leaves hands all work to a successor in one step."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from indicators.models import ClientScope
from provinces.models import Delegation
from provinces.roles import Role
from tasks.models import Assignment, Draft, HandOver
from tasks.staffing.handover import hand_over, take_back, work_of
from tasks.states import State
from tests.factories import (
    ApiClientFactory,
    AssignmentFactory,
    ProvinceFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes


@pytest.fixture
def successor(cast: Cast) -> User:
    return member(UserFactory.create(username="successor"), Role.VIEWER, cast.area)


def owned(cast: Cast, **fields: object) -> Assignment:
    return AssignmentFactory.create(
        task__plan=cast.plan, agency=cast.agency, responsible=cast.officer, **fields
    )


def test_open_work_moves_and_done_work_keeps_its_name(cast: Cast, successor: User) -> None:
    still, done = owned(cast), owned(cast, state=State.COMPLETED)
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator, confirmed=True)
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
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator, confirmed=True)
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
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator, confirmed=True)
    assert successor.memberships.filter(role=Role.OFFICER).count() == 1
    assert Draft.objects.get().content == {"of": successor.pk}


def test_one_event_names_all_that_moved(cast: Cast, successor: User) -> None:
    assignment, before = owned(cast), AuditEvent.objects.count()
    hand_over(cast.officer, successor=successor, disable=True, by=cast.coordinator, confirmed=True)
    [event] = AuditEvent.objects.order_by("id")[before:]
    assert event.after
    assert (event.action, event.after["assignments"]) == ("user.hand_over", [assignment.pk])
    assert event.after["roles"] == [{"role": "officer", "agency": cast.agency.code}]
    assert event.after["disabled"] is True
    assert not User.objects.get(pk=cast.officer.pk).is_active


def test_the_account_stays_open_unless_asked(cast: Cast, successor: User) -> None:
    hand_over(cast.officer, successor=successor, disable=False, by=cast.coordinator, confirmed=True)
    assert User.objects.get(pk=cast.officer.pk).is_active


def test_work_goes_to_an_active_person_of_the_area(cast: Cast, successor: User) -> None:
    closed = member(UserFactory.create(is_active=False), Role.VIEWER, cast.area)
    for wrong in (closed, cast.stranger, cast.officer):
        with pytest.raises(Refused):
            hand_over(
                cast.officer, successor=wrong, disable=False, by=cast.coordinator, confirmed=True
            )
    assert cast.officer.memberships.exists()


def test_whoever_opens_more_than_the_area_is_not_handed_over(cast: Cast, successor: User) -> None:
    member(cast.officer, Role.VIEWER, ProvinceFactory.create(code="01"))
    with pytest.raises(PermissionDenied):
        hand_over(
            cast.officer, successor=successor, disable=False, by=cast.coordinator, confirmed=True
        )


def test_a_coordinator_takes_no_administrators_role_that_way(cast: Cast) -> None:
    administrator = member(UserFactory.create(), Role.ADMINISTRATOR, cast.area)
    with pytest.raises(PermissionDenied):
        hand_over(
            administrator,
            successor=cast.coordinator,
            disable=False,
            by=cast.coordinator,
            confirmed=True,
        )


def test_nobody_hands_over_their_own(cast: Cast, successor: User) -> None:
    with pytest.raises(Refused):
        work_of(cast.coordinator, by=cast.coordinator)


def test_officers_and_coordinators_of_elsewhere_cannot(cast: Cast, successor: User) -> None:
    far = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="01"))
    for stranger in (cast.viewer, cast.reviewer, far):
        with pytest.raises(PermissionDenied):
            hand_over(cast.officer, successor=successor, disable=False, by=stranger, confirmed=True)


def test_the_page_shows_what_moves_before_it_does(cast: Cast, successor: User) -> None:
    owned(cast, task__title_vi="Xây dựng trung tâm dữ liệu")
    client = Client()
    client.force_login(cast.coordinator)
    address = f"/members/{cast.officer.pk}/handover/"
    assert "Xây dựng trung tâm dữ liệu" in client.get(address).content.decode()
    assert client.post(address, {"successor": "nobody"}).status_code == 422
    asked = client.post(address, {"successor": "successor"})
    words = asked.content.decode()
    assert asked.status_code == 422
    assert 'name="confirmed"' in words
    assert words.count(cast.agency.short_name) > 0
    assert cast.officer.memberships.exists()
    assert client.post(address, {"successor": "successor", "confirmed": "on"}).status_code == 302
    assert not cast.officer.memberships.exists()


def test_a_colleague_takes_over_without_being_asked_again(cast: Cast) -> None:
    colleague = member(UserFactory.create(username="colleague"), Role.OFFICER, cast.agency)
    hand_over(cast.officer, successor=colleague, disable=False, by=cast.coordinator)
    assert not cast.officer.memberships.exists()


def test_people_are_chosen_from_a_list_that_shows_office_and_place(
    cast: Cast, successor: User
) -> None:
    client = Client()
    client.force_login(cast.coordinator)
    member(
        UserFactory.create(username="colleague", full_name="Trần Thị Lan"),
        Role.OFFICER,
        cast.agency,
    )
    address = f"/members/{cast.officer.pk}/handover/"
    first, *others = client.get(address).context["offer"].choices
    place = f"{cast.agency.short_name} ({cast.area.short_name})"
    assert (first.value, first.place) == ("colleague", place)
    assert (successor.username, cast.area.short_name) in {(one.value, one.place) for one in others}
    [found] = client.get(f"{address}?q=tran thi lan").context["offer"].choices
    assert found.value == "colleague"


def test_within_a_day_all_of_it_is_taken_back(cast: Cast, successor: User) -> None:
    system = ApiClientFactory.create(owner=cast.officer)
    ClientScope.objects.create(client=system, area=cast.area)
    assignment, elsewhere = owned(cast), owned(cast)
    Draft.objects.create(user=cast.officer, assignment=assignment, saved_at=clock.now())
    lent = Delegation.objects.create(
        delegator=cast.officer,
        delegate=cast.viewer,
        agency=cast.agency,
        from_day=clock.today(),
        to_day=clock.today(),
    )
    held = set(cast.officer.memberships.values_list("role", "agency"))
    had = set(successor.memberships.values_list("role", "area"))
    done = hand_over(
        cast.officer, successor=successor, disable=True, by=cast.coordinator, confirmed=True
    )
    Assignment.objects.filter(pk=elsewhere.pk).update(responsible=cast.reviewer)
    client = Client()
    client.force_login(cast.coordinator)
    assert ">Hoàn tác</button>" in client.get("/handovers/").content.decode()
    client.post(f"/handovers/{done.pk}/take-back/")
    for row in (system, assignment, elsewhere, lent):
        row.refresh_from_db()
    officer = User.objects.get(pk=cast.officer.pk)
    assert officer.is_active
    assert set(officer.memberships.values_list("role", "agency")) == held
    assert set(successor.memberships.values_list("role", "area")) == had
    assert (system.owner, assignment.responsible, lent.ended_at) == (officer, officer, None)
    assert elsewhere.responsible == cast.reviewer
    assert Draft.objects.get().user == officer
    assert AuditEvent.objects.filter(action="user.take_back").count() == 1


def test_it_is_taken_back_once_and_not_after_a_day(cast: Cast, successor: User) -> None:
    done = hand_over(
        cast.officer, successor=successor, disable=False, by=cast.coordinator, confirmed=True
    )
    HandOver.objects.update(at=clock.now() - timedelta(days=1, minutes=1))
    with pytest.raises(Refused) as caught:
        take_back(done, by=cast.coordinator)
    assert codes(caught) == ["too_late"]
    HandOver.objects.update(at=clock.now())
    take_back(done, by=cast.coordinator)
    with pytest.raises(Refused) as caught:
        take_back(done, by=cast.coordinator)
    assert codes(caught) == ["taken_back"]


def test_nobody_elsewhere_takes_it_back_or_sees_it(cast: Cast, successor: User) -> None:
    done = hand_over(
        cast.officer, successor=successor, disable=False, by=cast.coordinator, confirmed=True
    )
    far = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="02"))
    client = Client()
    client.force_login(far)
    assert client.get("/handovers/").context["lines"] == []
    assert client.post(f"/handovers/{done.pk}/take-back/").status_code == 404
    for stranger in (far, cast.viewer, successor):
        with pytest.raises(PermissionDenied):
            take_back(done, by=stranger)
