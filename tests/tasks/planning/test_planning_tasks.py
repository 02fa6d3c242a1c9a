"""Tasks of a document, made and changed by its coordinator."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.errors import Refused
from core.models import AuditEvent, Recalculation
from core.queue import recalculation
from core.web import editing
from provinces.models import PlanGroup
from tasks.completion.totals import By, parts
from tasks.models import Assignment, Task
from tasks.planning import tasks
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    GroupFactory,
    NationFactory,
    PhaseFactory,
    PlanFactory,
    ProvinceFactory,
    TargetFactory,
    TaskFactory,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes, fresh, report


@pytest.fixture
def group(cast: Cast) -> PlanGroup:
    return GroupFactory.create(plan=cast.plan, number=5)


@pytest.fixture
def task(cast: Cast) -> Task:
    task = cast.assignment.task
    task.due_text = "31/12/2099"
    task.save()
    return task


def seen(task: Task) -> str:
    return editing.stamp(Task.objects.get(pk=task.pk), Task.WRITTEN)


def typed(task: Task, **given: Any) -> dict[str, Any]:
    """The form of the task as it stands, but for what is given."""
    fields = {
        "number": task.number,
        "group": task.group_id,
        "title_vi": task.title_vi,
        "title_en": task.title_en,
        "due_text": task.due_text,
        "seen": seen(task),
    }
    return {**fields, **given}


def new(cast: Cast, group: PlanGroup, client: Client, **given: Any) -> Any:
    sent = {"number": "12", "group": group.pk, "title_vi": "Mở lớp tập huấn", **given}
    return client.post(f"/planning/documents/{cast.plan.pk}/tasks/new/", sent)


# Deadlines as printed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "due",
    [
        ("6/2025", "month", date(2025, 6, 30)),
        ("trước ngày 15/12", "day", date(2025, 12, 14)),
        ("Quý III/2025", "quarter", date(2025, 9, 30)),
        ("Thường xuyên", "ongoing", None),
        ("2025 và những năm tiếp theo", "from_year", None),
        ("", "none", None),
    ],
)
def test_the_printed_deadline_gives_kind_and_day(
    cast: Cast, group: PlanGroup, coordinator: Client, due: tuple[str, str, date | None]
) -> None:
    assert new(cast, group, coordinator, due_text=due[0]).status_code == 302
    task = Task.objects.get(plan=cast.plan, number="12")
    assert (task.due_text, task.due_kind, task.due_on) == due


def test_the_coordinator_overrules_the_day(
    cast: Cast, group: PlanGroup, coordinator: Client
) -> None:
    new(cast, group, coordinator, due_text="6/2025", due_on="2025-06-15")
    task = Task.objects.get(plan=cast.plan, number="12")
    assert (task.due_kind, task.due_on) == ("month", date(2025, 6, 15))


def test_words_that_are_not_known_ask_for_kind_and_day(
    cast: Cast, group: PlanGroup, coordinator: Client
) -> None:
    answer = new(cast, group, coordinator, due_text="sau Tết")
    assert answer.status_code == 422
    assert 'id="id_due_kind_error"' in answer.content.decode()
    answer = new(cast, group, coordinator, due_text="sau Tết", due_kind="day")
    assert 'id="id_due_on_error"' in answer.content.decode()
    new(cast, group, coordinator, due_text="sau Tết", due_kind="day", due_on="2026-02-28")
    assert Task.objects.get(plan=cast.plan, number="12").due_on == date(2026, 2, 28)


def test_a_preview_says_what_the_words_mean_and_saves_nothing(
    cast: Cast, group: PlanGroup, coordinator: Client
) -> None:
    answer = new(cast, group, coordinator, due_text="6/2025", preview="1")
    assert "Hiểu là 30/06/2025." in answer.content.decode()
    assert not Task.objects.filter(plan=cast.plan, number="12").exists()
    part = coordinator.get(f"/planning/documents/{cast.plan.pk}/due/", {"due_text": "6/2025"})
    assert "Hiểu là 30/06/2025." in part.content.decode()


def test_a_day_that_follows_from_the_words_is_not_typed_twice(
    task: Task, coordinator: Client
) -> None:
    form = coordinator.get(f"/planning/tasks/{task.pk}/change/").context["form"]
    assert (form["due_kind"].value(), form["due_on"].value()) == ("", None)
    Task.objects.filter(pk=task.pk).update(due_on=date(2099, 12, 1))
    form = coordinator.get(f"/planning/tasks/{task.pk}/change/").context["form"]
    assert (form["due_kind"].value(), form["due_on"].value()) == ("day", date(2099, 12, 1))


# Tasks ------------------------------------------------------------------------------------------


def test_a_new_task_is_the_offices_and_audited(
    cast: Cast, group: PlanGroup, coordinator: Client
) -> None:
    answer = new(cast, group, coordinator, lead_text="Sở Nội vụ")
    task = Task.objects.get(plan=cast.plan, number="12")
    assert answer["Location"] == f"/planning/tasks/{task.pk}/"
    assert task.provenance == Task.Provenance.INTERNAL
    event = AuditEvent.objects.get(action="task.create")
    assert (event.after or {})["lead_text"] == "Sở Nội vụ"


def test_a_document_without_groups_gets_one_first(cast: Cast, coordinator: Client) -> None:
    plan = PlanFactory.create(number="9-KH/TU")
    answer = coordinator.get(f"/planning/documents/{plan.pk}/tasks/new/")
    assert answer["Location"] == f"/planning/documents/{plan.pk}/groups/new/"


def test_a_number_is_there_once_in_a_phase(
    cast: Cast, group: PlanGroup, coordinator: Client
) -> None:
    phase = PhaseFactory.create(plan=cast.plan)
    TaskFactory.create(plan=cast.plan, number="12", phase=phase)
    assert new(cast, group, coordinator, phase=phase.pk).status_code == 422
    assert new(cast, group, coordinator).status_code == 302
    assert new(cast, group, coordinator).status_code == 422


def test_a_group_of_another_document_is_refused(cast: Cast, coordinator: Client) -> None:
    foreign = GroupFactory.create(plan=PlanFactory.create(number="9-KH/TU"))
    answer = new(cast, foreign, coordinator)
    assert 'id="id_group_error"' in answer.content.decode()
    task = Task(plan=cast.plan)
    given = {"number": "1", "group": foreign, "title_vi": "A", "due_kind": "none"}
    with pytest.raises(Refused) as caught:
        tasks.create_task(task, by=cast.coordinator, given=given)
    assert codes(caught) == ["foreign"]


def test_a_task_serves_targets_of_its_document_and_of_those_above(
    cast: Cast, task: Task, coordinator: Client
) -> None:
    central = PlanFactory.create(number="57-NQ/TW", area=NationFactory.create())
    cast.plan.implements = central
    cast.plan.save()
    own, above = TargetFactory.create(plan=cast.plan), TargetFactory.create(plan=central)
    foreign = TargetFactory.create(plan=PlanFactory.create(number="9-KH/TU"))
    sent = typed(task, targets=[own.pk, above.pk])
    assert coordinator.post(f"/planning/tasks/{task.pk}/change/", sent).status_code == 302
    assert set(task.targets.all()) == {own, above}
    event = AuditEvent.objects.get(action="task.change")
    assert (event.after or {})["targets"] == sorted([own.code, above.code])
    refused = coordinator.post(
        f"/planning/tasks/{task.pk}/change/", typed(task, targets=[foreign.pk])
    )
    assert refused.status_code == 422
    assert f"/targets/{above.code}/" in coordinator.get(f"/planning/tasks/{task.pk}/").text
    assert task.title in coordinator.get(f"/targets/{own.code}/").text


def test_a_task_in_another_group_takes_its_figures_along(
    cast: Cast, task: Task, group: PlanGroup, coordinator: Client
) -> None:
    recalculation.recalculate_all()
    sent = typed(task, group=group.pk)
    coordinator.post(f"/planning/tasks/{task.pk}/change/", sent)
    recalculation.drain()
    found = parts(cast.plan, cast.area, date(2025, 6, 1), By.GROUP)
    assert [part.key for part in found] == ["5"]


def test_without_a_change_nothing_is_written(task: Task, coordinator: Client) -> None:
    coordinator.post(f"/planning/tasks/{task.pk}/change/", typed(task))
    assert not AuditEvent.objects.exists()
    assert not Recalculation.objects.exists()


def test_a_corrected_deadline_reaches_who_has_not_reported(
    cast: Cast, task: Task, coordinator: Client
) -> None:
    report(cast.assignment, cast.officer)
    silent = AssignmentFactory.create(task=task, agency=AgencyFactory.create())
    other = AssignmentFactory.create(
        task=task, agency=AgencyFactory.create(), original_due_on=date(2100, 1, 1)
    )
    sent = typed(task, due_text="30/6/2099", move_assignments="on")
    coordinator.post(f"/planning/tasks/{task.pk}/change/", sent)
    days = [fresh(row).due_on for row in (cast.assignment, silent, other)]
    assert days == [date(2099, 12, 31), date(2099, 6, 30), date(2100, 1, 1)]
    event = AuditEvent.objects.get(action="task.change")
    assert (event.after or {})["assignments_moved"] == 1


def test_assignments_keep_their_day_unless_asked(
    cast: Cast, task: Task, coordinator: Client
) -> None:
    coordinator.post(f"/planning/tasks/{task.pk}/change/", typed(task, due_text="30/6/2099"))
    assert fresh(cast.assignment).due_on == date(2099, 12, 31)


def test_the_second_of_two_is_told(cast: Cast, task: Task, coordinator: Client) -> None:
    mine = typed(task, title_vi="Tên của tôi")
    given = {"title_vi": "Tên của đồng nghiệp"}
    tasks.change_task(task, by=cast.coordinator, given=given, seen=seen(task))
    answer = coordinator.post(f"/planning/tasks/{task.pk}/change/", mine)
    assert answer.status_code == 412
    assert answer.context["form"].saved_meanwhile == [
        ("Tên nhiệm vụ (tiếng Việt)", "Tên của đồng nghiệp")
    ]
    assert "Tên của tôi</textarea>" in answer.text


def test_a_task_that_somebody_has_is_not_deleted(
    cast: Cast, task: Task, coordinator: Client
) -> None:
    answer = coordinator.post(f"/planning/tasks/{task.pk}/delete/", {"delete": "1"})
    assert answer.status_code == 409
    free = TaskFactory.create(plan=cast.plan)
    coordinator.post(f"/planning/tasks/{free.pk}/delete/", {"delete": "1"})
    assert list(Task.objects.all()) == [task]
    assert AuditEvent.objects.get().action == "task.delete"


def test_a_task_page_asks_the_same_whatever_it_holds(
    cast: Cast,
    task: Task,
    coordinator: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(12):
        row = AssignmentFactory.create(task=task, agency=AgencyFactory.create())
        row.coordinating.add(cast.agency)
        task.targets.add(TargetFactory.create(plan=cast.plan))
    with django_assert_max_num_queries(14):
        page = coordinator.get(f"/planning/tasks/{task.pk}/")
    assert len(page.context["rows"]) == 13


def test_who_has_it_is_found_without_marks(cast: Cast, task: Task, coordinator: Client) -> None:
    wanted = AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    row = AssignmentFactory.create(task=task, agency=wanted)
    page = coordinator.get(f"/planning/tasks/{task.pk}/", {"q": "so KHCN"})
    assert [line.assignment for line in page.context["rows"]] == [row]
    assert Assignment.objects.count() == 2


def test_a_task_of_another_area_is_not_there(cast: Cast, coordinator: Client) -> None:
    plan = PlanFactory.create(number="1-KH/TU", area=ProvinceFactory.create(code="01"))
    task = TaskFactory.create(plan=plan)
    for address in ("", "change/", "delete/", "assign/", "coordinating/"):
        assert coordinator.get(f"/planning/tasks/{task.pk}/{address}").status_code == 404
