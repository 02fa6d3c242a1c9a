"""What the steering committee does with its pages, in a real browser on the demo."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

PAGES = ("/", "/provinces/40/", "/provinces/", "/targets/", "/late/", "/plans/", "/indicators/")
_COMPARED = "?compare=2026-01-31"
WHOLE = (
    *PAGES,
    *(f"{page}{_COMPARED}" for page in ("/", "/provinces/40/", "/provinces/", "/late/")),
    *("/provinces/08/", "/late/?area=40", "/communes/", "/communes/?area=40", "/obstacles/"),
    *("/compare/?area=40&area=01", "/compare/?area=40&area=01&area=79&area=48&area=08"),
    *("/targets/57-10/", "/targets/57-01/", "/targets/57-04a/", "/targets/305-17/"),
    *("/indicators/pii/", "/indicators/digital_economy_gdp/", "/indicators/missing/"),
    *("/plans/1/", "/plans/3/", "/plans/4/", "/communes/?as_of=2025-03-01"),
)
"""Each page of the committee, with its parts that are not always there."""


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


# Panels with the gaps between them, of the main area from the first to the last panel without the
# lines of text between; and the ends of what stands side by side.
_COVERED = """() => {
  const main = document.querySelector("main"), style = getComputedStyle(main);
  const width = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const gap = 0.8 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  const panels = [], others = [], ends = [];
  const walk = part => {
    const box = part.getBoundingClientRect();
    if (!box.width || !box.height) return;
    if (part.matches(".panel")) return panels.push(box);
    if (!part.querySelector(".panel")) return others.push(box);
    const rows = {};
    for (const child of part.children) {
      const box = child.getBoundingClientRect();
      if (box.width) (rows[Math.round(box.top)] ||= new Set()).add(Math.round(box.bottom));
      walk(child);
    }
    if (getComputedStyle(part).display === "grid")
      ends.push(...Object.values(rows).map(row => row.size));
  };
  for (const part of main.children) walk(part);
  const top = Math.min(...panels.map(box => box.top));
  const bottom = Math.max(...panels.map(box => box.bottom));
  const between = others.filter(box => box.top > top && box.bottom < bottom);
  const high = bottom - top + gap - between.reduce((sum, box) => sum + box.height + gap, 0);
  const area = panels.reduce((sum, box) => sum + (box.width + gap) * (box.height + gap), 0);
  return [area / ((width + gap) * high), ends, panels.length];
}"""


@pytest.mark.parametrize("width", [1366, 1920])
def test_panels_leave_no_holes(sign_in: SignIn, width: int) -> None:
    page, holes, rows = sign_in("viewer"), [], 0
    page.set_viewport_size({"width": width, "height": 900})
    for address in WHOLE:
        page.goto(address)
        # Charts make a panel as high as it will be.
        expect(page.locator("main .chart[aria-busy]:visible")).to_have_count(0)
        covered, ends, panels = page.evaluate(_COVERED)
        assert panels, address
        if covered < 0.95 or {*ends} - {1}:
            holes.append((address, round(covered, 3), ends))
        rows += len(ends)
    assert holes == [], "the panels of a row are equally high and leave no hole"
    assert rows > 15


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
