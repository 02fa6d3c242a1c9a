"""What holds for every page: signed out one lands on the sign-in page, and nothing is violated."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_stranger_is_asked_to_sign_in(page: Page) -> None:
    page.goto("/")
    expect(page.locator("input[name=username]")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_a_wrong_password_is_told_and_the_name_is_kept(page: Page) -> None:
    page.goto("/")
    page.fill("input[name=username]", "nobody-here")
    page.fill("input[name=password]", "wrong")
    page.press("input[name=password]", "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=username]")).to_have_value("nobody-here")
