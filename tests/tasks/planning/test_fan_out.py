"""One task for all communes of a province, or for all provinces, in one step."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.errors import Refused
from core.models import AuditEvent, User
from core.queue import recalculation
from provinces.models import Agency, Area
from provinces.roles import Role
from tasks.models import Assignment, Completion, Task
from tasks.planning.fan_out import FannedOut, fan_out
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    NationFactory,
    PlanFactory,
    ProvinceFactory,
    TaskFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes

DAY, DUE = date(2025, 7, 1), date(2025, 12, 31)


def committees(count: int) -> list[Agency]:
    """Of as many communes of Nghệ An, under the province's committee."""
    above = AgencyFactory.create(code="ubnd-40", protocol_order=1)
    return [AgencyFactory.create(area=CommuneFactory.create(), parent=above) for _ in range(count)]


def give(task: Task, by: User, within: Area, level: str = "commune") -> FannedOut:
    return fan_out(task, level=level, within=within, assigned_on=DAY, due_on=DUE, by=by)


@pytest.fixture
def task(cast: Cast) -> Task:
    return TaskFactory.create(plan=cast.plan)


def test_every_commune_of_the_province_gets_the_task(cast: Cast, task: Task) -> None:
    given = committees(3)
    CommuneFactory.create(code="17000", short_name_vi="Vô Chủ")
    AgencyFactory.create(area=CommuneFactory.create(parent=ProvinceFactory.create(code="01")))
    assert give(task, cast.coordinator, cast.area) == FannedOut(3, 0, ("Vô Chủ",))
    rows = Assignment.objects.filter(task=task)
    assert {row.agency for row in rows} == set(given)
    assert {(r.assigned_on, r.due_on, r.original_due_on) for r in rows} == {(DAY, DUE, DUE)}
    assert all(row.area_id == row.agency.area_id for row in rows)


def test_the_figures_follow_and_one_event_names_the_areas(cast: Cast, task: Task) -> None:
    given = committees(3)
    give(task, cast.coordinator, cast.area)
    event = AuditEvent.objects.get(action="task.fan_out")
    assert (event.after or {})["areas"] == sorted(agency.area.code for agency in given)
    recalculation.drain()
    assert Completion.objects.filter(agency__in=given).values("agency").distinct().count() == 3


def test_who_has_the_task_keeps_theirs(cast: Cast, task: Task) -> None:
    committees(2)
    give(task, cast.coordinator, cast.area)
    AgencyFactory.create(area=CommuneFactory.create())
    assert give(task, cast.coordinator, cast.area) == FannedOut(1, 2, ())
    with pytest.raises(Refused) as caught:
        give(task, cast.coordinator, cast.area)
    assert codes(caught) == ["nothing_new"]
    assert AuditEvent.objects.filter(action="task.fan_out").count() == 2


def test_the_first_body_of_an_area_answers_for_it(cast: Cast, task: Task) -> None:
    [committee] = committees(1)
    AgencyFactory.create(area=committee.area, parent=committee, protocol_order=0)
    AgencyFactory.create(
        area=committee.area, protocol_order=0, successor=committee, merged_on=date(2025, 7, 1)
    )
    give(task, cast.coordinator, cast.area)
    assert Assignment.objects.get(task=task).agency == committee


def test_all_provinces_get_a_task_of_the_nation(cast: Cast) -> None:
    nation = NationFactory.create()
    task = TaskFactory.create(plan=PlanFactory.create(number="57-NQ/TW", area=nation))
    coordinator = member(UserFactory.create(), Role.COORDINATOR, nation)
    assert give(task, coordinator, nation, "province") == FannedOut(2, 0, ())
    with pytest.raises(PermissionDenied):
        give(task, cast.coordinator, nation, "province")


def test_the_cost_does_not_grow_with_the_communes(
    cast: Cast, task: Task, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    committees(130)
    with django_assert_max_num_queries(17):
        assert give(task, cast.coordinator, cast.area).given == 130


def test_only_a_coordinator_gives_work_and_only_in_the_area_of_their_document(
    cast: Cast, task: Task
) -> None:
    committees(1)
    for user in (cast.officer, cast.reviewer, cast.viewer, cast.stranger):
        with pytest.raises(PermissionDenied):
            give(task, user, cast.area)
    with pytest.raises(Refused) as caught:
        give(task, cast.coordinator, ProvinceFactory.create(code="01"))
    assert codes(caught) == ["outside_plan"]
    assert not Assignment.objects.filter(task=task).exists()


# The pages --------------------------------------------------------------------------------------

SENT = {"level": "commune", "assigned_on": "2025-07-01", "due_on": "2025-12-31"}


def test_the_number_is_told_before_the_click(cast: Cast, task: Task, coordinator: Client) -> None:
    had = committees(4)[0]
    AssignmentFactory.create(task=task, agency=had)
    page = coordinator.get(f"/planning/{task.pk}/")
    assert "3 cơ quan sẽ nhận nhiệm vụ" in page.text
    assert "1 cơ quan đã có nhiệm vụ" in page.text
    assert f'value="{task.due_on:%d/%m/%Y}"' in page.text
    sent = {**SENT, "within": cast.area.pk, "save": "1", "seen": page.context["told"].stamp}
    answer = coordinator.post(f"/planning/{task.pk}/", sent, follow=True).text
    assert "cho 3 cơ quan" in answer
    assert Assignment.objects.filter(task=task).count() == 4


def test_communes_are_left_out_and_what_was_not_told_is_asked_again(
    cast: Cast, task: Task, coordinator: Client
) -> None:
    first = committees(3)[0]
    first.name_vi = "UBND xã Quỳnh Lưu"
    first.save()
    sent = {**SENT, "within": cast.area.pk, "q": "quynh luu", "search": "1"}
    found = coordinator.post(f"/planning/{task.pk}/", sent)
    assert (found.status_code, found.context["picked"].found) == (200, [first])
    sent = {**SENT, "within": cast.area.pk, "agency": first.pk}
    unseen = coordinator.post(f"/planning/{task.pk}/", {**sent, "save": "1", "seen": "x"})
    assert unseen.status_code == 409
    assert "Không giao cho 1 cơ quan" in unseen.text
    assert not Assignment.objects.filter(task=task).exists()
    sent |= {"save": "1", "seen": unseen.context["told"].stamp}
    assert "cho 2 cơ quan" in coordinator.post(f"/planning/{task.pk}/", sent, follow=True).text
    assert not Assignment.objects.filter(task=task, agency=first).exists()


def test_what_is_wrong_is_said_beside_the_field(
    cast: Cast, task: Task, coordinator: Client
) -> None:
    committees(1)
    sent = {**SENT, "within": cast.area.pk, "due_on": "2025-06-30", "save": "1"}
    answer = coordinator.post(f"/planning/{task.pk}/", sent)
    assert answer.status_code == 422
    assert 'id="id_due_on_error"' in answer.content.decode()
    assert not Assignment.objects.filter(task=task).exists()


def test_others_do_not_plan(cast: Cast, task: Task, client: Client) -> None:
    for user in (cast.officer, cast.reviewer, cast.viewer):
        client.force_login(user)
        assert client.get("/planning/").status_code == 403
        assert client.post(f"/planning/{task.pk}/", SENT).status_code == 403
