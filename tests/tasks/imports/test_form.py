"""The Excel form of a document's list of tasks: made for it, and taken back without a question."""

import io

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from provinces.models import PlanGroup
from tasks.models import Task
from tests.factories import AgencyFactory, GroupFactory, PhaseFactory
from tests.tasks.conftest import Cast
from tests.tasks.task_lists import counts, send, take


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    PlanGroup.objects.filter(plan=cast.plan, tasks=None).delete()
    GroupFactory.create(plan=cast.plan, number=71, name_vi="Hạ tầng số, dữ liệu")
    GroupFactory.create(plan=cast.plan, number=72, name_vi="Nhân lực")
    for at in range(30):
        name = f"Sở Thử nghiệm số {at}, khoa học và công nghệ"
        AgencyFactory.create(area=cast.area, name_vi=name)
    client.force_login(cast.coordinator)
    return client


def form_of(office: Client, cast: Cast) -> Workbook:
    reply = office.get(f"/planning/documents/{cast.plan.pk}/form.xlsx")
    return load_workbook(io.BytesIO(reply.content))


def test_a_form_of_tasks_is_made_for_its_document(office: Client, cast: Cast) -> None:
    made = form_of(office, cast)
    sheet, lists = made.worksheets
    heads = {str(cell.value): cell for cell in sheet[1]}
    assert all(cell.comment and cell.protection.locked for cell in heads.values())
    assert not sheet["A2"].protection.locked
    assert sheet.protection.sheet
    assert lists.sheet_state == "hidden"
    offered = [str(cell.value) for column in lists.iter_cols() for cell in column if cell.value]
    assert {"71. Hạ tầng số, dữ liệu", "72. Nhân lực"} <= {*offered}
    assert any("Thử nghiệm số 7" in name for name in offered)
    assert len(sheet.data_validations.dataValidation) >= 3


def test_a_filled_in_form_of_tasks_is_taken_without_a_question(office: Client, cast: Cast) -> None:
    made = form_of(office, cast)
    sheet, lists = made.worksheets
    heads = [str(cell.value) for cell in sheet[1]]
    names = [str(cell.value) for cell in lists["B"] if cell.value]
    typed: dict[str, list[str | int]] = {
        "Số thứ tự": [901, 902],
        "Nhóm": ["71. Hạ tầng số, dữ liệu", "72. Nhân lực"],
        "Nhiệm vụ": ["Xây dựng nền tảng", "Đào tạo"],
        "Cơ quan chủ trì theo văn bản": [names[0], f"{names[1]}; {names[2]}"],
        "Thời hạn theo văn bản": ["31/12/2027", "Quý IV/2027"],
    }
    for head, cells in typed.items():
        for row, text in enumerate(cells, start=2):
            sheet.cell(row, heads.index(head) + 1).value = text
    buffer = io.BytesIO()
    made.save(buffer)
    started = send(office, cast.plan, buffer.getvalue())
    page = office.get(started.get_absolute_url())
    assert page.status_code == 200, page["Location"]
    assert (page.context["hidden_sheets"], page.context["other_sheets"]) == ([], [])
    assert page.context["found"].unknown == []
    assert counts(office, started) == {"new": 2, "unchanged": 0, "refused": 0}
    take(office, started)
    tasks = Task.objects.filter(plan=cast.plan, number__in=["901", "902"]).order_by("number")
    assert [(one.group.number, str(one.due_on)) for one in tasks] == [
        (71, "2027-12-31"),
        (72, "2027-12-31"),
    ]
    assert tasks[1].lead_text == f"{names[1]}; {names[2]}"


def test_a_form_of_a_document_with_phases_has_them(office: Client, cast: Cast) -> None:
    PhaseFactory.create(plan=cast.plan, number=3, name_vi="Giai đoạn ba")
    sheet = form_of(office, cast).worksheets[0]
    assert "Giai đoạn" in [cell.value for cell in sheet[1]]
