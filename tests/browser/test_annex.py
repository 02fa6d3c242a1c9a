"""The annex of a document, 140 tasks as offices print them, from the file to assigned work."""

import io

import pytest
from django.conf import settings
from django.test import Client
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from provinces.models import Plan
from provinces.roles import Role
from tasks.models import Assignment, Task
from tests.browser.axe import serious_findings
from tests.browser.conftest import Visit
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    PlanFactory,
    ProvinceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.browser

TASKS, UNITS, MOST_CLICKS = 140, 12, 11
LEADS = (
    "Sở Khoa học và Công nghệ",
    "Sở Tài chính; Sở Nội vụ",
    "Sở Tài chính, Sở Nội vụ",
    "UBND các xã, phường",
    "Sở Sáng tạo",
)
AGENCIES = 1 + 2 + 2 + UNITS + 1
"""Who gets a task of each of them."""
DUES = ("12/2099", "Thường xuyên", "Sau khi có hướng dẫn", "15/12 hằng năm", "Quý III/2099")


def annex() -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in (
        ["PHỤ LỤC"],
        ["DANH MỤC NHIỆM VỤ"],
        [],
        ["TT", "Nhiệm vụ", "Cơ quan thực hiện", None, "Sản phẩm", "Thời hạn"],
        [None, None, "Chủ trì", "Phối hợp"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
    ):
        sheet.append(row)
    for cells in ("A1:F1", "A2:F2", "A4:A5", "B4:B5", "C4:D4", "E4:E5", "F4:F5"):
        sheet.merge_cells(cells)
    for at in range(TASKS):
        if at % 20 == 0:
            sheet.append([("I", "II", "III", "IV", "V", "VI", "VII")[at // 20], f"Nhóm {at}"])
        lead, due = LEADS[at % len(LEADS)], DUES[at % len(DUES)]
        sheet.append([at % 20 + 1, f"Việc {at}", lead, "Các sở, ngành", "Báo cáo", due])
    sheet.append(["Ghi chú: thời hạn tính đến hết tháng."])
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def plan(transactional_db: None) -> Plan:
    area = ProvinceFactory.create()
    for name in ("Sở Khoa học và Công nghệ", "Sở Tài chính", "Sở Nội vụ"):
        AgencyFactory.create(area=area, name_vi=name)
    for _unit in range(UNITS):
        AgencyFactory.create(area=CommuneFactory.create(parent=area))
    return PlanFactory.create(area=area)


@pytest.mark.parametrize("script", [True, False])
def test_140_tasks_are_assigned_work_in_under_twelve_clicks(
    visit: Visit, live_server: LiveServer, client: Client, plan: Plan, *, script: bool
) -> None:
    page, clicks = visit(live_server.url, script=script), 0
    _sign_in(page, live_server, client, plan)

    def click(selector: str) -> None:
        nonlocal clicks
        clicks += 1
        page.locator(selector).first.click()

    page.goto(f"{live_server.url}/planning/documents/{plan.pk}/")
    click(f"a[href='/planning/documents/{plan.pk}/import/']")
    page.set_input_files("input[type=file]", files=[_file()])
    clicks += 1
    click("main button.btn-main")
    expect(page.locator(".names label")).to_have_text("Sở Sáng tạo")
    if script:
        assert serious_findings(page) == []
    clicks += 1
    page.fill(".names input", "so khoa hoc va cong nghe")
    click("main button.btn-main")
    expect(page.locator("tr.passed.heading").first).to_contain_text("Nhóm 0")
    assert Task.objects.count() == 0
    if script:
        assert serious_findings(page) == []
    offer = page.locator(".class-offer")
    expect(offer).to_contain_text(str(TASKS // len(LEADS) * UNITS))
    click(".class-offer input")
    click("main button.btn-main")
    expect(page.locator("main")).to_contain_text(str(TASKS))
    assert Task.objects.count() == TASKS
    assert plan.groups.count() == TASKS // 20
    assert Assignment.objects.count() == TASKS // len(LEADS) * AGENCIES
    assert clicks <= MOST_CLICKS


def _file() -> FilePayload:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "phu-luc.xlsx", "mimeType": kind, "buffer": annex()}


def _sign_in(page: Page, live_server: LiveServer, client: Client, plan: Plan) -> None:
    client.force_login(member(UserFactory.create(), Role.COORDINATOR, plan.area))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
