"""What whoever answers for the weekly report does, from an empty week to the signed paper."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.calendar import clock
from reports.models import FrozenReport, ReportDraft, TypedText
from tasks.reporting.filetypes import DOCX, detect
from tests.browser.jobs.conftest import Begin, Desk

pytestmark = pytest.mark.browser


def test_51_from_an_empty_week_to_the_signed_paper(desk: Desk, job: Begin, tmp_path: Path) -> None:
    desk.work(3)
    today = clock.today()
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7\n")
    page = desk.enter("coordinator")
    page.goto("/reports/")
    with job("51", "an empty week, a signed report", clicks=9, fields=6) as did:
        did.click(page.locator("dl a"))
        did.fill(page.locator("[name=closing_day]"), str(today.isoweekday()))
        did.fill(page.locator("[name=closing_time]"), "00:00")
        did.choose(page.locator("[name=moves]"), "Giữ nguyên ngày")
        did.click(page.get_by_role("button", name="Lưu", exact=True))
        did.click(page.locator("main").get_by_role("link", name="Báo cáo", exact=True))
        did.click(page.get_by_role("link", name="Ai chưa báo cáo").first)
        did.click(page.get_by_role("link", name="Soạn báo cáo"))
        did.fill(page.locator("[name=before]"), "Tuần này hoàn thành {hoan_thanh}/{so_nhiem_vu}.")
        did.click(page.get_by_role("button", name="Lưu", exact=True))
        did.click(page.get_by_role("button", name="Chốt báo cáo"))
        with page.expect_download() as download:
            did.click(page.get_by_role("link", name="Word", exact=True))
        did.fill(page.locator("[name=number]"), "12-BC/VPTU")
        did.fill(page.locator("[name=signed_on]"), f"{today:%d/%m/%Y}")
        page.locator("[name=scan]").set_input_files(scan)
        did.click(page.get_by_role("button", name="Gắn vào báo cáo"))
        expect(page.locator("main")).to_contain_text("Đã ký, số 12-BC/VPTU")
    kind = detect(Path(download.value.path()).read_bytes())
    assert kind == DOCX
    report = FrozenReport.objects.get()
    assert len(report.figures["figures"]["agencies.total"]) == 3
    expect(page.locator("main")).to_contain_text("Tuần này hoàn thành 0/3.")
    expect(page.get_by_role("link", name="Bản quét đã ký")).to_be_visible()


def test_what_is_typed_is_kept_without_saving(desk: Desk) -> None:
    """Typed, the tab closed; it is in the form when its writer is back."""
    today = clock.today()
    period = desk.plan.reporting_periods.create(
        kind="week",
        first_day=today - timedelta(days=6),
        last_day=today,
        as_of=today,
        closes_at=clock.now() - timedelta(minutes=1),
    )
    page = desk.enter("coordinator")
    page.goto(f"/reports/periods/{period.pk}/{desk.plan.area.code}/draft/")
    with page.expect_response(re.compile("/draft/typed/")) as answer:
        page.locator("[name=before]").fill("Đang viết dở")
    assert answer.value.status == 204
    assert TypedText.objects.get().content["before"] == "Đang viết dở"
    page.goto("/reports/")
    page.goto(f"/reports/periods/{period.pk}/{desk.plan.area.code}/draft/")
    expect(page.locator("[name=before]")).to_have_value("Đang viết dở")
    assert ReportDraft.objects.get().before == ""
