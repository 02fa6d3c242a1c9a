"""What the steering committee does with its pages, in a real browser on the demo."""

import re

import pytest
from playwright.sync_api import expect

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
    if address == "/":  # Its panels are no tables: those are on the pages that they lead to.
        assert page.locator("#sentence").inner_text().split("\n")[0] in copied
    else:
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
@pytest.mark.parametrize("address", ["/", "/provinces/40/", "/provinces/08/", "/provinces/"])
def test_panels_leave_no_holes(sign_in: SignIn, address: str, width: int) -> None:
    page = sign_in("viewer")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    # Charts make a panel as high as it will be.
    expect(page.locator("main .chart[aria-busy]:visible")).to_have_count(0)
    covered, ends = page.evaluate("""() => {
        const board = document.querySelector("main .board").getBoundingClientRect();
        const gap = parseFloat(getComputedStyle(document.querySelector("main .board")).columnGap);
        let area = 0;
        const ends = {};
        for (const panel of document.querySelectorAll("main .board .panel")) {
            const box = panel.getBoundingClientRect();
            area += (box.width + gap) * (box.height + gap) * (box.width > 0);
        }
        for (const part of document.querySelectorAll("main .board > *")) {
            const box = part.getBoundingClientRect();
            if (box.width) (ends[Math.round(box.top)] ||= new Set()).add(Math.round(box.bottom));
        }
        return [
            area / ((board.width + gap) * (board.height + gap)),
            Object.values(ends).map((row) => row.size),
        ];
    }""")
    assert covered >= 0.95
    assert set(ends) == {1}, "the panels of a row are equally high"


def test_the_first_screenful_of_the_overview_answers(sign_in: SignIn) -> None:
    """Sentence, numbers, targets, map and the longest overdue on 1366×768, without the line that
    only a demonstration has."""
    page = sign_in("viewer")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/")
    mark = page.evaluate("document.querySelector('.demo-mark')?.offsetHeight || 0")
    for heading in ("Chỉ tiêu", "Tỉnh, thành phố", "Quá hạn lâu nhất"):
        panel = page.locator("main .panel", has=page.locator("h2", has_text=heading)).first
        box = panel.bounding_box()
        assert box
        assert box["y"] + box["height"] - mark <= 768, heading


def test_at_1920_more_is_shown(sign_in: SignIn) -> None:
    page = sign_in("viewer")
    panels = {}
    for width in (1366, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/")
        panels[width] = page.locator("main .panel:visible").count()
    assert panels[1920] > panels[1366]


def test_the_page_of_a_province_is_under_five_screens_of_a_telephone(sign_in: SignIn) -> None:
    page = sign_in("viewer")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/provinces/40/")
    page.wait_for_selector("main .chart-time .main-svg")
    assert page.evaluate("document.documentElement.scrollHeight") < 5 * 640


@pytest.mark.parametrize(
    "address", ["/", "/provinces/40/", "/provinces/", "/targets/", "/communes/"]
)
def test_charts_are_drawn_and_their_bars_lead_to_rows(sign_in: SignIn, address: str) -> None:
    page = sign_in("viewer")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(address)
    charts = page.locator("main .chart:visible")
    assert charts.count()
    for place in range(charts.count()):
        charts.nth(place).locator(".main-svg").first.wait_for()
        drawn = charts.nth(place).evaluate("e => e.querySelectorAll('.trace, .points path').length")
        assert drawn
