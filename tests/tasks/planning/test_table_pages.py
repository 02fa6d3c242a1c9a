"""The pages of the coordinator's table: rows found and ticked, the number told, the act done."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from provinces.models import Agency
from tasks.models import Assignment, PlanAct
from tests.factories import AgencyFactory, AssignmentFactory, ProvinceFactory
from tests.tasks.conftest import Cast
from tests.tasks.planning.table import tasks
from tests.tasks.steps import fresh


def url(cast: Cast, more: str = "") -> str:
    return f"/planning/documents/{cast.plan.pk}/table/{more}"


def giving(agency: Agency, **given: Any) -> dict[str, Any]:
    fields = {"act": "assign", "agency": agency.pk, "assigned_on": "2025-07-01"}
    return {**fields, **given}


def test_the_table_begins_with_what_nobody_has(cast: Cast, coordinator: Client) -> None:
    tasks(cast, 2, lead_text="Sở Tài chính", due_text="Quý IV/2025")
    page = coordinator.get(url(cast))
    assert page.context["asked"].shelf == "unassigned"
    assert "tất cả dòng khớp (2)" in page.text
    assert f'href="{url(cast)}"' in coordinator.get(f"/planning/documents/{cast.plan.pk}/").text
    # Nothing that is there only for assignments is offered.
    assert [kind for kind, _label in page.context["kinds"]] == ["assign", "group", "target"]
    given = coordinator.get(url(cast, "?status=given"))
    assert [line.assignment for line in given.context["lines"]] == [cast.assignment]
    assert len(given.context["kinds"]) == 6


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=unassigned&lead=S%E1%BB%9F+Y+t%E1%BA%BF", ["8"]),
        ("?status=unassigned&q=nhi%E1%BB%87m+v%E1%BB%A5+7", ["7"]),
        ("?status=unassigned&due=none", ["8"]),
        ("?status=unassigned&sort=-due", ["7", "8"]),
    ],
)
def test_the_words_of_the_list_filter_tasks(
    cast: Cast, coordinator: Client, query: str, found: list[str]
) -> None:
    tasks(cast, 1, number="7")
    tasks(cast, 1, number="8", due_on=None, lead_text="Sở Y tế")
    page = coordinator.get(url(cast, query))
    assert [task.number for task in page.context["lines"]] == found


def test_assignments_are_filtered_as_on_the_list(cast: Cast, coordinator: Client) -> None:
    late = AssignmentFactory.create(task__plan=cast.plan, agency=AgencyFactory.create())
    for query in ("?status=overdue", f"?status=given&agency={late.agency_id}"):
        page = coordinator.get(url(cast, query))
        assert [line.assignment for line in page.context["lines"]] == [late]
    assert coordinator.get(url(cast, "?status=never")).status_code == 400


def test_all_that_match_are_told_and_then_given(cast: Cast, coordinator: Client) -> None:
    tasks(cast, 30)
    had = tasks(cast, 1)[0]
    agency = AgencyFactory.create()
    sent = giving(agency, back="status=unassigned", all="1")
    asked = coordinator.post(url(cast, "act/"), {**sent, "agency": ""})
    assert "Đã chọn 31 dòng" in asked.text
    told = coordinator.post(url(cast, "act/"), {**sent, "look": "1"})
    assert "Sẽ có 31 lượt giao mới" in told.text
    AssignmentFactory.create(task=had, agency=agency)
    sent |= {"save": "1", "seen": told.context["told"].stamp}
    anew = coordinator.post(url(cast, "act/"), sent)
    assert (anew.status_code, PlanAct.objects.exists()) == (409, False)
    assert "Sẽ có 30 lượt giao mới" in anew.text
    sent["seen"] = anew.context["told"].stamp
    answer = coordinator.post(url(cast, "act/"), sent, follow=True)
    assert "Đã xong: Giao cho cơ quan (30)" in answer.text
    assert Assignment.objects.filter(agency=agency).count() == 31


def test_what_is_passed_over_is_one_grey_line_a_reason(cast: Cast, coordinator: Client) -> None:
    sent = {"act": "due", "back": "status=given", "all": "1", "look": "1"}
    page = coordinator.post(url(cast, "act/"), {**sent, "due_on": "2099-12-31"}).text
    assert "Bỏ qua 1: đã đúng như vậy" in page
    assert 'name="save"' not in page


def test_ticked_rows_alone_are_changed(cast: Cast, coordinator: Client) -> None:
    other = AssignmentFactory.create(task__plan=cast.plan)
    sent = {"act": "person", "back": "status=given", "chosen": other.pk, "look": "1"}
    sent["responsible_text"] = "Bà Hai"
    told = coordinator.post(url(cast, "act/"), sent)
    assert told.context["told"].count == 1
    sent |= {"save": "1", "seen": told.context["told"].stamp}
    coordinator.post(url(cast, "act/"), sent)
    assert (fresh(other).responsible_text, fresh(cast.assignment).responsible_text) == (
        "Bà Hai",
        "",
    )


def test_searching_for_an_agency_keeps_what_was_ticked(cast: Cast, coordinator: Client) -> None:
    [task] = tasks(cast, 1)
    ticked, wanted = AgencyFactory.create(), AgencyFactory.create(name_vi="Sở Y tế")
    sent = giving(ticked, back="status=unassigned", chosen=task.pk, q="y te", search="1")
    page = coordinator.post(url(cast, "act/"), sent)
    assert page.status_code == 200
    assert (page.context["picked"].ticked, page.context["picked"].found) == ([ticked], [wanted])


def test_what_is_missing_is_said(cast: Cast, coordinator: Client) -> None:
    [task] = tasks(cast, 1)
    sent = giving(AgencyFactory.create(), back="status=unassigned", look="1")
    nothing = coordinator.post(url(cast, "act/"), sent, follow=True)
    assert "Chưa đánh dấu nhiệm vụ nào" in nothing.text
    sent |= {"chosen": task.pk, "agency": ""}
    nobody = coordinator.post(url(cast, "act/"), sent)
    assert nobody.status_code == 422
    assert "Hãy chọn cơ quan được giao." in nobody.text
    cancel = {"act": "cancel", "back": "status=given", "all": "1", "look": "1"}
    assert coordinator.post(url(cast, "act/"), cancel).status_code == 422


def test_a_document_elsewhere_does_not_exist(cast: Cast, coordinator: Client) -> None:
    cast.plan.area = ProvinceFactory.create(code="01")
    cast.plan.save()
    assert coordinator.get(url(cast)).status_code == 404
    assert coordinator.post(url(cast, "act/"), {"all": "1"}).status_code == 404


@pytest.mark.parametrize("query", ["?status=unassigned&rows=100", "?status=given&rows=100"])
def test_the_table_costs_the_same_for_many_rows(
    cast: Cast,
    coordinator: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    query: str,
) -> None:
    for task in tasks(cast, 60)[:30]:
        AssignmentFactory.create(task=task, agency=cast.agency)
    with django_assert_max_num_queries(24):
        assert len(coordinator.get(url(cast, query)).context["lines"]) in {30, 31}
