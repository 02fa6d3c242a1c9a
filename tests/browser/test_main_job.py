"""The main job end to end, in a real browser on the product that `make demo` serves."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from core.calendar import clock
from faults.product import Product, wait_until
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

COMPLETION = "/api/v1/completion/?plan=305-KH/TU&area=40"
# A task of the demo's officer that is in progress and waits for nobody (fixtures/demo).
TASK = "Xây dựng đề án Quỹ đầu tư mạo hiểm của tỉnh"


def completed(product: Product, day: date) -> int:
    return int(product.get(f"{COMPLETION}&as_of={day}")["completed"])


def test_the_province_stands_at_51_of_100_and_its_charts_are_drawn(sign_in: SignIn) -> None:
    page = sign_in("viewer")
    page.goto("/provinces/40/?as_of=2025-11-15")
    figure = page.locator("main .big").first
    expect(figure).to_contain_text("51 / 100 = 51%")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert page.locator("[data-chart]").count() == page.locator(".js-plotly-plot").count()
    page.goto("/provinces/40/?as_of=2025-09-01")
    expect(figure).to_contain_text("30 / 100 = 30%")


def test_the_overview_shows_the_province_and_speaks_english_when_asked(sign_in: SignIn) -> None:
    page = sign_in("viewer")
    page.goto("/?as_of=2025-11-15")
    expect(page.locator(".tile:has-text('Nghệ An') b").first).to_have_text("51%")
    page.click("button[name=language][value=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_contain_text("Overview")
    expect(page.locator(".tile:has-text('Nghe An') b").first).to_have_text("51%")


def test_a_reading_posted_by_a_system_turns_the_target_by_itself(
    sign_in: SignIn, product: Product
) -> None:
    page = sign_in("viewer")
    page.goto("/targets/57-10/")
    expect(page.locator("main")).to_contain_text("Chậm so với lộ trình")
    reading = {"indicator": "digital_economy_gdp", "area": "VN", "period": "2026", "value": "30.5"}
    assert product.post("/api/v1/readings/", reading)["result"] == "created"
    wait_until(lambda: product.get("/api/v1/targets/57-10/assessment/")["verdict"] == "achieved")
    page.reload()
    verdict = page.locator(".verdict-big .status")
    expect(verdict).to_have_text("Đạt")
    page.goto(f"/targets/57-10/?as_of={clock.today() - timedelta(days=1)}")
    expect(verdict).to_contain_text("Chậm so với lộ trình")


def test_an_officer_completes_a_task_and_it_counts_once_it_is_reviewed(
    sign_in: SignIn, product: Product
) -> None:
    today, yesterday = clock.today(), clock.today() - timedelta(days=1)
    before, day_before = completed(product, today), completed(product, yesterday)

    officer = sign_in("officer")
    officer.click(f"a:has-text('{TASK}')")
    officer.check("input[name=state][value=completed]")
    officer.fill("textarea[name=result]", "Đề án đã được phê duyệt.")
    officer.get_by_role("button", name="Lưu", exact=True).click()
    expect(officer.locator(".error-summary")).to_contain_text("minh chứng")
    expect(officer.locator("textarea[name=result]")).to_have_value("Đề án đã được phê duyệt.")
    officer.fill("input[name=evidence_number]", "12/QĐ-UBND")
    officer.get_by_role("button", name="Lưu", exact=True).click()
    expect(officer.locator("main")).to_contain_text("12/QĐ-UBND")
    expect(officer.locator("main")).to_contain_text("Chờ duyệt")
    assert completed(product, today) == before

    reviewer = sign_in("reviewer")
    reviewer.goto("/review/")
    waiting = reviewer.locator(".review").filter(has_text=TASK)
    waiting.get_by_role("button", name="Duyệt", exact=True).click()
    expect(waiting).to_have_count(0)
    expect(reviewer.locator("#decided")).to_contain_text(TASK)  # It can be taken back there.
    wait_until(lambda: completed(product, today) == before + 1)
    assert completed(product, yesterday) == day_before

    viewer = sign_in("viewer")
    viewer.goto("/provinces/40/")
    expect(viewer.locator("main .big").first).to_contain_text(f"{before + 1} / ")


def test_a_day_that_is_none_is_named_in_both_languages(sign_in: SignIn) -> None:
    page = sign_in("viewer")
    answer = page.goto("/provinces/40/?as_of=2025-02-30")
    assert answer is not None
    assert answer.status == 400
    expect(page.locator("main")).to_contain_text("“2025-02-30” không phải là ngày")
    page.click("button[name=language][value=en]")
    expect(page.locator("main")).to_contain_text("“2025-02-30” is no day")
