"""Tasks given to agencies by the coordinator, changed, moved and cancelled."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, Recalculation
from core.queue import recalculation
from core.web import editing
from provinces.models import Agency
from provinces.roles import Role
from tasks.completion.totals import By, parts, totals
from tasks.models import Assignment
from tasks.planning import assigning
from tasks.planning.assigning import ASSIGNMENT_FIELDS
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    PlanFactory,
    ProvinceFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, codes, fresh, report

DAY, DUE = date(2025, 7, 1), date(2025, 12, 31)


def seen(assignment: Assignment) -> str:
    return editing.stamp(fresh(assignment), ASSIGNMENT_FIELDS)


def typed(assignment: Assignment, **given: Any) -> dict[str, Any]:
    fields = {
        "assigned_on": "2025-01-01",
        "original_due_on": "2099-12-31",
        "responsible_text": "",
        "seen": seen(assignment),
    }
    return {**fields, **given}


def give(cast: Cast, *agencies: Agency) -> int:
    return assigning.assign(
        cast.assignment.task, agencies=agencies, assigned_on=DAY, due_on=DUE, by=cast.coordinator
    )


# Given ------------------------------------------------------------------------------------------


def test_a_task_is_given_to_several_agencies_at_once(cast: Cast, coordinator: Client) -> None:
    commune = AgencyFactory.create(area=CommuneFactory.create())
    ticked = [AgencyFactory.create(), commune]
    sent = {
        "agency": [agency.pk for agency in ticked],
        "assigned_on": "2025-07-01",
        "due_on": "2025-12-31",
        "responsible_text": "Bà Hai",
        "save": "1",
    }
    task = cast.assignment.task
    answer = coordinator.post(f"/planning/tasks/{task.pk}/assign/", sent, follow=True)
    assert "cho 2 cơ quan" in answer.text
    row = Assignment.objects.get(task=task, agency=commune)
    assert (row.area, row.assigned_on, row.original_due_on, row.due_on, row.responsible_text) == (
        commune.area,
        DAY,
        DUE,
        DUE,
        "Bà Hai",
    )
    event = AuditEvent.objects.get()
    assert (event.action, (event.after or {})["agencies"]) == (
        "task.assign",
        sorted(agency.code for agency in ticked),
    )


def test_the_figures_follow(cast: Cast) -> None:
    recalculation.recalculate_all()
    give(cast, AgencyFactory.create())
    recalculation.drain()
    assert totals(cast.plan, cast.area, date(2025, 8, 1)).total == 2


def test_who_has_it_keeps_theirs(cast: Cast) -> None:
    assert give(cast, cast.agency, AgencyFactory.create()) == 1
    with pytest.raises(Refused) as caught:
        give(cast, cast.agency)
    assert codes(caught) == ["nothing_new"]


def test_merged_and_foreign_agencies_get_no_work(cast: Cast, coordinator: Client) -> None:
    merged = AgencyFactory.create(successor=cast.agency, merged_on=date(2025, 7, 1))
    foreign = AgencyFactory.create(area=ProvinceFactory.create(code="01"))
    for agency, code in ((merged, "merged"), (foreign, "outside_plan")):
        with pytest.raises(Refused) as caught:
            give(cast, agency)
        assert codes(caught) == [code]
    page = coordinator.get(f"/planning/tasks/{cast.assignment.task_id}/assign/")
    assert page.context["picked"].found == []


def test_searching_keeps_what_was_ticked_and_typed(cast: Cast, coordinator: Client) -> None:
    ticked, wanted = AgencyFactory.create(), AgencyFactory.create(name_vi="Sở Y tế")
    AgencyFactory.create(name_vi="Sở Tài chính")
    sent = {"agency": ticked.pk, "q": "y te", "due_on": "2026-01-01", "look": "1"}
    page = coordinator.post(f"/planning/tasks/{cast.assignment.task_id}/assign/", sent)
    assert page.status_code == 200
    assert (page.context["picked"].ticked, page.context["picked"].found) == ([ticked], [wanted])
    assert 'value="2026-01-01"' in page.text
    assert Assignment.objects.count() == 1


def test_choosing_nobody_is_refused(cast: Cast, coordinator: Client) -> None:
    sent = {"assigned_on": "2025-07-01", "save": "1"}
    answer = coordinator.post(f"/planning/tasks/{cast.assignment.task_id}/assign/", sent)
    assert answer.status_code == 422
    assert "Hãy chọn cơ quan được giao" in answer.text


def test_the_cost_does_not_grow_with_the_agencies(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agencies = [AgencyFactory.create() for _ in range(40)]
    with django_assert_max_num_queries(12):
        give(cast, *agencies)


def test_only_the_documents_coordinators_give(cast: Cast) -> None:
    for user in (cast.officer, cast.reviewer, cast.viewer, cast.stranger):
        with pytest.raises(PermissionDenied):
            assigning.assign(
                cast.assignment.task,
                agencies=[AgencyFactory.create()],
                assigned_on=DAY,
                due_on=DUE,
                by=user,
            )


# Changed ----------------------------------------------------------------------------------------


def test_a_slip_in_the_days_is_corrected_before_any_report(cast: Cast, coordinator: Client) -> None:
    sent = typed(cast.assignment, assigned_on="2025-02-01", original_due_on="2099-06-30")
    coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", sent)
    now = fresh(cast.assignment)
    assert (now.assigned_on, now.original_due_on, now.due_on) == (
        date(2025, 2, 1),
        date(2099, 6, 30),
        date(2099, 6, 30),
    )
    event = AuditEvent.objects.get()
    assert event.before == {"assigned_on": "2025-01-01", "original_due_on": "2099-12-31"}


def test_the_figures_of_the_days_between_follow(cast: Cast, coordinator: Client) -> None:
    recalculation.recalculate_all()
    sent = typed(cast.assignment, assigned_on="2025-02-01")
    coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", sent)
    recalculation.drain()
    assert totals(cast.plan, cast.area, date(2025, 1, 15)).total == 0
    assert totals(cast.plan, cast.area, date(2025, 2, 1)).total == 1


def test_after_a_report_the_deadline_stays(cast: Cast, coordinator: Client) -> None:
    report(cast.assignment, cast.officer)
    page = coordinator.get(f"/planning/assignments/{cast.assignment.pk}/")
    assert "đề nghị điều chỉnh thời hạn" in page.text
    sent = typed(cast.assignment, original_due_on="2100-01-01", responsible_text="Ông Ba")
    coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", sent)
    now = fresh(cast.assignment)
    assert (now.original_due_on, now.responsible_text) == (date(2099, 12, 31), "Ông Ba")
    with pytest.raises(Refused) as caught:
        assigning.change_assignment(
            cast.assignment,
            by=cast.coordinator,
            given={"original_due_on": DUE},
            seen=seen(cast.assignment),
        )
    assert codes(caught) == ["already_reported"]


def test_a_new_responsible_person_moves_no_figures(cast: Cast, coordinator: Client) -> None:
    sent = typed(cast.assignment, responsible=cast.officer.pk)
    coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", sent)
    assert fresh(cast.assignment).responsible == cast.officer
    assert (AuditEvent.objects.get().after or {}) == {"responsible": "officer"}
    assert not Recalculation.objects.exists()


def test_a_responsible_person_is_one_of_the_agency(cast: Cast, coordinator: Client) -> None:
    sent = typed(cast.assignment, responsible=cast.stranger.pk)
    answer = coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", sent)
    assert 'id="id_responsible_error"' in answer.text


def test_a_deadline_before_the_assignment_is_refused_by_its_field(
    cast: Cast, coordinator: Client
) -> None:
    sent = typed(cast.assignment, original_due_on="2024-12-31")
    answer = coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", sent)
    assert answer.status_code == 422
    assert 'id="id_original_due_on_error"' in answer.text


def test_the_second_of_two_is_told(cast: Cast, coordinator: Client) -> None:
    mine = typed(cast.assignment, responsible_text="Của tôi")
    given = {"responsible_text": "Của đồng nghiệp"}
    assigning.change_assignment(
        cast.assignment, by=cast.coordinator, given=given, seen=seen(cast.assignment)
    )
    answer = coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", mine)
    assert answer.status_code == 412
    assert "<dd>Của đồng nghiệp</dd>" in answer.text
    assert 'value="Của tôi"' in answer.text


def test_without_a_change_nothing_is_written(cast: Cast, coordinator: Client) -> None:
    sent = typed(cast.assignment)
    coordinator.post(f"/planning/assignments/{cast.assignment.pk}/", sent)
    assert not AuditEvent.objects.exists()
    assert not Recalculation.objects.exists()


# Moved ------------------------------------------------------------------------------------------


def test_moved_work_takes_its_figures_along(cast: Cast, coordinator: Client) -> None:
    recalculation.recalculate_all()
    other = AgencyFactory.create(area=CommuneFactory.create())
    cast.assignment.coordinating.add(other)
    sent = {"agency": other.pk, "seen": seen(cast.assignment), "save": "1"}
    address = f"/planning/assignments/{cast.assignment.pk}/move/"
    assert coordinator.post(address, sent).status_code == 302
    now = fresh(cast.assignment)
    assert (now.agency, now.area) == (other, other.area)
    assert not now.coordinating.exists()
    recalculation.drain()
    found = parts(cast.plan, cast.area, date(2025, 6, 1), By.AGENCY)
    assert [part.key for part in found] == [other.code]


def test_reported_work_is_not_moved(cast: Cast, coordinator: Client) -> None:
    report(cast.assignment, cast.officer)
    sent = {"agency": AgencyFactory.create().pk, "seen": seen(cast.assignment), "save": "1"}
    answer = coordinator.post(f"/planning/assignments/{cast.assignment.pk}/move/", sent)
    assert answer.status_code == 409
    assert fresh(cast.assignment).agency == cast.agency


# Helped -----------------------------------------------------------------------------------------


def test_coordinating_agencies_are_chosen_for_the_whole_task(
    cast: Cast, coordinator: Client
) -> None:
    helper = AgencyFactory.create()
    sent = {"agency": helper.pk, "seen": "", "save": "1"}
    address = f"/planning/tasks/{cast.assignment.task_id}/coordinating/"
    assert coordinator.post(address, sent).status_code == 302
    assert list(cast.assignment.coordinating.all()) == [helper]
    assert coordinator.post(address, {**sent, "agency": []}).status_code == 412
    coordinator.post(address, {**sent, "seen": str(helper.pk)})
    assert AuditEvent.objects.filter(action="task.coordinating").count() == 1


# Cancelled --------------------------------------------------------------------------------------

CANCEL = {"save": "1", "reason": "Không còn phù hợp", "evidence_number": "1-QĐ/TU"}


def test_cancelling_asks_for_the_reason_and_the_document(cast: Cast, coordinator: Client) -> None:
    address = f"/planning/tasks/{cast.assignment.task_id}/cancel/"
    chosen = {"chosen": f"{cast.assignment.pk}:0"}
    assert cast.agency.name in coordinator.post(address, chosen).text
    sent = {**chosen, **CANCEL, "reason": "", "effective_on": clock.today().isoformat()}
    answer = coordinator.post(address, sent)
    assert answer.status_code == 422
    assert 'id="id_reason_error"' in answer.text
    assert not cast.assignment.reports.exists()


def test_cancelled_work_leaves_the_denominator(coordinator: Client, cast: Cast) -> None:
    plan = PlanFactory.create(number="9-KH/TU")
    one, two = (
        AssignmentFactory.create(task__plan=plan, agency=cast.agency),
        AssignmentFactory.create(task__plan=plan, agency=AgencyFactory.create()),
    )
    two.task = one.task
    two.save()
    sent = {
        "chosen": [f"{one.pk}:0", f"{two.pk}:0"],
        **CANCEL,
        "effective_on": clock.today().isoformat(),
    }
    answer = coordinator.post(f"/planning/tasks/{one.task_id}/cancel/", sent, follow=True)
    assert "Đã hủy 2 lượt giao" in answer.text
    assert {fresh(row).state for row in (one, two)} == {"cancelled"}
    assert AuditEvent.objects.filter(action="assignment.report").count() == 2
    recalculation.drain()
    counts = totals(plan, cast.area, clock.today())
    assert (counts.total, counts.cancelled) == (2, 2)


def test_where_review_is_required_a_cancellation_waits_for_it(
    cast: Cast, coordinator: Client
) -> None:
    sent = {
        "chosen": f"{cast.assignment.pk}:0",
        **CANCEL,
        "effective_on": clock.today().isoformat(),
    }
    address = f"/planning/tasks/{cast.assignment.task_id}/cancel/"
    answer = coordinator.post(address, sent, follow=True)
    assert "đang chờ cơ quan thường trực duyệt" in answer.text
    assert fresh(cast.assignment).state == "not_started"
    accept(cast.assignment.reports.get(), cast.reviewer)
    assert fresh(cast.assignment).state == "cancelled"


def test_a_row_somebody_changed_meanwhile_is_named_and_stays(
    cast: Cast, coordinator: Client
) -> None:
    report(cast.assignment, cast.officer)
    sent = {
        "chosen": f"{cast.assignment.pk}:0",
        **CANCEL,
        "effective_on": clock.today().isoformat(),
    }
    answer = coordinator.post(f"/planning/tasks/{cast.assignment.task_id}/cancel/", sent)
    assert answer.status_code == 422
    assert "đã cập nhật" in answer.text
    assert cast.assignment.reports.count() == 1


def test_assignments_of_another_area_are_not_there(cast: Cast, client: Client) -> None:
    elsewhere = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="01"))
    client.force_login(elsewhere)
    for address in ("", "move/"):
        path = f"/planning/assignments/{cast.assignment.pk}/{address}"
        assert client.get(path).status_code == 404
    sent = {"chosen": f"{cast.assignment.pk}:0", **CANCEL}
    path = f"/planning/tasks/{cast.assignment.task_id}/cancel/"
    assert client.post(path, sent).status_code == 404
