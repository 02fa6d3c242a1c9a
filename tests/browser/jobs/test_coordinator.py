"""What a coordinator does: documents, tasks and who has them, people and agencies."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.models import ApiClient, User
from core.tables.writer import write_sheet
from indicators.models import Reading
from provinces.models import Area, Membership, Plan
from provinces.roles import Role
from tasks.models import Assignment, Task
from tests.browser.jobs.conftest import FAR, Begin, Desk
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    GroupFactory,
    IndicatorFactory,
    TaskFactory,
    UserFactory,
    member,
)
from tests.tasks.task_lists import GROUP, TITLE, as_csv, as_xlsx, long_list

pytestmark = pytest.mark.browser


def _committees(desk: Desk, count: int) -> list[Area]:
    communes = CommuneFactory.create_batch(count, parent=desk.plan.area)
    for commune in communes:
        AgencyFactory.create(area=commune, name_vi=f"Ủy ban nhân dân {commune.name_vi}")
    return communes


def _task(desk: Desk) -> Task:
    return TaskFactory.create(plan=desk.plan, due_on=FAR)


def _saves(page: Page) -> Any:
    return page.get_by_role("button", name="Lưu", exact=True)


def test_25_new_plan(desk: Desk, job: Begin) -> None:
    page = desk.enter("coordinator")
    page.goto("/planning/")
    with job("25", "new plan", clicks=2, fields=6) as did:
        did.click(page.get_by_role("link", name="Thêm văn bản"))
        did.fill(page.locator("[name=number]"), "77-KH/TU")
        did.fill(page.locator("[name=issued_on]"), "1/2/2026")
        did.fill(page.locator("[name=name_vi]"), "Kế hoạch chuyển đổi số năm 2026")
        did.fill(page.locator("[name=issuer_vi]"), "Tỉnh ủy Nghệ An")
        did.click(_saves(page))
        expect(page.locator("h1")).to_contain_text("77-KH/TU")
    assert Plan.objects.filter(number="77-KH/TU").exists()


@pytest.mark.parametrize("assign", [False, True])
def test_27_and_28_a_tidy_list(desk: Desk, job: Begin, assign: bool) -> None:
    for number in ("I", "II", "III", "IV", "V", "VI", "VII"):
        GroupFactory.create(plan=desk.plan, number=len(number), name_vi=number)
    table = long_list(14)
    for row in table[1:]:
        row[GROUP] = "1"
    for row in table[11:]:
        row[TITLE] = ""
    page = desk.enter("coordinator")
    page.goto(f"/planning/documents/{desk.plan.pk}/import/")
    number, what = ("28", "with assigning") if assign else ("27", "without")
    with job(number, f"tidy list of 14 rows, {what}", clicks=4, fields=0) as did:
        did.send(page.locator("[name=file]"), "ds.xlsx", as_xlsx(table))
        did.click(page.get_by_role("button", name="Tiếp tục"))
        did.click(page.locator("main form .btn-main"))
        tick = page.locator("[name=assign]")
        if tick.is_checked() != assign:
            did.click(tick)
        did.click(page.get_by_role("button", name="Nhập các dòng hợp lệ"))
        expect(page.locator("tbody .tone-bad")).to_have_count(4)
    assert Task.objects.count() == 10
    # Two of three rows name it: by its old name and the new one, and as the first of two leads.
    assert Assignment.objects.filter(agency=desk.agency).count() == (6 if assign else 0)


def test_29_a_list_of_140_tasks(desk: Desk, job: Begin) -> None:
    page = desk.enter("coordinator")
    page.goto(f"/planning/documents/{desk.plan.pk}/import/")
    with job("29", "list of 140 tasks as CSV, preview", clicks=2, fields=0) as did:
        did.send(page.locator("[name=file]"), "ds.csv", as_csv(long_list()))
        did.click(page.get_by_role("button", name="Tiếp tục"))
        did.click(page.locator("main form .btn-main"))
        expect(page.locator(".chips a").first).to_contain_text("140")
    assert not Task.objects.exists()


def test_30_fan_out_to_130_communes(desk: Desk, job: Begin) -> None:
    _committees(desk, 130)
    task = _task(desk)
    page = desk.enter("coordinator")
    page.goto(f"/planning/tasks/{task.pk}/")
    with job("30", "fan out to 130 communes", clicks=2, fields=1) as did:
        did.click(page.get_by_role("link", name="Giao đồng loạt"))
        expect(page.locator(".told")).to_contain_text("130")
        did.click(page.locator(".told .btn-main"))
        expect(page.locator(".messages")).to_contain_text("130")
    assert task.assignments.count() == 130


def test_31_cancel_one(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("coordinator")
    page.goto(f"/planning/tasks/{work.task_id}/")
    with job("31", "cancel one", clicks=4, fields=2) as did:
        did.click(page.locator("li.task .tick"))
        did.click(page.get_by_role("button", name="Hủy các mục đã đánh dấu"))
        did.fill(page.locator("[name=reason]"), "Đã có nhiệm vụ khác thay thế")
        did.fill(page.locator("[name=evidence_number]"), "8/QĐ-UBND")
        did.click(page.locator("main form .btn-main"))
        expect(page.locator(".messages")).to_be_visible()
    assert work.reports.get().state == "cancelled"


def test_32_move_one_assignment(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    there = AgencyFactory.create(area=desk.plan.area, name_vi="Sở Tài chính")
    page = desk.enter("coordinator")
    page.goto(f"/planning/tasks/{work.task_id}/")
    with job("32", "move one assignment", clicks=4, fields=1) as did:
        did.click(page.locator(".task-act").get_by_role("link", name="Sửa"))
        did.click(page.locator("main a[href$='/move/']"))
        did.click(page.get_by_label("Sở Tài chính"))
        did.click(_saves(page))
        expect(page.locator(".messages")).to_be_visible()
    work.refresh_from_db()
    assert work.agency == there


def test_33_merge_two_departments(desk: Desk, job: Begin) -> None:
    old = AgencyFactory.create(area=desk.plan.area, name_vi="Sở Thông tin")
    [work] = desk.work(agency=old)
    page = desk.enter("coordinator")
    page.goto(f"/agencies/{old.code}/")
    with job("33", "merge two departments", clicks=3, fields=2) as did:
        did.click(page.get_by_role("link", name="Sáp nhập vào cơ quan khác"))
        did.click(page.get_by_label("Sở Khoa học và Công nghệ"))
        did.fill(page.locator("[name=merged_on]"), "1/11/2025")
        did.click(page.get_by_role("button", name="Xem trước thay đổi"))
        did.click(page.get_by_role("button", name="Sáp nhập ngay"))
        expect(page.locator(".message.success")).to_be_visible()
    old.refresh_from_db()
    assert (old.successor, work.agency) == (desk.agency, old)


def test_34_merge_two_communes(desk: Desk, job: Begin) -> None:
    gone, there = _committees(desk, 2)
    page = desk.enter("coordinator")
    page.goto("/agencies/")
    with job("34", "merge two communes", clicks=5, fields=1) as did:
        did.click(page.locator(f"a[href='/communes/merge/?communes={gone.code}']"))
        expect(page.locator(f"[name=communes][value='{gone.code}']")).to_be_checked()
        did.click(page.locator(f"[name=into][value='{there.code}']"))
        did.fill(page.locator("[name=merged_on]"), "1/11/2025")
        did.click(page.get_by_role("button", name="Xem trước thay đổi"))
        did.click(page.get_by_role("button", name="Sáp nhập ngay"))
        expect(page.locator(".message.success")).to_be_visible()
    gone.refresh_from_db()
    assert gone.successor == there


def test_35_and_1_from_an_account_to_the_first_list(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    page = desk.enter("coordinator")
    page.goto("/members/")
    with job("35", "one account and its slip", clicks=2, fields=4) as did:
        did.click(page.get_by_role("link", name="Thêm tài khoản"))
        did.fill(page.locator("[name=full_name]"), "Lê Thị Mai")
        did.fill(page.locator("[name=office]"), "Công chức")
        did.choose(page.locator("[name=role]"), "Cán bộ cập nhật")
        did.fill(page.locator("[name=place]"), "Sở KH&CN")
        did.click(page.locator("main form .btn-main"))
        expect(page.locator(".slip")).to_have_count(1)
        expect(page.locator("main .message")).to_be_focused()
    name, code = page.locator(".slip .slip-word").all_inner_texts()
    phone = desk.visit(desk.address)
    phone.set_viewport_size({"width": 360, "height": 640})
    phone.goto("/login/")
    with job("1", "slip with code, own password, list", clicks=3, fields=6) as did:
        did.click(phone.get_by_role("link", name="Dùng mã do đầu mối tổng hợp cấp"))
        did.fill(phone.locator("[name=username]"), name)
        did.fill(phone.locator("[name=code]"), code.lower())
        for field in ("new_password1", "new_password2"):
            did.fill(phone.locator(f"[name={field}]"), "nghe-an-57-mai")
        did.click(phone.get_by_role("button", name="Đặt mật khẩu"))
        did.fill(phone.locator("[name=username]"), name)
        did.enter(phone.locator("[name=password]"), "nghe-an-57-mai")
        expect(phone.locator(f"#task-{work.pk}")).to_be_visible()


def test_36_five_accounts_from_excel(desk: Desk, job: Begin) -> None:
    heads = ["Họ tên", "Chức vụ", "Đơn vị", "Vai trò", "Điện thoại", "Tên đăng nhập"]
    units = ["Sở KH&CN"] * 3 + ["Sở Không Có", "Sở Không Có"]
    rows = [[f"Lê Văn {n}", "", unit, "Cán bộ cập nhật", "", ""] for n, unit in enumerate(units)]
    page = desk.enter("coordinator")
    page.goto("/members/import/")
    with job("36", "five accounts from Excel", clicks=3, fields=0) as did:
        did.send(page.locator("[name=file]"), "ds.xlsx", write_sheet("x", heads, rows, [20] * 6))
        did.click(page.locator("main form .btn-main"))
        expect(page.locator("tbody .tone-bad")).to_have_count(2)
        did.click(page.get_by_role("button", name=re.compile("^Tạo 3 tài khoản")))
        expect(page.locator(".slip")).to_have_count(3)
    assert Membership.objects.filter(agency=desk.agency).count() == 4


def test_37_a_leavers_work_is_handed_over_and_taken_back(desk: Desk, job: Begin) -> None:
    leaver = desk.people["officer"]
    after = member(UserFactory.create(full_name="Trần Thị Lan"), Role.OFFICER, desk.agency)
    [work] = desk.work(responsible=leaver)
    page = desk.enter("coordinator")
    page.goto(f"/members/{leaver.pk}/")
    with job("37", "hand over a leaver's work", clicks=3, fields=0) as did:
        did.click(page.locator("a[href$='/handover/']"))
        did.click(page.get_by_label("Trần Thị Lan"))
        did.click(page.locator("main form .btn-main"))
        expect(page.locator(".message.success")).to_be_visible()
    work.refresh_from_db()
    assert work.responsible == after
    page.goto("/handovers/")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator(".message.success")).to_be_visible()
    work.refresh_from_db()
    assert work.responsible == leaver


# Begun on that day and not ended --------------------------------------------------------------


def test_a_system_gets_its_key(desk: Desk, job: Begin) -> None:
    page = desk.enter("coordinator")
    page.goto("/clients/")
    with job("client", "an API client and its key", clicks=2, fields=4) as did:
        did.click(page.get_by_role("link", name="Thêm hệ thống"))
        did.fill(page.locator("[name=name]"), "IOC Nghệ An")
        did.fill(page.locator("[name=owner]"), "coordinator")
        did.fill(page.locator("[name=expires_on]"), "31/12/2099")
        did.fill(page.locator("[name=areas]"), "40")
        did.click(page.locator("main form .btn-main"))
        expect(page.locator("main .message")).to_be_focused()
        expect(page.locator("#key")).to_contain_text("r57_")
    assert ApiClient.objects.count() == 1


def test_a_reading_by_hand(desk: Desk, job: Begin) -> None:
    indicator = IndicatorFactory.create(owner=desk.agency, frequency="year")
    page = desk.enter("coordinator")
    page.goto(f"/indicators/{indicator.code}/")
    with job("reading", "a reading by hand", clicks=2, fields=3) as did:
        did.click(page.locator(f"a[href^='/indicators/{indicator.code}/new/']").first)
        did.fill(page.locator("[name=period]"), "2025")
        did.fill(page.locator("[name=value]"), "14,02")
        did.click(page.locator("main form[method=post] .btn-main"))
        expect(page.locator(".message.success")).to_be_visible()
    assert Reading.objects.get().value_text == "14.02"


def test_one_task_to_one_agency(desk: Desk, job: Begin) -> None:
    task = _task(desk)
    page = desk.enter("coordinator")
    page.goto(f"/planning/tasks/{task.pk}/")
    with job("assign", "one task to one agency", clicks=3, fields=0) as did:
        did.click(page.locator(f"a[href='/planning/tasks/{task.pk}/assign/']"))
        did.click(page.get_by_label("Sở Khoa học và Công nghệ"))
        did.click(_saves(page))
        expect(page.locator(".messages")).to_be_visible()
    assert task.assignments.get().agency == desk.agency


def test_a_change_in_the_administration(desk: Desk, job: Begin) -> None:
    desk.people["chief"] = User.objects.create_superuser("chief", password="nghe-an-57-kh-305")
    page = desk.enter("chief")
    page.goto(f"/admin/provinces/agency/{desk.agency.pk}/change/")
    with job("admin", "a change in the administration", clicks=1, fields=1) as did:
        did.fill(page.locator("[name=head_name]"), "Bà Hai")
        did.click(page.locator("[name=_save]"))
        expect(page.locator(".messagelist .success")).to_be_visible()
    desk.agency.refresh_from_db()
    assert desk.agency.head_name == "Bà Hai"
