"""A screen in a control room in a real browser: it goes on by itself, and says when it cannot."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from core.calendar import clock
from core.queue import recalculation
from provinces.displays.services import revoke_display
from provinces.models import DisplayKey, WallPage
from tests.browser.axe import serious_findings
from tests.browser.conftest import Visit
from tests.factories import (
    DISPLAY_CODE,
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    DisplayKeyFactory,
    NationFactory,
    PlanFactory,
    ProvinceFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FULL_HD: ViewportSize = {"width": 1920, "height": 1080}
SOON = 15_000
"""Milliseconds: two turns of a screen that takes five seconds a page."""

_FAULTS = """() => {
  const small = [], cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), box = walker.currentNode.parentElement;
    if (!text || !box.checkVisibility() || box.closest("script, noscript")) continue;
    const size = parseFloat(getComputedStyle(box).fontSize), edge = box.getBoundingClientRect();
    if (size < 28) small.push(`${text}: ${size}`);
    if (edge.bottom > innerHeight + 1 || edge.right > innerWidth + 1) cut.push(text);
  }
  const root = document.documentElement, body = document.querySelector(".wall-body");
  for (const one of [root, body].filter(Boolean))
    if (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
      cut.push(`${one.className || "page"} is ${one.scrollWidth}×${one.scrollHeight}`);
  return { small, cut };
}"""


@pytest.fixture
def display() -> DisplayKey:
    """Of the nation, with more work than fits on any page."""
    nation, area = NationFactory.create(), ProvinceFactory.create()
    plan = PlanFactory.create()
    today = clock.today()
    for n in range(14):
        agency = AgencyFactory.create(
            area=area,
            name_vi=f"Sở Nông nghiệp, Môi trường và Phát triển nông thôn số {n}",
            head_name="Nguyễn Thị Phương Thảo",
        )
        for due in (today - timedelta(days=30 + n), today + timedelta(days=n)):
            AssignmentFactory.create(
                task__plan=plan,
                task__due_on=due,
                task__title_vi="Xây dựng, kết nối và chia sẻ cơ sở dữ liệu dùng chung " * 3,
                agency=agency,
                assigned_on=date(2025, 1, 1),
            )
        commune = AgencyFactory.create(area=CommuneFactory.create(parent=area))
        AssignmentFactory.create(task__plan=plan, task__due_on=date(2026, 1, 1), agency=commune)
    recalculation.recalculate_all()
    return DisplayKeyFactory.create(area=nation, seconds=5)


def _enter(page: Page) -> None:
    page.set_viewport_size(FULL_HD)
    page.goto("/wall/")
    page.fill("input[name=code]", DISPLAY_CODE)
    page.press("input[name=code]", "Enter")
    expect(page.locator("[data-wall]")).to_be_visible()


@pytest.mark.usefixtures("display")
def test_each_page_fits_the_screen_in_letters_of_28_px(page: Page) -> None:
    _enter(page)
    for name in WallPage.values:
        page.goto(f"/wall/?page={name}")
        assert page.evaluate(_FAULTS) == {"small": [], "cut": []}, name
        expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^\d\d:\d\d$"))
        expect(page.locator(".wall-day")).to_contain_text("Tính đến")
        assert serious_findings(page) == []


@pytest.mark.usefixtures("display")
def test_it_goes_on_by_itself_and_shows_when_the_line_is_gone(page: Page) -> None:
    _enter(page)
    expect(page.locator("h1")).to_have_text("Tình hình chung")
    expect(page.locator("h1")).to_have_text("Quá hạn lâu nhất", timeout=SOON)
    page.context.set_offline(offline=True)
    lost = page.locator(".wall-lost")
    expect(lost).to_contain_text(re.compile(r"MẤT KẾT NỐI từ \d\d:\d\d"), timeout=SOON)
    box = lost.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 1920)
    assert page.locator("h1").inner_text()
    page.context.set_offline(offline=False)
    expect(lost).to_be_hidden(timeout=SOON)


def test_a_revoked_key_ends_the_screen_by_itself(page: Page, display: DisplayKey) -> None:
    _enter(page)
    revoke_display(display, by=display.made_by)
    expect(page.get_by_role("alert")).to_contain_text("đã bị thu hồi", timeout=SOON)
    assert page.locator("[data-wall]").count() == 0
    assert page.evaluate(_FAULTS)["small"] == []


@pytest.mark.usefixtures("display")
def test_without_script_it_goes_on_too(visit: Visit, live_server: LiveServer) -> None:
    page = visit(live_server.url, script=False)
    _enter(page)
    page.wait_for_url("**/wall/?page=late")
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^\d\d:\d\d$"))
