"""What an officer does on a morning, a commune's on a telephone included."""

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import CDPSession, Locator, Page, expect

from core.calendar import clock
from core.models import User
from provinces.roles import Role
from tasks.imports.status_sheet.sheet import COLUMNS
from tasks.models import Assignment, Evidence, ExtensionRequest, Obstacle, StatusReport
from tasks.reporting import reviews
from tests.browser.conftest import SignIn
from tests.browser.jobs.conftest import Begin, Desk
from tests.factories import AgencyFactory, UserFactory, member
from tests.tasks.steps import accept, report

pytestmark = pytest.mark.browser

KEYS = [column.key for column in COLUMNS]
PAGE = 25
BACK = "Tải lên tệp Excel đã cập nhật"
SPELLINGS = (
    "chuyển đổi số",
    "CHUYỂN ĐỔI SỐ",
    "chuyen doi so",
    "chuyển  đổi   số",
    "chuyê\u0309n đô\u0309i sô\u0301",
    "chuyen đoi sô",
    "số đổi chuyển",
    "chuyển đổi",
    "hoà bình",
    "hòa bình",
    "hoa binh",
    "HOÀ BÌNH",
    "Sở KH&CN",
    "Sở Khoa học và Công nghệ",
    "skhcn",
    "kh&cn",
)


def _return(sent: StatusReport, by: User) -> None:
    reviews.review_report(sent, by=by, decision="returned", reason="Thiếu minh chứng")


def _row(page: Page, assignment: Assignment) -> Locator:
    return page.locator(f"#task-{assignment.pk}")


def _act(row: Locator, name: str) -> Locator:
    return row.locator(".task-act").get_by_role("link", name=name)


def _save(place: Locator) -> Locator:
    return place.get_by_role("button", name="Lưu", exact=True)


def _sheet(page: Page) -> tuple[bytes, str]:
    """The list as a file, by the button on top of it."""
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải tệp Excel").click()
    return taken.value.path().read_bytes(), taken.value.suggested_filename


def _edited(data: bytes, *rows: Mapping[str, Any], titles: int = 0) -> bytes:
    """The rows from the first on with these values; ``titles``: so many rows above the header."""
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    for at, values in enumerate(rows, start=2):
        for key, value in values.items():
            sheet.cell(at, KEYS.index(key) + 1).value = value
    if titles:
        sheet.protection.disable()
        sheet.insert_rows(1, titles)
        sheet.cell(1, 1).value = "DANH MỤC NHIỆM VỤ"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_2_done_with_a_number(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("officer")
    page.goto("/tasks/")
    row = _row(page, work)
    with job("2", "done with a document number", clicks=2, fields=2) as did:
        did.click(_act(row, "Hoàn thành"))
        did.fill(row.locator("[name=result]"), "Đã ban hành.")
        did.fill(row.locator("[name=evidence_number]"), "12/BC-SKHCN")
        did.click(_save(row))
        expect(row.locator(".message.success")).to_be_visible()
    assert StatusReport.objects.get().state == "completed"


def test_3_nothing_filled_in(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("officer")
    page.goto("/tasks/")
    row = _row(page, work)
    with job("3", "the same, nothing filled in", clicks=3, fields=0) as did:
        did.click(_act(row, "Hoàn thành"))
        did.click(_save(row))
        expect(row.locator(".error-summary")).to_be_focused()
        expect(row.locator(".error-summary")).to_be_in_viewport()


def test_4_no_change_of_a_whole_page(desk: Desk, job: Begin) -> None:
    officer, reviewer = desk.people["officer"], desk.people["reviewer"]
    opened, waiting, returned, completed = (
        desk.work(count, state="in_progress") for count in (12, 3, 4, 6)
    )
    for work in waiting:
        report(work, officer)
    for work in returned:
        _return(report(work, officer), reviewer)
    for work in completed:
        accept(report(work, officer, "completed"), reviewer)
    page = desk.enter("officer")
    page.goto("/tasks/?all=1")
    expect(page.locator("li.task")).to_have_count(PAGE)
    with job("4", "no change, whole page of 25", clicks=2, fields=0) as did:
        did.click(page.locator("[data-ticks]"))
        did.click(page.get_by_role("button", name="Không có thay đổi trong kỳ"))
        expect(page.locator(".messages")).to_be_visible()
    told = StatusReport.objects.filter(unchanged=True).values_list("assignment", flat=True)
    assert set(told) == {work.pk for work in opened + returned}
    expect(page.locator(".field-error")).to_have_count(0)


def test_5_no_change_of_three_rows(desk: Desk, job: Begin) -> None:
    works = desk.work(5, state="in_progress")
    page = desk.enter("officer")
    page.goto("/tasks/")
    with job("5", "no change, three rows", clicks=4, fields=0) as did:
        for work in works[:3]:
            did.click(_row(page, work).locator(".tick"))
        did.click(page.get_by_role("button", name="Không có thay đổi trong kỳ"))
        expect(page.locator(".messages")).to_be_visible()
    assert StatusReport.objects.filter(unchanged=True).count() == 3


def test_6_search(desk: Desk, job: Begin) -> None:
    wanted = desk.work(task__title_vi="Chuyển đổi số tại phường Hòa Bình")[0]
    other = AgencyFactory.create(area=desk.plan.area)
    member(desk.people["officer"], Role.OFFICER, other)
    desk.work(3, task__title_vi="Đầu tư phòng thí nghiệm", agency=other)
    page = desk.enter("officer")
    for words in SPELLINGS:
        page.goto("/tasks/?all=1")
        expect(page.locator("li.task")).to_have_count(4)
        with job("6", f"search for “{words}”", clicks=1, fields=1) as did:
            did.enter(page.locator("input[name=q]"), words)
            expect(page.locator("li.task")).to_have_count(1)
            expect(_row(page, wanted)).to_be_visible()


def test_7_a_coordinating_agency_adds_its_part(desk: Desk, job: Begin) -> None:
    [work] = desk.work(agency=AgencyFactory.create(area=desk.plan.area))
    work.coordinating.add(desk.agency)
    page = desk.enter("officer")
    page.goto("/tasks/")
    with job("7", "coordinating agency adds its part", clicks=4, fields=1) as did:
        if not _row(page, work).is_visible():
            did.click(page.get_by_role("link", name="Nhiệm vụ phối hợp"))
        did.click(_row(page, work).locator(".task-what > a"))
        did.fill(page.locator("#contributions [name=text]"), "Đã thẩm định hồ sơ.")
        did.click(_save(page.locator("#contributions")))
        expect(page.locator("#contributions .typed")).to_have_text("Đã thẩm định hồ sơ.")


def test_8_more_time_is_asked_for(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("officer")
    page.goto("/tasks/")
    place = page.locator("#extension")
    with job("8", "ask for an extension", clicks=3, fields=2) as did:
        did.click(_row(page, work).locator(".task-what > a"))
        did.click(place.locator("summary"))
        did.fill(place.locator("[name=new_due_on]"), "31/12/2100")
        did.fill(place.locator("[name=reason]"), "Chờ hướng dẫn của Bộ")
        did.click(place.get_by_role("button", name="Gửi"))
        expect(page.locator("#extension li")).to_contain_text("Chờ hướng dẫn của Bộ")
    assert ExtensionRequest.objects.get().assignment == work


def test_9_an_obstacle_is_opened(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("officer")
    page.goto(work.get_absolute_url())
    place = page.locator("#obstacles")
    with job("9", "open an obstacle", clicks=2, fields=2) as did:
        did.click(place.locator("summary"))
        did.choose(place.locator("[name=category]"), "Kinh phí")
        did.fill(place.locator("[name=text]"), "Chưa bố trí kinh phí")
        did.click(_save(place))
        expect(page.locator("#obstacles li")).to_contain_text("Chưa bố trí kinh phí")
    assert Obstacle.objects.get().category == "finance"


def test_10_one_document_to_two_tasks(desk: Desk, job: Begin) -> None:
    works = desk.work(3)
    page = desk.enter("officer")
    page.goto("/tasks/")
    with job("10", "one document to two tasks", clicks=4, fields=1) as did:
        for work in works[:2]:
            did.click(_row(page, work).locator(".tick"))
        did.click(page.get_by_role("button", name="Gắn văn bản minh chứng"))
        did.fill(page.locator("[name=number]"), "7/QĐ-UBND")
        did.click(_save(page.locator("main")))
        expect(page.locator(".messages")).to_be_visible()
    assert Evidence.objects.get(number="7/QĐ-UBND").assignments.count() == 2


def test_11_to_13_out_to_excel_and_back(desk: Desk, job: Begin) -> None:
    works = desk.work(10, state="in_progress")
    page = desk.enter("officer")
    page.goto("/tasks/?all=1")
    with job("11", "Excel out", clicks=1, fields=0) as did:
        data, name = _sheet(page)
        did.clicks += 1  # Of the helper.
    good = {"state": "Đang thực hiện", "percent": 60}
    faults: list[dict[str, object]] = [
        {"percent": 150},
        {"state": "Sắp xong"},
        {"percent": "nhiều"},
    ]
    with job("12", "Excel in with seven edits", clicks=3, fields=0) as did:
        did.click(page.get_by_role("link", name=BACK))
        did.send(page.locator("[name=file]"), name, _edited(data, *[good] * 4, *faults))
        did.click(page.locator("main form .btn-main"))
        expect(page.locator("tbody .tone-bad")).to_have_count(3)
        did.click(page.get_by_role("button", name="Nhận các dòng thay đổi"))
        expect(page.locator("main")).to_contain_text("4 dòng")
    assert StatusReport.objects.count() == 4
    page.goto("/tasks/?all=1")
    data, name = _sheet(page)
    with job("13", "Excel in with a title row above", clicks=3, fields=0) as did:
        did.click(page.get_by_role("link", name=BACK))
        again = _edited(data, {"percent": 70}, titles=2)
        did.send(page.locator("[name=file]"), name, again)
        did.click(page.locator("main form .btn-main"))
        did.click(page.get_by_role("button", name="Nhận các dòng thay đổi"))
        expect(page.locator("main")).to_contain_text("1 dòng")
    assert StatusReport.objects.count() == 5
    assert len(works) == 10


def test_14_a_returned_task_is_sent_again_by_excel(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    _return(report(work, desk.people["officer"], "completed"), desk.people["reviewer"])
    page = desk.enter("officer")
    page.goto("/tasks/?all=1")
    data, name = _sheet(page)
    said = {"state": "Hoàn thành", "result": "Đã bổ sung", "evidence_number": "9/BC-SKHCN"}
    with job("14", "returned task sent again by Excel", clicks=3, fields=0) as did:
        did.click(page.get_by_role("link", name=BACK))
        did.send(page.locator("[name=file]"), name, _edited(data, said))
        did.click(page.locator("main form .btn-main"))
        did.click(page.get_by_role("button", name="Nhận các dòng thay đổi"))
        expect(page.locator("main")).to_contain_text("1 dòng")
    assert StatusReport.objects.latest("id").result == "Đã bổ sung"


def test_15_two_tabs(desk: Desk, job: Begin) -> None:
    [work] = desk.work(state="in_progress")
    page = desk.enter("officer")
    page.goto("/tasks/")
    _act(_row(page, work), "Cập nhật").click()
    other = page.context.new_page()
    other.goto("/tasks/")
    _act(_row(other, work), "Cập nhật").click()
    for tab, words in ((page, "Từ thẻ thứ nhất"), (other, "Từ thẻ thứ hai")):
        form = _row(tab, work).locator("form.task-form")
        form.locator("[name=result]").fill(words)
        _save(form).click()
    expect(_row(page, work).locator(".message.success")).to_be_visible()
    with job("15", "two tabs: the second is told and keeps its text", clicks=1, fields=0) as did:
        row = _row(other, work)
        expect(row.locator(".error-summary")).to_contain_text("vẫn được giữ")
        expect(row.locator("[name=result]")).to_have_value("Từ thẻ thứ hai")
        did.click(_save(row))
        expect(row.locator(".message.success")).to_be_visible()
    assert [one.result for one in StatusReport.objects.order_by("id")] == [
        "Từ thẻ thứ nhất",
        "Từ thẻ thứ hai",
    ]


@pytest.mark.parametrize("in_row", [False, True])
def test_16_and_17_a_session_that_ends(desk: Desk, job: Begin, in_row: bool) -> None:
    [work] = desk.work(state="in_progress")
    page = desk.enter("officer")
    page.goto("/tasks/" if in_row else work.get_absolute_url())
    if in_row:
        _act(_row(page, work), "Cập nhật").click()
    page.locator("[name=result]").fill("Viết trước khi hết phiên")
    page.context.clear_cookies(name="sessionid")
    place = "in a row" if in_row else "on the assignment's page"
    with job("17" if in_row else "16", f"session ended {place}", clicks=4, fields=2) as did:
        did.click(_save(page.locator("form[data-draft]")))
        if in_row:
            did.click(page.locator(".row-note a"))
        did.fill(page.locator("input[name=username]"), "officer")
        did.enter(page.locator("input[name=password]"), "nghe-an-57-kh-305")
        expect(page.locator("[name=result]")).to_have_value("Viết trước khi hết phiên")
        did.click(_save(page.locator("form[data-draft]")))
        expect(page.locator(".message.success")).to_be_visible()
    assert StatusReport.objects.get().result == "Viết trước khi hết phiên"


def test_16_a_session_that_ends_before_something_is_asked_for(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("officer")
    page.goto(work.get_absolute_url())
    place = page.locator("#extension")
    place.locator("summary").click()
    place.locator("[name=new_due_on]").fill("31/12/2100")
    place.locator("[name=reason]").fill("Chờ hướng dẫn của Bộ")
    page.context.clear_cookies(name="sessionid")
    with job("16", "session ended, more time asked for", clicks=3, fields=2) as did:
        did.click(place.get_by_role("button", name="Gửi"))
        did.fill(page.locator("input[name=username]"), "officer")
        did.enter(page.locator("input[name=password]"), "nghe-an-57-kh-305")
        expect(page.locator("main")).to_contain_text("Chờ hướng dẫn của Bộ")
        did.click(page.get_by_role("button", name="Gửi lại"))
        expect(page.locator("#extension li")).to_contain_text("Chờ hướng dẫn của Bộ")
    assert ExtensionRequest.objects.get().assignment == work


def _slow(page: Page, latency: int = 40) -> CDPSession:
    """At 50 kB a second; ``latency`` in milliseconds."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")  # Else the cache stays on, whatever is asked.
    speed = {"latency": latency, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    network.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    return network


def test_18_at_50_kb_a_second_the_list(sign_in: SignIn, job: Begin) -> None:
    """On the product itself: the test server lets a browser keep nothing."""
    page = sign_in("officer")
    network = _slow(page)
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    with job("18", "50 kB/s: cold", clicks=0, fields=0):
        page.goto("/tasks/")
    network.send("Network.setCacheDisabled", {"cacheDisabled": False})
    page.goto("/tasks/")
    with job("18", "50 kB/s: warm", clicks=0, fields=0):
        page.goto("/tasks/")


def test_18_at_50_kb_a_second_a_row(desk: Desk, job: Begin) -> None:
    works = desk.work(PAGE)
    page = desk.enter("officer")
    page.goto("/tasks/")
    _slow(page)
    row = _row(page, works[0])
    with job("18", "50 kB/s: row", clicks=1, fields=0) as did:
        did.click(_act(row, "Hoàn thành"))
        expect(row.locator("[name=result]")).to_be_focused()
    row.locator("[name=result]").fill("Xong")
    row.locator("[name=evidence_number]").fill("1/BC")
    with job("18", "50 kB/s: save", clicks=1, fields=0) as did:
        did.click(_save(row))
        expect(row.locator(".message.success")).to_be_visible()


def test_a_morning_by_touch_on_a_slow_line(desk: Desk) -> None:
    """Three of a page: one done, one refused and mended, one opened and left."""
    works = desk.work(PAGE)
    page = desk.enter("officer", finger=True)
    _slow(page)
    page.goto("/tasks/")
    for turn, work in enumerate(works[:3]):
        row = _row(page, work)
        _act(row, "Hoàn thành").tap()
        expect(row.locator("[name=result]")).to_be_focused()
        expect(row.locator("[name=result]")).to_be_in_viewport()
        if turn == 1:
            _save(row).tap()
            expect(row.locator(".error-summary")).to_be_focused()
            expect(row.locator(".error-summary")).to_be_in_viewport()
        if turn == 2:
            _act(row, "Đóng").tap()
            expect(row.locator("form")).to_have_count(0)
            continue
        row.locator("[name=result]").fill("Đã ban hành.")
        row.locator("[name=evidence_number]").fill("12/BC-SKHCN")
        _save(row).tap()
        expect(row.locator(".message.success")).to_be_focused()
        expect(row.locator(".message.success")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert StatusReport.objects.filter(state="completed").count() == 2


def test_a_slow_save_shows_that_it_is_under_way(desk: Desk) -> None:
    [work] = desk.work(state="in_progress")
    page = desk.enter("officer")
    page.goto("/tasks/")
    row = _row(page, work)
    _act(row, "Cập nhật").click()
    row.locator("[name=result]").fill("Đang làm")
    expect(row.locator(".saving")).to_be_hidden()
    _slow(page, latency=2_000)
    _save(row).click()
    expect(row.locator(".saving")).to_be_visible()
    expect(row.locator(".message.success")).to_be_visible()


def test_19_the_network_is_off_while_a_row_is_saved(desk: Desk, job: Begin) -> None:
    [work] = desk.work(state="in_progress")
    page = desk.enter("officer")
    page.goto("/tasks/")
    row = _row(page, work)
    _act(row, "Cập nhật").click()
    row.locator("[name=result]").fill("Không có mạng")
    page.context.set_offline(True)
    with job("19", "network off while a row is saved", clicks=2, fields=0) as did:
        did.click(_save(row))
        expect(row.locator(".row-note")).to_contain_text("Không có kết nối")
        page.context.set_offline(False)
        did.click(row.get_by_role("button", name="Thử lại"))
        expect(row.locator(".message.success")).to_be_visible()
    assert StatusReport.objects.get().result == "Không có mạng"


def test_20_without_script(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("officer", script=False)
    page.goto("/tasks/")
    form = page.locator("#report form")
    with job("20", "no JavaScript: report through the page", clicks=3, fields=2) as did:
        did.click(_act(_row(page, work), "Hoàn thành"))
        did.click(_save(form))
        expect(page.locator(".error-summary")).to_contain_text("ví dụ 12/BC-SKHCN")
        did.fill(form.locator("[name=result]"), "Đã ban hành.")
        did.fill(form.locator("[name=evidence_number]"), "12/BC-SKHCN")
        did.click(_save(form))
        expect(page.locator(".message.success")).to_be_visible()
    assert StatusReport.objects.get().state == "completed"


def test_39_nobody_cancels_their_own_work(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("officer")
    page.goto(work.get_absolute_url())
    expect(page.locator("#report input[value=completed]")).to_have_count(1)
    expect(page.locator("#report input[value=cancelled]")).to_have_count(0)
    place = page.locator("#cancelling")
    with job("39", "ask to cancel one's own assignment", clicks=2, fields=1) as did:
        did.click(place.locator("summary"))
        did.fill(place.locator("[name=reason]"), "Trùng với nhiệm vụ khác")
        did.click(place.get_by_role("button", name="Gửi"))
        expect(place.locator("li")).to_contain_text("Trùng với nhiệm vụ khác")
    assert Assignment.objects.get().state == "not_started"


def test_a_head_approves(desk: Desk, job: Begin) -> None:
    desk.plan.requires_agency_approval = True
    desk.plan.save()
    desk.people["head"] = member(UserFactory.create(username="head"), Role.AGENCY_HEAD, desk.agency)
    [work] = desk.work()
    report(work, desk.people["officer"], "completed")
    page = desk.enter("head")
    with job("approval", "approval by the head of an agency", clicks=2, fields=0) as did:
        did.click(page.locator(".site-menu").get_by_role("link", name="Chờ duyệt"))
        did.click(page.locator(".review").get_by_role("button", name="Duyệt", exact=True))
        expect(page.locator(".review")).to_have_count(0)
    work.refresh_from_db()
    assert work.waiting == "review"


def test_a_role_is_lent(desk: Desk, job: Begin) -> None:
    colleague: User = member(UserFactory.create(username="dongnghiep"), Role.OFFICER, desk.agency)
    page = desk.enter("officer")
    page.goto("/delegations/")
    with job("delegation", "lend a role to a colleague", clicks=2, fields=4) as did:
        did.fill(page.locator("[name=delegate]"), colleague.username)
        for name, days in (("from_day", 0), ("to_day", 30)):
            day = clock.today() + timedelta(days=days)
            did.fill(page.locator(f"[name={name}]"), f"{day:%d/%m/%Y}")
        did.click(page.get_by_role("button", name="Ủy quyền"))
        expect(page.locator("main table")).to_contain_text(str(colleague))
