"""Committee pages on a telephone and on a touch screen, for whoever is not signed in."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from faults.product import Product
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/provinces/",
    "/provinces/40/",
    "/communes/",
    "/communes/?area=40",
    "/targets/",
    "/targets/57-10/",
    "/indicators/gci_cybersecurity_rank/",
)
_CUT = """() => Array.from(document.querySelectorAll(".js-plotly-plot")).flatMap(plot => {
  const edge = plot.querySelector(".main-svg").getBoundingClientRect();
  return Array.from(plot.querySelectorAll("text")).filter(text => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < edge.left - 1 || box.right > edge.right + 1
      || box.top < edge.top - 1 || box.bottom > edge.bottom + 1);
  }).map(text => text.textContent);
})"""
# Links within a line of text are as high as the line.
_SMALL = """() => Array.from(
    document.querySelectorAll("main :is(a[href], button, select, summary)"))
  .filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 2 && box.height < 24 && getComputedStyle(one).display !== "inline";
  }).map(one => one.outerHTML.slice(0, 120))"""


def _seen(visit: Visit, product: Product, address: str, width: int) -> Page:
    page = visit(product.address, finger=True)
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(address)
    expect(page.locator("main .chart[aria-busy]:visible")).to_have_count(0)
    return page


@pytest.mark.parametrize("address", PAGES)
def test_no_label_of_a_chart_is_cut_and_nothing_is_wider_than_a_telephone(
    visit: Visit, product: Product, address: str
) -> None:
    page = _seen(visit, product, address, 360)
    cut: Any = page.evaluate(_CUT)
    assert (cut, page.evaluate("document.documentElement.scrollWidth")) == ([], 360)


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("address", PAGES)
def test_a_finger_hits_what_it_is_meant_for(
    visit: Visit, product: Product, address: str, width: int
) -> None:
    assert _seen(visit, product, address, width).evaluate(_SMALL) == []
