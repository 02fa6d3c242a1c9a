"""A table of readings as an office has it: sent, asked about, looked through, recorded."""

import io

import pytest
from django.conf import settings
from django.test import Client
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from indicators.files.services import work_off
from indicators.models import ImportJob, Reading
from tests.browser.axe import serious_findings
from tests.browser.conftest import Visit
from tests.factories import IndicatorFactory, ProvinceFactory, UserFactory

pytestmark = pytest.mark.browser

ROWS: tuple[list[str | float], ...] = (
    ["CHỈ SỐ ĐỔI MỚI SÁNG TẠO CẤP ĐỊA PHƯƠNG"],
    ["STT", "Địa phương", "Năm 2023", "Năm 2024", "Năm 2025"],
    [1, "Nghệ An", 36.5, 32.69, "41,2"],
    [2, "TP. Hồ Chí Minh", 55.97, 62.86, "59,33"],
    [3, "Thủ đô", 62.86, 60.76, "65,68"],
    ["Ghi chú: số liệu sơ bộ."],
)


@pytest.fixture
def sender(transactional_db: None) -> User:
    for code, name in (("40", "Nghệ An"), ("79", "Hồ Chí Minh"), ("01", "Hà Nội")):
        kind = "province" if code == "40" else "city"
        ProvinceFactory.create(code=code, kind=kind, short_name_vi=name)
    IndicatorFactory.create(code="pii", name_vi="Chỉ số PII", unit_vi="điểm", unit_en="points")
    return UserFactory.create(is_superuser=True)


@pytest.mark.parametrize("script", [True, False])
def test_years_in_columns_become_readings(
    visit: Visit, live_server: LiveServer, client: Client, sender: User, *, script: bool
) -> None:
    page = visit(live_server.url, script=script)
    client.force_login(sender)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/imports/")
    page.set_input_files("input[type=file]", files=[_file()])
    page.locator("main button.btn-main").click()
    _look_through(page)
    expect(page).to_have_url(f"{live_server.url}/imports/{ImportJob.objects.get().pk}/columns/")
    if script:
        assert serious_findings(page) == []
    page.select_option("[name=all-indicator]", "pii")
    page.fill("[name=name-0]", "Hà Nội")
    page.locator("main button.btn-main").click()
    _look_through(page)
    expect(page.locator("main")).to_contain_text("6 (Ghi chú: số liệu sơ bộ.)")
    expect(page.locator("main")).to_contain_text("65,68 là 65.68")
    if script:
        assert serious_findings(page) == []
    assert Reading.objects.count() == 0
    page.locator("main button.btn-main").click()
    _look_through(page)
    assert Reading.objects.count() == 9
    found = Reading.objects.filter(area__code="01", period="2025")
    assert [one.value_text for one in found] == ["65.68"]


def _look_through(page: Page) -> None:
    page.wait_for_load_state()
    work_off(1e9)
    page.reload()


def _file() -> FilePayload:
    book, buffer = Workbook(), io.BytesIO()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(buffer)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "pii.xlsx", "mimeType": kind, "buffer": buffer.getvalue()}
