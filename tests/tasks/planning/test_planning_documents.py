"""Documents, their phases and groups, made and changed by their coordinator."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.errors import Refused
from core.models import AuditEvent, Recalculation
from core.queue import recalculation
from core.web import editing
from provinces.models import Phase, Plan, PlanGroup
from provinces.plans import services
from provinces.plans.services import GROUP_FIELDS, PLAN_FIELDS
from provinces.roles import Role
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
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes, fresh, report


def seen(plan: Plan) -> str:
    return editing.stamp(Plan.objects.get(pk=plan.pk), PLAN_FIELDS)


def typed(cast: Cast, **given: Any) -> dict[str, Any]:
    """The form of the cast's document as it stands, but for what is given."""
    fields = {
        "number": cast.plan.number,
        "kind": "plan",
        "issued_on": "2025-01-01",
        "name_vi": cast.plan.name_vi,
        "name_en": cast.plan.name_en,
        "issuer_vi": cast.plan.issuer_vi,
        "area": cast.area.pk,
        "base_year": "2020",
        "requires_review": "on",
        "seen": seen(cast.plan),
    }
    return {**fields, **given}


# Documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("decision", "quyết định"),
        ("letter", "công văn"),
        ("notice", "thông báo kết luận"),
        ("telegram", "công điện"),
    ],
)
def test_every_kind_of_document_that_gives_work_may_be_chosen_and_is_named(
    cast: Cast, coordinator: Client, kind: str, name: str
) -> None:
    given = typed(cast, number="12/2025", kind=kind, seen="")
    assert coordinator.post("/planning/documents/new/", given).status_code == 302
    plan = Plan.objects.get(number="12/2025")
    for address in (f"/planning/documents/{plan.pk}/", f"/plans/{plan.pk}/", "/plans/"):
        assert name in coordinator.get(address).content.decode()
    [found] = coordinator.get(f"/api/v1/plans/?kind={kind}").json()["results"]
    assert (found["number"], found["kind"]) == ("12/2025", kind)


def test_a_coordinator_makes_a_document_of_their_area(cast: Cast, coordinator: Client) -> None:
    sent = typed(cast, number="306-KH/TU")
    answer = coordinator.post("/planning/documents/new/", sent)
    plan = Plan.objects.get(number="306-KH/TU")
    assert answer["Location"] == f"/planning/documents/{plan.pk}/"
    assert plan.area == cast.area
    event = AuditEvent.objects.get(action="plan.create")
    assert (event.after or {})["area"] == "40"
    assert event.user == cast.coordinator


def test_a_colleague_who_makes_the_same_document_at_once_is_told_and_keeps_what_they_typed(
    cast: Cast, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = typed(cast, number="306-KH/TU", name_vi="Kế hoạch của tôi")
    check = services._check_plan

    def late(plan: Plan) -> None:
        check(plan)
        PlanFactory.create(number=plan.number, issuer_vi=plan.issuer_vi)

    monkeypatch.setattr(services, "_check_plan", late)
    answer = coordinator.post("/planning/documents/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kế hoạch của tôi" in page
    assert "Cơ quan ban hành này đã có văn bản mang số đó" in page


def test_a_coordinator_makes_none_of_another_area(cast: Cast, coordinator: Client) -> None:
    elsewhere = ProvinceFactory.create(code="01")
    sent = typed(cast, number="1-KH/TU", area=elsewhere.pk)
    answer = coordinator.post("/planning/documents/new/", sent)
    assert answer.status_code == 422
    assert 'id="id_area_error"' in answer.content.decode()
    with pytest.raises(PermissionDenied):
        given = {"area": elsewhere, "number": "1-KH/TU", "issued_on": date(2025, 1, 1)}
        services.create_plan(Plan(), by=cast.coordinator, given=given)


def test_the_list_counts_tasks_assignments_and_what_is_late(
    cast: Cast, coordinator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    late = TaskFactory.create(plan=cast.plan, due_on=date(2025, 2, 1))
    for _ in range(3):
        AssignmentFactory.create(task=late, agency=AgencyFactory.create())
    PlanFactory.create(number="57-NQ/TW", area=NationFactory.create())
    for n in range(5):
        PlanFactory.create(number=f"{n}-KH/TU")
    with django_assert_max_num_queries(6):
        page = coordinator.get("/planning/")
    rows = {plan.number: plan for plan in page.context["page"]}
    assert "57-NQ/TW" not in rows
    plan = rows[cast.plan.number]
    assert (plan.task_count, plan.given, plan.overdue) == (2, 4, 3)


def test_a_change_is_audited_with_what_differs_only(cast: Cast, coordinator: Client) -> None:
    answer = coordinator.post(
        f"/planning/documents/{cast.plan.pk}/change/", typed(cast, name_vi="Kế hoạch mới")
    )
    assert answer.status_code == 302
    event = AuditEvent.objects.get(action="plan.change")
    assert event.before == {"name_vi": "Kế hoạch 305-KH/TU"}
    assert event.after == {"name_vi": "Kế hoạch mới"}
    assert not Recalculation.objects.exists()


def test_without_a_change_nothing_is_written(cast: Cast, coordinator: Client) -> None:
    answer = coordinator.post(
        f"/planning/documents/{cast.plan.pk}/change/", typed(cast), follow=True
    )
    assert "Không có gì thay đổi" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="plan.change").exists()


def test_reports_count_at_once_when_review_is_no_longer_required(
    cast: Cast, coordinator: Client
) -> None:
    report(cast.assignment, cast.officer)
    assert fresh(cast.assignment).state == "not_started"
    sent = typed(cast)
    del sent["requires_review"]
    coordinator.post(f"/planning/documents/{cast.plan.pk}/change/", sent)
    recalculation.drain()
    assert fresh(cast.assignment).state == "in_progress"


def test_the_second_of_two_is_told_and_loses_no_typing(cast: Cast, coordinator: Client) -> None:
    mine = typed(cast, name_vi="Tên của tôi")
    given = {"name_vi": "Tên của đồng nghiệp"}
    colleague = member(UserFactory.create(full_name="Trần Thị Hai"), Role.COORDINATOR, cast.area)
    services.change_plan(cast.plan, by=colleague, given=given, seen=seen(cast.plan))
    address = f"/planning/documents/{cast.plan.pk}/change/"
    answer = coordinator.post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "Trần Thị Hai đã cập nhật" in page
    assert "<dd>Tên của đồng nghiệp</dd>" in page
    assert "Tên của tôi</textarea>" in page
    again = {**mine, "seen": answer.context["form"].seen}
    assert coordinator.post(address, again).status_code == 302
    assert Plan.objects.get(pk=cast.plan.pk).name_vi == "Tên của tôi"


def test_a_form_that_is_wrong_is_no_newer_than_it_was(cast: Cast, coordinator: Client) -> None:
    sent = typed(cast, name_vi="")
    services.change_plan(
        cast.plan, by=cast.coordinator, given={"name_vi": "Khác"}, seen=seen(cast.plan)
    )
    answer = coordinator.post(f"/planning/documents/{cast.plan.pk}/change/", sent)
    assert answer.status_code == 422
    assert answer.context["form"].seen == sent["seen"]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"issued_on": "31/2/2025"}, "issued_on"),
        ({"number": ""}, "number"),
        ({"base_year": "20"}, "base_year"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    cast: Cast, coordinator: Client, wrong: dict[str, str], name: str
) -> None:
    address = f"/planning/documents/{cast.plan.pk}/change/"
    answer = coordinator.post(address, typed(cast, **wrong))
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert not AuditEvent.objects.filter(action="plan.change").exists()


def test_one_issuer_has_a_number_once(cast: Cast, coordinator: Client) -> None:
    answer = coordinator.post("/planning/documents/new/", typed(cast))
    assert answer.status_code == 422
    assert Plan.objects.filter(number=cast.plan.number).count() == 1


def test_documents_do_not_implement_one_another_in_a_circle(cast: Cast) -> None:
    below = PlanFactory.create(number="1-KH/TU", implements=cast.plan)
    with pytest.raises(Refused) as caught:
        services.change_plan(
            cast.plan, by=cast.coordinator, given={"implements": below}, seen=seen(cast.plan)
        )
    assert codes(caught) == ["circle"]


def test_the_area_stays_once_work_was_given(cast: Cast, coordinator: Client) -> None:
    below = cast.assignment.agency.area
    province = ProvinceFactory.create(code="01")
    member(cast.coordinator, Role.COORDINATOR, province)
    sent = typed(cast, area=province.pk, name_en="New")
    coordinator.post(f"/planning/documents/{cast.plan.pk}/change/", sent)
    assert Plan.objects.get(pk=cast.plan.pk).area == below


def test_a_document_is_deleted_while_nothing_hangs_on_it(cast: Cast, coordinator: Client) -> None:
    plan = PlanFactory.create(number="1-KH/TU")
    GroupFactory.create(plan=plan)
    answer = coordinator.post(f"/planning/documents/{plan.pk}/delete/", {"delete": "1"})
    assert answer["Location"] == "/planning/"
    assert not Plan.objects.filter(pk=plan.pk).exists()
    event = AuditEvent.objects.get(action="plan.delete")
    assert (event.subject_key, (event.before or {})["number"]) == (str(plan.pk), "1-KH/TU")


def test_what_hangs_on_a_document_is_counted_when_it_stays(cast: Cast, coordinator: Client) -> None:
    TargetFactory.create(plan=cast.plan)
    answer = coordinator.post(f"/planning/documents/{cast.plan.pk}/delete/", {"delete": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "1 nhiệm vụ" in page
    assert "1 chỉ tiêu" in page
    assert Plan.objects.filter(pk=cast.plan.pk).exists()


# Phases and groups ------------------------------------------------------------------------------


def test_a_phase_is_added_with_the_next_number(cast: Cast, coordinator: Client) -> None:
    PhaseFactory.create(plan=cast.plan, number=4)
    address = f"/planning/documents/{cast.plan.pk}/phases/new/"
    assert coordinator.get(address).context["form"]["number"].value() == 5
    sent = {"number": "5", "name_vi": "Tăng tốc", "starts_on": "2026-01-01", "ends_on": ""}
    assert coordinator.post(address, sent).status_code == 302
    phase = Phase.objects.get(plan=cast.plan, number=5)
    assert phase.starts_on == date(2026, 1, 1)
    assert AuditEvent.objects.get(action="phase.create").subject_key == str(phase.pk)


def test_a_phase_does_not_end_before_it_starts(cast: Cast, coordinator: Client) -> None:
    sent = {"number": "5", "name_vi": "A", "starts_on": "2026-01-02", "ends_on": "2026-01-01"}
    answer = coordinator.post(f"/planning/documents/{cast.plan.pk}/phases/new/", sent)
    assert 'id="id_ends_on_error"' in answer.content.decode()


def test_a_number_is_given_once(cast: Cast, coordinator: Client) -> None:
    GroupFactory.create(plan=cast.plan, number=7)
    sent = {"number": "7", "name_vi": "Nhóm khác"}
    answer = coordinator.post(f"/planning/documents/{cast.plan.pk}/groups/new/", sent)
    assert 'id="id_number_error"' in answer.content.decode()
    assert PlanGroup.objects.filter(plan=cast.plan, number=7).count() == 1


def test_a_group_is_renamed_and_a_second_form_is_stale(cast: Cast) -> None:
    group = GroupFactory.create(plan=cast.plan, number=7)
    stamp = editing.stamp(group, GROUP_FIELDS)
    given = {"name_vi": "Hạ tầng"}
    assert services.change_part(group, by=cast.coordinator, given=given, seen=stamp)
    with pytest.raises(Refused) as caught:
        services.change_part(group, by=cast.coordinator, given={"name_vi": "Khác"}, seen=stamp)
    assert codes(caught) == ["stale"]
    assert PlanGroup.objects.get(pk=group.pk).name_vi == "Hạ tầng"


def test_a_group_with_tasks_stays(cast: Cast, coordinator: Client) -> None:
    group = cast.assignment.task.group
    empty = GroupFactory.create(plan=cast.plan, number=8)
    for part in (group, empty):
        coordinator.post(f"/planning/groups/{part.pk}/delete/", {"delete": "1"})
    assert list(PlanGroup.objects.filter(plan=cast.plan)) == [group]
    assert AuditEvent.objects.filter(action="plangroup.delete").count() == 1


# The page of a document -------------------------------------------------------------------------


def test_a_document_page_searches_its_tasks_without_marks(cast: Cast, coordinator: Client) -> None:
    found = TaskFactory.create(plan=cast.plan, title_vi="Đào tạo cán bộ chuyển đổi số")
    page = coordinator.get(f"/planning/documents/{cast.plan.pk}/", {"q": "dao tao CDS"})
    assert list(page.context["page"]) == [found]


def test_a_document_page_asks_the_same_whatever_it_holds(
    cast: Cast, coordinator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        group = GroupFactory.create(plan=cast.plan, number=n + 10)
        PhaseFactory.create(plan=cast.plan, number=n)
        AssignmentFactory.create(
            task=TaskFactory.create(plan=cast.plan, group=group), agency=cast.agency
        )
    with django_assert_max_num_queries(11):
        coordinator.get(f"/planning/documents/{cast.plan.pk}/")


def test_a_document_of_another_area_is_not_there(cast: Cast, coordinator: Client) -> None:
    other = PlanFactory.create(number="1-KH/TU", area=ProvinceFactory.create(code="01"))
    for address in ("", "change/", "delete/", "phases/new/", "groups/new/"):
        assert coordinator.get(f"/planning/documents/{other.pk}/{address}").status_code == 404
