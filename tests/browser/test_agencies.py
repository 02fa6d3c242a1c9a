"""A coordinator merges communes and renames an agency, on a laptop and a telephone."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser


def test_on_a_telephone_the_buttons_of_a_page_stand_on_one_line(sign_in: SignIn) -> None:
    page = sign_in("coordinator")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/agencies/")
    buttons = page.locator(".page-head > :is(.btn-main, .btn-plain)").all()
    assert len(buttons) == 2
    assert len({box["y"] for button in buttons if (box := button.bounding_box())}) == 1


def _choose(page: Page, search: str, field: str, name: str) -> None:
    """By the search beside the list: what was chosen before stays."""
    page.fill(f"input[name={search}]", name)
    page.press(f"input[name={search}]", "Enter")
    page.locator(f"fieldset#id_{field} label", has_text=name).first.locator("input").check()


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1366, 360])
def test_two_communes_are_merged_into_a_third(sign_in: SignIn, width: int) -> None:
    page = sign_in("coordinator")
    page.set_viewport_size({"width": width, "height": 700})
    # Others than at the other width: what is merged stays merged.
    names = ("Xã Anh Sơn", "Xã Anh Sơn Đông", "Xã Con Cuông")
    if width < 1000:
        names = ("Xã Quỳnh Lưu", "Xã Quỳnh Văn", "Xã Quỳnh Thắng")
    page.goto("/agencies/")
    page.get_by_role("link", name="Sáp nhập xã, phường", exact=True).click()
    _fits(page)
    for name in names[:2]:
        _choose(page, "q", "communes", name)
    _choose(page, "q_into", "into", names[2])
    page.fill("input[name=merged_on]", "2025-11-01")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_role("heading", name="Những gì sẽ thay đổi")).to_be_visible()
    for name in names[:2]:
        expect(page.locator("tbody th", has_text=name).first).to_be_visible()
    _fits(page)
    page.get_by_role("button", name="Sáp nhập ngay").click()
    expect(page.locator(".message.success")).to_contain_text(names[2])
    page.goto(f"/agencies/?q={quote(names[0])}")
    expect(page.locator("tbody")).to_contain_text("từ 01/11/2025")


@pytest.mark.parametrize("width", [1366, 360])
def test_an_agency_is_renamed_from_a_day(sign_in: SignIn, width: int) -> None:
    page = sign_in("coordinator")
    page.set_viewport_size({"width": width, "height": 700})
    old, new = "Sở Tài chính", "Sở Tài chính và Đầu tư"
    if width < 1000:
        old, new = "Sở Nội vụ", "Sở Nội vụ và Lao động"
    page.goto(f"/agencies/?q={quote(old)}")
    page.get_by_role("link", name=old, exact=False).first.click()
    form = page.locator("#rename form")
    _fits(page)
    form.locator("input[name=name_vi]").fill(new)
    form.locator("input[name=from_day]").fill("2099-01-01")
    form.get_by_role("button", name="Đổi tên").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert form.locator("input[name=name_vi]").input_value() == new
    form.locator("input[name=from_day]").fill("2025-11-01")
    form.get_by_role("button", name="Đổi tên").click()
    expect(page.locator("h1")).to_have_text(new)
    expect(page.locator("dl.facts")).to_contain_text("đến trước 01/11/2025")
