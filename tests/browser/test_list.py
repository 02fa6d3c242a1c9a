"""The officer's list on a telephone and a laptop, with a finger, by keyboard, without script."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

PHONE = ViewportSize(width=360, height=640)
LAPTOP = ViewportSize(width=1366, height=768)
WALL = ViewportSize(width=1920, height=1080)
FINGER = 44
# What a finger aims at, by the smaller side; a link amid words and what is hidden are none.
SMALL = """finger => Array.from(document.querySelectorAll(
    'a[href], button, summary, input:not([type=hidden]), select, textarea, .seg label, .tick'
  )).filter(e => {
    const whole = e.closest('.tick, .seg label, .day-button') ?? e;
    const { width, height } = whole.getBoundingClientRect();
    const seen = e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
    const amid = e.matches('a') && getComputedStyle(e).display === 'inline' && e.closest('p');
    return seen && !e.matches('.skip') && !amid && width > 1 && Math.min(width, height) < finger;
  }).map(e => e.outerHTML.slice(0, 120))"""


def _list(page: Page, size: ViewportSize, address: str = "/tasks/?all=1") -> Locator:
    """The rows of the list in a window of that size; what is typed there is no draft later."""
    page.route("**/draft/", lambda route: route.fulfill(status=204))
    page.add_init_script("navigator.sendBeacon = () => true")
    page.set_viewport_size(size)
    page.goto(address)
    return page.locator("li.task")


def _whole_rows(rows: Locator, height: int) -> int:
    boxes = [box for row in rows.all() if (box := row.bounding_box())]
    return sum(box["y"] + box["height"] <= height for box in boxes)


def _act(row: Locator, name: str) -> Locator:
    return row.locator(".task-act").get_by_role("link", name=name)


def _open_row(page: Page) -> Locator:
    """The first that is in progress and waits for nobody."""
    _list(page, LAPTOP, "/tasks/?all=1&status=in_progress")
    number = page.locator("li.task:not(.is-review):not(.is-returned)").first.get_attribute("id")
    return page.locator(f"#{number}")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_on_a_telephone_the_first_task_is_whole_on_the_first_screen(
    sign_in: SignIn, language: str
) -> None:
    page = sign_in("officer")
    page.click(f"button[name=language][value={language}]")
    rows = _list(page, PHONE)
    first = rows.first.bounding_box()
    assert first is not None
    assert first["y"] < 350
    assert first["y"] + first["height"] <= PHONE["height"]
    for there in (page.locator("input[name=q]"), page.locator(".chips a").first):
        expect(there).to_be_in_viewport(ratio=1)
    expect(page.locator("select[name=plan]")).to_be_hidden()
    page.locator(".find summary").click()
    expect(page.locator("select[name=plan]")).to_be_in_viewport(ratio=1)


def test_on_a_laptop_eight_rows_are_whole_and_on_a_wall_more_is_shown(sign_in: SignIn) -> None:
    page = sign_in("officer")
    on_laptop = _whole_rows(_list(page, LAPTOP), 620)  # What a browser leaves of 768.
    assert on_laptop >= 8
    expect(page.locator(".task-more").first).to_be_hidden()
    assert _whole_rows(_list(page, WALL), 1000) > on_laptop
    expect(page.locator(".task-more").first).to_be_visible()


def test_whatever_a_finger_aims_at_is_44_px_wide_and_high(sign_in: SignIn) -> None:
    page = sign_in("officer")
    rows = _list(page, PHONE)
    assert page.evaluate(SMALL, FINGER) == []
    page.locator(".find summary").click()
    assert page.evaluate(SMALL, FINGER) == []
    page.keyboard.press("Escape")
    rows.first.locator(".tick").click()
    _act(rows.first, "Cập nhật").click()
    page.locator(".rare summary").click()
    assert page.evaluate(SMALL, FINGER) == []


@pytest.mark.parametrize("script", [True, False])
def test_the_bar_for_many_is_there_once_something_is_ticked(sign_in: SignIn, script: bool) -> None:
    page = sign_in("officer", script=script)
    rows = _list(page, PHONE)
    bar = page.locator(".action-bar")
    expect(bar).to_be_hidden()
    rows.first.locator(".tick").click()
    expect(bar).to_be_in_viewport(ratio=1)
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == PHONE["height"]
    rows.first.locator(".tick").click()
    expect(bar).to_be_hidden()
    page.locator("[data-ticks]").click()
    expect(page.locator("li.task .tick input:not(:checked)")).to_have_count(0)
    expect(page.locator(".action-bar")).to_be_in_viewport(ratio=1)


def test_a_tick_stays_while_its_row_is_opened_and_left(sign_in: SignIn) -> None:
    page = sign_in("officer")
    row = _list(page, LAPTOP).first
    row.locator(".tick input").check()
    _act(row, "Cập nhật").click()
    expect(row.locator("form.task-form :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(row.locator("form.task-form")).to_have_count(0)
    expect(row.locator(".tick input")).to_be_checked()


def test_why_it_is_late_is_asked_only_where_state_and_day_ask_for_it(sign_in: SignIn) -> None:
    page = sign_in("officer")
    _list(page, LAPTOP, "/tasks/?all=1&status=overdue")
    row = page.locator("li.task:not(.is-review):not(.is-returned)").first
    _act(row, "Hoàn thành").click()
    cause, needed = row.locator("[name=cause]"), row.locator("label[for$=_result] .needed")
    expect(row.locator("[name=result]")).to_be_focused()
    expect(cause).to_be_hidden()
    expect(row.locator("[name=percent]")).to_be_hidden()
    expect(needed).to_contain_text("bắt buộc")
    expect(needed).to_be_visible()
    row.locator("input[value=in_progress]").check()
    expect(cause).to_be_visible()
    expect(needed).to_be_hidden()
    row.locator(".rare summary").click()
    day = row.locator("[name=effective_on]")
    day.fill("1/1/2026")
    expect(cause).to_be_hidden()
    day.fill("31/2/2026")
    expect(cause).to_be_visible()


def test_a_row_that_is_not_late_asks_for_no_cause(sign_in: SignIn) -> None:
    page = sign_in("officer")
    rows = _list(page, LAPTOP, "/tasks/?all=1&status=in_progress&sort=-due")
    _act(rows.first, "Cập nhật").click()
    expect(rows.first.locator("[name=percent]")).to_be_visible()
    expect(rows.first.locator("[name=cause]")).to_have_count(0)
    rows.first.locator("[name=percent]").fill("150")
    rows.first.get_by_role("button", name="Lưu", exact=True).click()
    expect(rows.first.locator(".error-summary")).to_contain_text("từ 0 đến 100, ví dụ 75")
    expect(rows.first.locator("[name=cause]")).to_have_count(0)
    _act(rows.first, "Đóng").click()


def test_a_day_is_written_as_in_vietnam_and_chosen_from_the_calendar(sign_in: SignIn) -> None:
    page = sign_in("officer")
    row = _list(page, LAPTOP).first
    _act(row, "Cập nhật").click()
    row.locator(".rare summary").click()
    day = row.locator("[name=effective_on]")
    assert len(day.input_value().split("/")) == 3
    day.fill("5/9/2026")
    calendar = row.locator(".rare .day input[type=date]")
    row.locator(".rare .day-button").click()
    expect(calendar).to_have_value("2026-09-05")
    calendar.evaluate("e => { e.value = '2026-09-30'; e.dispatchEvent(new Event('change')) }")
    expect(day).to_have_value("30/09/2026")
    expect(day).to_be_focused()


def test_done_is_two_clicks_and_two_fields(sign_in: SignIn) -> None:
    page = sign_in("officer")
    row = _open_row(page)
    _act(row, "Hoàn thành").click()
    row.locator("[name=result]").fill("Đã ban hành.")
    row.locator("[name=evidence_number]").fill("24/BB-SKHCN")
    row.get_by_role("button", name="Lưu", exact=True).click()
    expect(row.locator(".message.success")).to_be_visible()
    expect(row.locator(".waits")).to_contain_text("hoàn thành")


def test_a_morning_by_keyboard_alone(sign_in: SignIn) -> None:
    """Ten rows: each is opened; some are reported on, some refused and left."""
    page = sign_in("officer")
    rows = _list(page, LAPTOP)
    numbers = [row.get_attribute("id") for row in rows.all()[:10]]
    assert len(numbers) == 10

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)
            # What came from the server takes the focus when it has settled.
            page.wait_for_function("document.activeElement !== document.body")

    def tab_to(place: Locator) -> None:
        for _ in range(30):
            press("Tab")
            if place.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"Tab never comes to {place}")

    page.locator(f"#{numbers[0]} .tick input").focus()
    for turn, number in enumerate(numbers):
        row = page.locator(f"#{number}")
        update = row.locator(".task-act a[data-opens]")
        tab_to(update)
        press("Enter")
        expect(row.locator("form.task-form :focus")).to_have_count(1)
        if turn % 3 == 0:  # Seen, nothing to say.
            press("Escape")
            expect(update).to_be_focused()
            continue
        row.locator("input[value=completed]").focus()
        press("Space")
        tab_to(row.locator("[name=result]"))
        page.keyboard.press("Control+A")
        press("Delete")
        tab_to(row.get_by_role("button", name="Lưu", exact=True))
        press("Enter")
        expect(row.locator(".error-summary")).to_be_focused()
        expect(row.locator(".error-summary")).to_be_in_viewport()
        if turn % 3 == 1:  # Refused and left.
            press("Escape")
            expect(update).to_be_focused()
            continue
        tab_to(row.locator("[name=result]"))
        page.keyboard.type("Xong.")
        tab_to(row.locator("[name=evidence_number]"))
        page.keyboard.type("27/QD-UBND")
        press("Enter")
        expect(row.locator(".message.success")).to_be_focused()


def test_a_list_with_an_open_row_shuts_nobody_out(sign_in: SignIn) -> None:
    page = sign_in("officer")
    for size in (PHONE, LAPTOP):
        rows = _list(page, size, "/tasks/?all=1&status=overdue")
        rows.first.locator(".tick").click()
        _act(rows.first, "Hoàn thành").click()
        rows.first.locator("[name=result]").fill("")
        rows.first.get_by_role("button", name="Lưu", exact=True).click()
        expect(rows.first.locator(".error-summary")).to_be_visible()
        assert serious_findings(page) == []
        _act(rows.first, "Đóng").click()


def test_the_same_morning_without_script(sign_in: SignIn) -> None:
    page = sign_in("officer", script=False)
    row = _open_row(page)
    what = row.locator(".task-what a").inner_text()
    _act(row, "Hoàn thành").click()
    form = page.locator("#report form")
    expect(form).to_be_in_viewport()
    expect(form.locator("input[value=completed]")).to_be_checked()
    expect(form.locator("[name=percent]")).to_be_hidden()
    form.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("ví dụ 12/BC-SKHCN")
    form.locator("[name=result]").fill("Đã ban hành.")
    form.locator("[name=evidence_number]").fill("28/QĐ-UBND")
    form.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".message.success")).to_be_visible()
    page.get_by_role("link", name="Nhiệm vụ được giao").click()
    page.locator("input[name=q]").fill(what.partition(" ")[2])
    page.keyboard.press("Enter")
    expect(page.locator("li.task").first).to_contain_text("Chờ duyệt")
    page.locator(".find summary").click()
    page.locator("select[name=due]").select_option("year")
    page.get_by_role("button", name="Xem").click()
    assert "due=year" in page.url
