"""The Django admin of what is being done."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from core.models import AuditEvent, User
from core.queue import recalculation
from tasks.completion.totals import By, parts
from tasks.models import Assignment, Obstacle, Proposal, Task
from tests.factories import AgencyFactory, GroupFactory, UserFactory
from tests.tasks.conftest import Cast
from tests.tasks.steps import fresh, report


@pytest.fixture
def administrator(cast: Cast, client: Client) -> Client:
    client.force_login(UserFactory.create(is_superuser=True, is_staff=True))
    return client


def _models() -> list[Any]:
    return [model for model in admin.site._registry if model._meta.app_label == "tasks"]


@pytest.mark.parametrize("model", _models(), ids=lambda model: model._meta.model_name)
def test_every_list_opens_and_can_be_searched(
    cast: Cast, administrator: Client, model: Any
) -> None:
    report(cast.assignment, cast.officer, "completed")
    address = f"/admin/tasks/{model._meta.model_name}/"
    assert administrator.get(address, {"q": "Nhiệm vụ"}).status_code == 200


def test_only_what_people_plan_can_be_changed(administrator: Client) -> None:
    request = type(
        "Request", (), {"user": User(is_superuser=True, is_staff=True, is_active=True)}
    )()
    changeable = {m for m in _models() if admin.site._registry[m].has_change_permission(request)}
    assert changeable == {Task, Assignment, Obstacle, Proposal}


def _assign(cast: Cast, **given: Any) -> dict[str, Any]:
    fields = {
        "task": cast.assignment.task_id,
        "agency": cast.agency.pk,
        "area": cast.area.pk,
        "assigned_on": "01/01/2025",
        "original_due_on": "31/12/2099",
        "responsible_text": "",
    }
    return {**fields, **given}


def test_work_given_to_another_agency_moves_its_figures(cast: Cast, administrator: Client) -> None:
    recalculation.recalculate_all()
    other = AgencyFactory.create()
    address = f"/admin/tasks/assignment/{cast.assignment.pk}/change/"
    assert administrator.post(address, _assign(cast, agency=other.pk)).status_code == 302
    recalculation.drain()
    found = parts(cast.plan, cast.area, date(2025, 6, 1), By.AGENCY)
    assert [part.key for part in found] == [other.code]
    assert AuditEvent.objects.filter(action="assignment.change").count() == 1


def test_a_task_put_into_another_group_moves_its_figures(cast: Cast, administrator: Client) -> None:
    recalculation.recalculate_all()
    task = cast.assignment.task
    group = GroupFactory.create(plan=cast.plan, number=7)
    fields = {
        "group": group.pk,
        "number": task.number,
        "title_vi": task.title_vi,
        "due_kind": "day",
        "provenance": "internal",
    }
    answer = administrator.post(f"/admin/tasks/task/{task.pk}/change/", fields)
    assert answer.status_code == 302
    recalculation.drain()
    found = parts(cast.plan, cast.area, date(2025, 6, 1), By.GROUP)
    assert [part.key for part in found] == ["7"]


def test_a_new_deadline_is_in_force_and_states_are_not_typed(
    cast: Cast, administrator: Client
) -> None:
    address = f"/admin/tasks/assignment/{cast.assignment.pk}/change/"
    sent = _assign(cast, original_due_on="30/06/2100", state="completed", percent="100")
    administrator.post(address, sent)
    now = fresh(cast.assignment)
    assert (now.due_on, now.state, now.percent) == (date(2100, 6, 30), "not_started", 0)


def test_a_deadline_before_the_assignment_is_refused_by_its_field(
    cast: Cast, administrator: Client
) -> None:
    address = f"/admin/tasks/assignment/{cast.assignment.pk}/change/"
    answer = administrator.post(address, _assign(cast, original_due_on="31/12/2024"))
    assert "original_due_on" in answer.context["adminform"].form.errors


def test_an_assignment_is_never_deleted(cast: Cast, administrator: Client) -> None:
    address = f"/admin/tasks/assignment/{cast.assignment.pk}/delete/"
    assert administrator.post(address, {"post": "yes"}).status_code == 403
