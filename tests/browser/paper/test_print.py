"""Committee pages on paper: so many sheets, a foot on each, no head without its rows."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

LANDSCAPE, PORTRAIT = (842, 595), (595, 842)
_PAGE = re.compile(rb"(\d+) 0 obj\s*<</Type /Page\n(.*?)endobj", re.DOTALL)
_BOX = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")
_HEADING = re.compile(rb"/Title .*?/Dest \[(\d+) 0 R /XYZ [\d.]+ ([\d.]+)", re.DOTALL)
_LINK = re.compile(
    rb"(\d+) 0 obj\s*<</Type /Annot\s*/Subtype /Link.*?/Rect \[[\d.]+ ([\d.]+)[^>]*?/URI "
    rb"\([^)]*/assignments/",
    re.DOTALL,
)


def printed(page: Page, address: str) -> bytes:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page.pdf(prefer_css_page_size=True, tagged=True, outline=True)


def sheets(pdf: bytes) -> list[tuple[int, ...]]:
    """Width and height of each in points."""
    boxes = (_BOX.search(inside) for _number, inside in _PAGE.findall(pdf))
    return [tuple(round(float(side)) for side in box.groups()) for box in boxes if box]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/", [LANDSCAPE]),
        ("/?as_of=2026-06-30", [LANDSCAPE]),
        ("/provinces/40/", [PORTRAIT] * 2),
        ("/provinces/01/", [PORTRAIT] * 2),
    ],
)
def test_the_nation_is_one_sheet_and_a_province_two(
    sign_in: SignIn, address: str, wanted: list[tuple[int, int]]
) -> None:
    assert sheets(printed(sign_in("viewer"), address)) == wanted


def test_in_the_late_list_no_unit_stands_alone_at_the_foot(sign_in: SignIn) -> None:
    pdf = printed(sign_in("viewer"), "/late/?level=agencies")
    on_page = {
        int(number): set(map(int, re.findall(rb"(\d+) 0 R", annots)))
        for number, inside in _PAGE.findall(pdf)
        for annots in re.findall(rb"/Annots \[(.*?)\]", inside)
    }
    rows = {int(number): float(foot) for number, foot in _LINK.findall(pdf)}
    headings = [(int(number), float(top)) for number, top in _HEADING.findall(pdf)]
    assert len(headings) > 20
    assert len(rows) > 20
    # PDF measures from the foot of the page.
    alone = [
        (sheet, top)
        for sheet, top in headings
        if not any(rows.get(link, top) < top for link in on_page.get(sheet, ()))
    ]
    assert alone == []


def test_the_foot_names_address_and_day_and_nothing_is_folded_away(sign_in: SignIn) -> None:
    page = sign_in("viewer")
    page.goto("/provinces/40/?as_of=2026-06-30")
    foot = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--foot')")
    assert "/provinces/40/?as_of=2026-06-30" in foot
    assert "tính đến ngày 30/06/2026" in foot
    page.emulate_media(media="print")
    hidden = page.evaluate("""() => [...document.querySelectorAll("main details td")].filter(
        cell => cell.checkVisibility({ contentVisibilityAuto: true }) === false
          && !cell.closest(".chart ~ details")
          && ![cell, cell.parentElement].some(part => getComputedStyle(part).display === "none")
      ).map(cell => cell.closest("details").outerHTML.slice(0, 200))""")
    assert hidden == []
