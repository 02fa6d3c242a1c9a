"""The list and its file as of a past day: what that day shows, nothing that came after it."""

import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from core.calendar import clock
from tasks.models import Review, StatusReport
from tasks.reporting import reviews
from tests.factories import StatusReportFactory
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, due, report

DAY = clock.today() - timedelta(days=30)


@pytest.fixture
def late(cast: Cast) -> StatusReport:
    """60 % on the day, accepted since; today completed, which was returned."""
    work = due(cast, DAY - timedelta(days=20))
    then = timezone.make_aware(datetime.combine(DAY - timedelta(days=5), datetime.min.time()))
    first = StatusReportFactory.create(
        assignment=work,
        state="in_progress",
        percent=60,
        effective_on=DAY - timedelta(days=5),
        recorded_at=then,
    )
    Review.objects.create(report=first, decision="accepted", by=cast.reviewer, at=then)
    accept(report(work, cast.officer, "in_progress", percent=80, **_WHY), cast.reviewer)
    last = report(work, cast.officer, "completed", percent=100)
    reviews.review_report(last, by=cast.reviewer, decision="returned", reason="Thiếu biên bản")
    return first


_WHY = {"cause_kind": "objective", "cause": "Chờ", "remedy": "Làm", "expected_on": clock.today()}


def test_a_line_shows_the_share_and_state_of_the_day(late: StatusReport, officer: Client) -> None:
    page = officer.get("/tasks/", {"as_of": DAY.isoformat(), "status": "overdue"})
    [row] = page.context["listing"].rows
    assert (row.percent, row.undecided, row.returned) == (60, None, None)
    assert row.reported_at == late.recorded_at
    html = page.content.decode()
    assert "60%" in html
    for of_today in ("80%", "Trả lại", "Thiếu biên bản", "Cập nhật</span>"):
        assert of_today not in html, of_today
    assert "60%" in officer.get("/late/", {"as_of": DAY.isoformat()}).content.decode()


def test_the_api_shows_it_too(late: StatusReport, officer: Client) -> None:
    url = f"/api/v1/assignments/{late.assignment_id}/"
    then, now = officer.get(url, {"as_of": DAY.isoformat()}).json(), officer.get(url).json()
    assert (then["percent"], then["waiting"]) == (60, "")
    assert (now["percent"], now["waiting"]) == (80, "returned")
    assert then["last_report_at"] < now["last_report_at"]


def _file(client: Client, **query: str) -> dict[str, object]:
    answer = client.get("/tasks/export.xlsx", {"status": "overdue", **query})
    assert answer.status_code == 200
    heads, values = load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows()
    return dict(zip((str(h.value) for h in heads), (v.value for v in values), strict=True))


def test_a_file_states_the_state_that_counts(late: StatusReport, officer: Client) -> None:
    row = _file(officer)
    assert (row["Trạng thái"], row["Tỷ lệ thực hiện (%)"]) == ("Đang thực hiện", 80)
    assert "quá hạn" in str(row["Tình trạng theo thời hạn"])
    assert row["Lý do trả lại"] == "Thiếu biên bản"


def test_a_past_day_is_a_file_to_read(late: StatusReport, officer: Client) -> None:
    row = _file(officer, as_of=DAY.isoformat())
    assert (row["Trạng thái"], row["Tỷ lệ thực hiện (%)"]) == ("Đang thực hiện", 60)
    assert "Thiếu biên bản" not in map(str, row.values())
    assert not {"Mã dòng (giữ nguyên)", "Phiên bản (giữ nguyên)"} & row.keys()


def test_the_file_of_a_past_day_is_refused_when_it_is_sent_back(
    late: StatusReport, officer: Client
) -> None:
    data = officer.get("/tasks/export.xlsx", {"as_of": DAY.isoformat()}).content
    sent = io.BytesIO(data)
    sent.name = "cu.xlsx"
    assert officer.post("/tasks/imports/", {"file": sent}).status_code == 422
