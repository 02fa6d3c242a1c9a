"""From the nation down to an assignment of a past day, by mouse and by the keyboard alone."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

DAY = "2026-07-01"
# A target of the demo that people judge and that eight tasks serve.
WAY = (
    "main .tile a[href^='/provinces/40/']",
    "main a[href^='/targets/305-17/']",
    "main a[href^='/assignments/']",
)
FOLD = "main details:has(a[href^='/targets/305-17/']):not([open]) > summary"
_LONGEST = 400


def _by_mouse(page: Page, selector: str) -> None:
    page.locator(selector).first.click()


def _by_keyboard(page: Page, selector: str) -> None:
    for _step in range(_LONGEST):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    page.keyboard.press("Enter")


@pytest.mark.parametrize("follow", [_by_mouse, _by_keyboard])
def test_the_day_is_kept_from_the_overview_to_an_assignment(
    sign_in: SignIn, follow: Callable[[Page, str], None]
) -> None:
    page = sign_in("viewer")
    page.goto(f"/?as_of={DAY}")
    for selector in WAY:
        expect(page.locator("main .chart[aria-busy]:visible")).to_have_count(0)
        assert serious_findings(page) == [], page.url
        if page.locator(FOLD).count():
            follow(page, FOLD)
        before = page.url
        follow(page, selector)
        expect(page).not_to_have_url(before)
        assert parse_qs(urlsplit(page.url).query)["as_of"] == [DAY]
    expect(page.locator("h1")).to_be_visible()
    assert serious_findings(page) == []


@pytest.mark.parametrize(
    ("address", "chart", "leads"),
    [
        (
            "/provinces/40/",
            ".chart-time",
            r"/tasks/\?level=agencies&plan=305-KH%2FTU&area=40&counted=",
        ),
        ("/targets/57-10/", ".chart-path", r"/indicators/digital_economy_gdp/\?area=VN#readings$"),
        ("/targets/", ".chart-bars", r"/targets/[\w-]+/"),
    ],
)
def test_a_click_on_a_point_leads_to_its_rows(
    sign_in: SignIn, address: str, chart: str, leads: str
) -> None:
    page = sign_in("viewer")
    page.goto(address)
    drawn = page.locator(f"main {chart}").first
    expect(drawn).not_to_have_attribute("aria-busy", "true")
    x, y = drawn.evaluate("""place => {
      const {xaxis, yaxis} = place._fullLayout;
      const trace = place._fullData.findLast(one => one.customdata?.some(Boolean));
      const last = trace.x.length - 1;
      const box = place.getBoundingClientRect();
      return [box.x + xaxis._offset + xaxis.d2p(trace.x[last]),
              box.y + yaxis._offset + yaxis.d2p(trace.y[last])];
    }""")
    page.mouse.move(x - 2, y)
    page.mouse.click(x - 2, y)
    page.wait_for_url(re.compile(leads))
