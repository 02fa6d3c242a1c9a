"""A row of the list under the hands of an officer: focus, a lost session, a lost line."""

import pytest
from playwright.sync_api import Locator, Page, expect

from faults.product import Product
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

TYPED = "Đã trình dự thảo lần hai."


def _row(page: Page) -> Locator:
    """The first row that may be reported on."""
    page.goto("/tasks/?all=1")
    number = page.locator("li.task:has(.task-act a)").first.get_attribute("id")
    return page.locator(f"#{number}")


def _focused(page: Page, selector: str) -> Locator:
    return page.locator(f"{selector}:focus")


def _sign_in_again(page: Page, product: Product) -> None:
    account = product.credentials["users"]["officer"]
    page.fill("input[name=username]", account["username"])
    page.fill("input[name=password]", account["password"])
    page.press("input[name=password]", "Enter")


def test_the_focus_stays_with_the_row_by_keyboard_alone(sign_in: SignIn) -> None:
    page = sign_in("officer")
    row = _row(page)
    number = row.get_attribute("id")
    row.locator("a[data-opens]").focus()
    page.keyboard.press("Enter")
    expect(_focused(page, f"#{number} form input")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(_focused(page, f"#{number} a[data-opens]")).to_have_count(1)
    page.keyboard.press("Enter")
    form = page.locator(f"#{number} form")
    form.locator("input[value=completed]").check()
    form.get_by_role("button", name="Lưu", exact=True).press("Enter")
    expect(_focused(page, f"#{number} .error-summary")).to_be_in_viewport()
    form.locator("textarea[name=result]").fill("Đã ban hành.")
    form.locator("input[name=evidence_number]").fill("27/QĐ-UBND")
    form.get_by_role("button", name="Lưu", exact=True).press("Enter")
    expect(_focused(page, f"#{number} .message.success")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.activeElement.closest('#{number}') !== null")


def test_a_session_that_ends_in_a_row_costs_one_sign_in_and_no_word(
    sign_in: SignIn, product: Product
) -> None:
    page = sign_in("officer")
    row = _row(page)
    number = row.get_attribute("id")
    row.locator("a[data-opens]").click()
    row.locator("textarea[name=result]").fill(TYPED)
    page.context.clear_cookies(name="sessionid")
    row.get_by_role("button", name="Lưu", exact=True).click()
    expect(_focused(page, f"#{number} .row-note")).to_contain_text("Phiên làm việc đã hết")
    expect(row.locator("textarea[name=result]")).to_have_value(TYPED)
    expect(page.locator("input[name=password]")).to_have_count(0)
    row.locator(".row-note a").click()
    _sign_in_again(page, product)
    expect(page.locator(f"#{number} textarea[name=result]")).to_have_value(TYPED)
    assert page.url.endswith(f"#{number}")


def test_a_row_that_is_opened_after_the_session_says_so_too(sign_in: SignIn) -> None:
    page = sign_in("officer")
    row = _row(page)
    page.context.clear_cookies(name="sessionid")
    row.locator("a[data-opens]").click()
    expect(row.locator(".row-note")).to_contain_text("Phiên làm việc đã hết")


def test_without_a_connection_the_text_stays_and_is_sent_again(sign_in: SignIn) -> None:
    page = sign_in("officer")
    row = _row(page)
    number = row.get_attribute("id")
    row.locator("a[data-opens]").click()
    row.locator("input[value=in_progress]").check()
    row.locator("textarea[name=result]").fill(TYPED)
    page.context.set_offline(True)
    row.get_by_role("button", name="Lưu", exact=True).click()
    expect(_focused(page, f"#{number} .row-note")).to_contain_text("Không có kết nối")
    expect(row.locator("textarea[name=result]")).to_have_value(TYPED)
    page.context.set_offline(False)
    row.get_by_role("button", name="Thử lại").click()
    expect(page.locator(f"#{number} .message.success")).to_be_visible()


def test_without_a_connection_the_page_of_an_assignment_stays(sign_in: SignIn) -> None:
    page = sign_in("officer")
    address = _row(page).locator(".task-what > a").get_attribute("href")
    page.goto(f"{address}#report")
    form = page.locator("form[data-draft]")
    form.locator("textarea[name=result]").fill(TYPED)
    page.context.set_offline(True)
    form.get_by_role("button", name="Lưu", exact=True).click()
    expect(form.locator(".row-note")).to_contain_text("Không có kết nối")
    expect(form.locator("textarea[name=result]")).to_have_value(TYPED)
    page.context.set_offline(False)


def test_whoever_leaves_at_once_finds_the_draft(sign_in: SignIn) -> None:
    page = sign_in("officer")
    address = _row(page).locator(".task-what > a").get_attribute("href")
    page.goto(f"{address}#report")
    page.locator("textarea[name=result]").fill("Gõ xong là đi ngay.")
    page.goto("/notices/")
    page.goto(f"{address}#report")
    expect(page.locator("textarea[name=result]")).to_have_value("Gõ xong là đi ngay.")
    page.get_by_role("button", name="Bỏ bản nháp").click()


@pytest.mark.parametrize("address", ["/late/", "/indicators/missing/"])
def test_a_reminder_is_copied_as_it_reads(sign_in: SignIn, address: str) -> None:
    page = sign_in("viewer")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    button = page.locator("[data-copy^='#reminder']").first
    words = page.locator(str(button.get_attribute("data-copy"))).text_content()
    button.click()
    expect(button).to_have_text("Đã sao chép")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.split() == str(words).split() != []


def test_the_key_of_a_system_is_copied_as_it_opens(sign_in: SignIn, product: Product) -> None:
    page = sign_in("coordinator")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/clients/new/")
    page.fill("[name=name]", "IOC Nghệ An")
    page.fill("[name=owner]", product.credentials["users"]["coordinator"]["username"])
    page.fill("[name=expires_on]", "31/12/2099")
    page.fill("[name=areas]", "40")
    page.locator("main form .btn-main").click()
    button = page.locator("[data-copy='#key']")
    button.click()
    expect(button).to_have_text("Đã sao chép")
    key = page.evaluate("navigator.clipboard.readText()")
    for text, status in ((key, 200), (f"{key}x", 401)):
        headers = {"Authorization": f"Bearer {text}"}
        assert page.request.get("/api/v1/indicators/", headers=headers).status == status


def test_a_page_is_copied_without_its_buttons_and_menus(sign_in: SignIn) -> None:
    page = sign_in("viewer")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/provinces/40/?as_of=2025-11-15")
    button = page.get_by_role("button", name="Sao chép")
    button.click()
    expect(button).to_have_text("Đã sao chép")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "51 / 100" in copied
    assert "Sao chép" not in copied
    assert "So với" not in copied
