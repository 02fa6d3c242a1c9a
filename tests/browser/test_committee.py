"""What the steering committee does with its pages, in a real browser on the demo."""

import re

import pytest

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

PAGES = ("/", "/provinces/40/", "/provinces/", "/targets/", "/late/", "/plans/", "/indicators/")


@pytest.mark.parametrize("address", PAGES)
def test_copying_takes_the_sentence_and_the_tables_and_no_buttons(
    sign_in: SignIn, address: str
) -> None:
    page = sign_in("viewer")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    page.click("[data-copy]:has-text('Sao chép')")
    page.wait_for_selector("button:has-text('Đã sao chép')")
    copied = page.evaluate("navigator.clipboard.readText()")
    rows = [line for line in copied.splitlines() if "\t" in line]
    assert len(rows) > 1
    heads = page.locator("table[data-copied] thead").first.inner_text()
    assert rows[0] == re.sub(r"\s*\t\s*", "\t", heads).strip()
    buttons = [
        text.strip() for text in page.locator("main button").all_inner_texts() if text.strip()
    ]
    options = page.locator("main option").all_inner_texts()
    lines = {cell.strip() for line in copied.splitlines() for cell in line.split("\t")}
    assert lines & {*buttons, *options} <= {"Số liệu"}


@pytest.mark.parametrize("width", [1366, 1920])
@pytest.mark.parametrize("address", ["/", "/provinces/40/"])
def test_panels_leave_no_holes(sign_in: SignIn, address: str, width: int) -> None:
    page = sign_in("viewer")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    covered = page.evaluate("""() => {
        const board = document.querySelector("main .board").getBoundingClientRect();
        const gap = parseFloat(getComputedStyle(document.querySelector("main .board")).columnGap);
        let area = 0;
        for (const panel of document.querySelectorAll("main .board .panel")) {
            const box = panel.getBoundingClientRect();
            area += (box.width + gap) * (box.height + gap);
        }
        return area / ((board.width + gap) * (board.height + gap));
    }""")
    assert covered >= 0.95
