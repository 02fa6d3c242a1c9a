"""What a reviewer and a member of the committee do."""

import pytest
from playwright.sync_api import expect

from tasks.models import Assignment, ExtensionRequest, Proposal
from tests.browser.jobs.conftest import Begin, Desk
from tests.factories import ExtensionFactory, ObstacleFactory
from tests.tasks.steps import LONG_AGO, report

pytestmark = pytest.mark.browser


def _waiting(desk: Desk, count: int) -> list[Assignment]:
    works = desk.work(count)
    for work in works:
        report(work, desk.people["officer"], "completed")
    return works


def _states(works: list[Assignment]) -> set[tuple[str, str]]:
    rows = Assignment.objects.filter(pk__in=[work.pk for work in works])
    return set(rows.values_list("state", "waiting"))


def test_21_accept_one(desk: Desk, job: Begin) -> None:
    works = _waiting(desk, 1)
    page = desk.enter("reviewer")
    page.goto("/review/")
    with job("21", "accept one", clicks=1, fields=0) as did:
        did.click(page.locator(".review").get_by_role("button", name="Duyệt", exact=True))
        expect(page.locator(".review")).to_have_count(0)
    assert _states(works) == {("completed", "")}


def test_22_return_one(desk: Desk, job: Begin) -> None:
    works = _waiting(desk, 1)
    page = desk.enter("reviewer")
    page.goto("/review/")
    place = page.locator(".review")
    with job("22", "return one", clicks=3, fields=1) as did:
        did.click(place.locator("summary"))
        did.fill(place.locator("[name=reason]"), "Thiếu minh chứng")
        did.click(place.get_by_role("button", name="Trả lại"))
        expect(page.locator(".review")).to_have_count(0)
    assert _states(works) == {("not_started", "returned")}


def test_23_accept_nine(desk: Desk, job: Begin) -> None:
    works = _waiting(desk, 9)
    page = desk.enter("reviewer")
    page.goto("/review/")
    with job("23", "accept nine", clicks=2, fields=0) as did:
        did.click(page.get_by_role("link", name="Đánh dấu cả trang"))
        did.click(page.locator("#many").get_by_role("button", name="Duyệt", exact=True))
        expect(page.locator(".review")).to_have_count(0)
    assert _states(works) == {("completed", "")}


def test_24_grant_an_extension(desk: Desk, job: Begin) -> None:
    [work] = desk.work()
    ExtensionFactory.create(assignment=work)
    page = desk.enter("reviewer")
    page.goto("/review/")
    with job("24", "grant an extension", clicks=2, fields=0) as did:
        did.click(page.locator("main a", has_text=work.task.title_vi))
        did.click(page.locator("#extension").get_by_role("button", name="Đồng ý", exact=True))
        expect(page.locator("#extension form")).to_have_count(0)
    asked = ExtensionRequest.objects.get()
    work.refresh_from_db()
    assert (work.due_on, work.original_due_on) == (asked.new_due_on, work.task.due_on)


def test_a_proposal_is_made_of_like_obstacles(desk: Desk, job: Begin) -> None:
    for work in desk.work(3):
        ObstacleFactory.create(assignment=work)
    page = desk.enter("reviewer")
    page.goto("/proposals/")
    with job("proposal", "a new proposal of three obstacles", clicks=6, fields=2) as did:
        did.click(page.locator("main a[href='/proposals/new/']"))
        did.click(page.get_by_role("button", name="Hiện và đánh dấu tất cả"))
        did.fill(page.locator("[name=text_vi]"), "Bổ sung biên chế")
        did.fill(page.locator("[name=addressee_text]"), "Bộ Nội vụ")
        did.click(page.get_by_role("button", name="Lưu", exact=True))
        expect(page.locator("h1")).to_have_text("Bổ sung biên chế")
    assert Proposal.objects.get().obstacles.count() == 3


def test_38_copy_the_reminder_of_an_agency(desk: Desk, job: Begin) -> None:
    [work] = desk.work(task__due_on=LONG_AGO, state="in_progress")
    page = desk.enter("viewer")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/late/")
    button = page.locator("[data-copy^='#reminder']")
    with job("38", "copy the reminder of an agency", clicks=1, fields=0) as did:
        did.click(button)
        expect(button).to_have_text("Đã sao chép")
    assert work.task.title_vi in page.evaluate("navigator.clipboard.readText()")
