"""One word about many assignments at once, from the list."""

import re
from typing import Any

import pytest
from django.test import Client

from core.calendar import clock
from core.models import AuditEvent
from tasks.models import Assignment, Evidence, StatusReport
from tests.factories import AgencyFactory, AssignmentFactory
from tests.tasks.conftest import Cast
from tests.tasks.steps import LONG_AGO, accept, fresh, report

TODAY = clock.today().isoformat()
URL = "/tasks/many/"
DONE = {
    "save": "1",
    "state": "completed",
    "effective_on": TODAY,
    "result": "Đã xong",
    "evidence_number": "12/BC-SKHCN",
}
WHY = {"cause": "Chờ hướng dẫn", "remedy": "Đẩy nhanh", "expected_on": TODAY}


@pytest.fixture
def three(cast: Cast) -> list[Assignment]:
    more = [
        AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency, task__due_on=None)
        for _ in range(2)
    ]
    return [cast.assignment, *more]


def _late(cast: Cast) -> Assignment:
    return AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency, task__due_on=LONG_AGO)


def _ticks(rows: list[Assignment]) -> dict[str, Any]:
    return {"chosen": [f"{row.pk}:{row.version}" for row in rows]}


def test_one_result_and_one_document_complete_the_ticked_ones(
    three: list[Assignment], officer: Client
) -> None:
    answer = officer.post(URL, {**DONE, **_ticks(three)})
    assert answer["Location"] == "/tasks/"
    assert [row.state for row in StatusReport.objects.all()] == ["completed"] * 3
    assert list(Evidence.objects.get().assignments.order_by("pk")) == three
    assert AuditEvent.objects.filter(action="assignment.report").count() == 3


def test_no_change_is_one_click_for_many(three: list[Assignment], officer: Client) -> None:
    officer.post(URL, {"now": "unchanged", "back": "plan=305-KH%2FTU", **_ticks(three)})
    assert StatusReport.objects.filter(unchanged=True).count() == 3


def test_no_change_passes_over_what_has_ended_and_what_waits(
    cast: Cast, three: list[Assignment], officer: Client
) -> None:
    ended, waiting, open_one = three
    accept(report(ended, cast.officer, "completed"), cast.reviewer)
    kept = report(waiting, cast.officer, percent=70)
    for row in three:
        row.refresh_from_db()
    answer = officer.post(URL, {"now": "unchanged", **_ticks(three)}, follow=True)
    said = " ".join(str(message) for message in answer.context["messages"])
    assert "Đã cập nhật 1 nhiệm vụ" in said
    assert "1 nhiệm vụ đã kết thúc được bỏ qua" in said
    assert "1 báo cáo đang chờ trả lời được giữ nguyên" in said
    assert list(StatusReport.objects.filter(unchanged=True)) == [open_one.reports.get()]
    assert waiting.reports.get() == kept


def test_the_good_rows_are_taken_and_the_refused_are_named_with_the_reason(
    cast: Cast, three: list[Assignment], officer: Client
) -> None:
    late = _late(cast)
    answer = officer.post(URL, {"now": "unchanged", **_ticks([*three, late])})
    assert (answer.status_code, answer.context["refused"]) == (422, 1)
    assert [item["assignment"] for item in answer.context["items"]] == [late]
    assert 'name="expected_on"' in answer.content.decode()
    assert StatusReport.objects.count() == 3
    again = {"save": "1", "state": "unchanged", "effective_on": TODAY, **WHY}
    assert officer.post(URL, {**again, **_ticks([late])}).status_code == 302
    assert late.reports.get().cause == "Chờ hướng dẫn"


def test_overdue_rows_are_asked_why(cast: Cast, officer: Client) -> None:
    asked = officer.post(URL, {"ask": "1", **_ticks([_late(cast)])})
    assert 'name="cause"' in asked.content.decode()
    asked = officer.post(URL, {"ask": "1", **_ticks([cast.assignment])})
    assert 'name="cause"' not in asked.content.decode()


def test_progress_keeps_each_rows_own_percentage(three: list[Assignment], officer: Client) -> None:
    Assignment.objects.filter(pk=three[1].pk).update(percent=70)
    officer.post(URL, {**DONE, "state": "in_progress", **_ticks(three)})
    assert sorted(StatusReport.objects.values_list("percent", flat=True)) == [0, 0, 70]


def test_a_row_that_a_colleague_changed_is_refused_and_named(
    cast: Cast, three: list[Assignment], officer: Client
) -> None:
    ticks = _ticks(three)
    report(three[0], cast.coordinator)
    answer = officer.post(URL, {**DONE, **ticks})
    assert cast.coordinator.full_name in answer.content.decode()
    assert "Đã xong" in answer.content.decode()
    assert fresh(three[0]).version == 1


def test_rows_of_other_agencies_cannot_be_ticked_and_those_only_read_are_refused(
    cast: Cast, client: Client
) -> None:
    foreign = AssignmentFactory.create(agency=AgencyFactory.create())
    client.force_login(cast.officer)
    assert client.post(URL, {**DONE, **_ticks([foreign])}, follow=True).status_code == 200
    client.force_login(cast.viewer)
    assert client.post(URL, {**DONE, **_ticks([foreign])}).context["refused"] == 1
    assert StatusReport.objects.count() == 0


def test_nothing_ticked_says_so_and_goes_back_to_the_filtered_list(officer: Client) -> None:
    for chosen in ([], ["x"], ["9" * 18 + ":0"]):
        answer = officer.post(URL, {"back": "status=overdue", "chosen": chosen})
        assert answer["Location"] == "/tasks/?status=overdue"
    assert officer.post(URL, {"back": "//evil.example/"})["Location"].startswith("/tasks/?")


def test_wrong_input_comes_back_as_typed(three: list[Assignment], officer: Client) -> None:
    answer = officer.post(URL, {**DONE, "effective_on": "x", **_ticks(three)})
    assert answer.status_code == 422
    assert "Đã xong" in answer.content.decode()
    assert StatusReport.objects.count() == 0


def test_the_list_ticks_all_of_a_page_without_a_script(
    three: list[Assignment], officer: Client
) -> None:
    text = officer.get("/tasks/", {"ticked": "all"}).content.decode()
    assert len(re.findall(r"form=\"many\"\s+checked", text)) == 3
    assert "ticked=all" in officer.get("/tasks/?all=1").content.decode()


def test_a_list_of_a_past_day_has_nothing_to_tick(cast: Cast, officer: Client) -> None:
    assert 'name="chosen"' not in officer.get("/tasks/?as_of=2025-11-15").content.decode()
