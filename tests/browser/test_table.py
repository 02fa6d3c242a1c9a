"""The coordinator's table: an annex of 140 tasks is given in a few clicks, and taken back."""

from datetime import date

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from core.models import User
from provinces.models import Plan
from provinces.roles import Role
from tasks.models import Assignment, Task
from tests.browser.axe import serious_findings
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    PlanFactory,
    ProvinceFactory,
    TaskFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.browser

LAPTOP = ViewportSize(width=1366, height=620)
TELEPHONE = ViewportSize(width=360, height=640)


@pytest.fixture
def plan(db: None) -> Plan:
    """With 140 tasks that nobody has."""
    plan = PlanFactory.create(area=ProvinceFactory.create())
    TaskFactory.create_batch(
        140,
        plan=plan,
        due_on=date(2099, 12, 31),
        title_vi="Rà soát, trình ban hành quy chế quản lý, kết nối và chia sẻ dữ liệu số của tỉnh",
        lead_text="Sở Khoa học và Công nghệ",
    )
    AgencyFactory.create(area=plan.area, name_vi="Sở Khoa học và Công nghệ")
    return plan


@pytest.fixture
def coordinator(plan: Plan) -> User:
    return member(UserFactory.create(username="dieuphoi"), Role.COORDINATOR, plan.area)


def _enter(page: Page, user: User, plan: Plan) -> None:
    page.goto("/login/")
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"/planning/documents/{plan.pk}/")


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_140_tasks_are_given_in_five_clicks_and_taken_back(
    page: Page, coordinator: User, plan: Plan
) -> None:
    page.set_viewport_size(LAPTOP)
    _enter(page, coordinator, plan)
    page.get_by_role("link", name="Xử lý hàng loạt").click()
    expect(page.locator(".chips [aria-current]")).to_have_text("Chưa giao 140")
    shown = [row for row in page.locator(".table-rows > li").all() if _in_sight(row)]
    assert len(shown) >= 8
    assert serious_findings(page) == []
    page.get_by_label("tất cả dòng khớp (140)").check()
    page.get_by_role("button", name="Giao cho cơ quan").click()
    page.get_by_label("Sở Khoa học và Công nghệ").check()
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator(".told")).to_contain_text("Sẽ có 140 lượt giao mới")
    assert serious_findings(page) == []
    page.get_by_role("button", name="Giao cho cơ quan (140)").click()
    expect(page.locator(".messages")).to_contain_text("Giao cho cơ quan (140)")
    assert Assignment.objects.count() == 140
    expect(page.locator(".chips")).to_contain_text("Đã giao 140")

    page.get_by_role("link", name="Hoàn tác").click()
    expect(page.locator("main")).to_contain_text("Thu hồi 140 lượt giao")
    page.get_by_role("button", name="Hoàn tác (140)").click()
    expect(page.locator(".chips [aria-current]")).to_have_text("Chưa giao 140")
    assert not Assignment.objects.exists()
    assert Task.objects.count() == 140


def _in_sight(row: object) -> bool:
    return bool(
        row.evaluate(  # type: ignore[attr-defined]
            "row => row.getBoundingClientRect().bottom <= window.innerHeight"
        )
    )


def test_it_works_on_a_telephone_by_keyboard_and_without_script(
    visit: object, live_server: object, coordinator: User, plan: Plan
) -> None:
    page = visit(live_server.url, script=False)  # type: ignore[operator, attr-defined]
    page.set_viewport_size(TELEPHONE)
    _enter(page, coordinator, plan)
    page.goto(f"/planning/documents/{plan.pk}/table/")
    first = page.locator(".table-rows > li").first
    assert first.bounding_box()["y"] < TELEPHONE["height"]
    tick = first.locator("input")
    assert first.locator(".tick").bounding_box()["width"] >= 44
    tick.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Giao cho cơ quan").press("Enter")
    expect(page.locator(".page-head")).to_contain_text("Đã chọn 1 dòng")
    page.get_by_label("Sở Khoa học và Công nghệ").press("Space")
    page.get_by_role("button", name="Xem trước").press("Enter")
    page.get_by_role("button", name="Giao cho cơ quan (1)").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Giao cho cơ quan (1)")
    assert Assignment.objects.count() == 1
