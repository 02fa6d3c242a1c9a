"""A row of the list: what it shows, the form it opens, and what the whole page weighs."""

import gzip
import re
from datetime import date, timedelta

import pytest
from django.test import Client

from core.calendar import clock
from tasks.models import Assignment
from tests.factories import AssignmentFactory
from tests.tasks.conftest import Cast
from tests.tasks.steps import LONG_AGO, accept, fresh, report

HTMX = {"HX-Request": "true"}
WHY = {"cause": "Chờ hướng dẫn", "remedy": "Đẩy nhanh", "expected_on": "31/12/2099"}
# Packed, as it is sent: 25 rows in 16 kB, so that a slow line has them in a third of a second.
HEAVIEST = 16_000


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.officer)
    return client


@pytest.fixture
def late(cast: Cast) -> Assignment:
    return AssignmentFactory.create(
        task__plan=cast.plan, task__due_on=LONG_AGO, agency=cast.agency, state="in_progress"
    )


def _opened(officer: Client, assignment: Assignment, query: str = "edit") -> str:
    address = f"{assignment.get_absolute_url()}line/?{query}"
    return officer.get(address, headers=HTMX).content.decode()


def _sent(officer: Client, assignment: Assignment, **fields: str) -> str:
    given = {"percent": "40", "effective_on": f"{clock.today():%d/%m/%Y}", **fields}
    address = f"{assignment.get_absolute_url()}line/"
    return officer.post(address, given, headers=HTMX).content.decode()


def test_whoever_says_done_finds_that_state_chosen_in_the_row_and_on_the_page(
    cast: Cast, officer: Client
) -> None:
    row = _opened(officer, cast.assignment, "edit=completed")
    page = officer.get(f"{cast.assignment.get_absolute_url()}?edit=completed").content.decode()
    for text in (row, page):
        chosen = re.search(r'<input type="radio"[^>]*value="completed"[^>]*>', text)
        assert chosen
        assert "checked" in chosen[0]
        assert re.search(r'<textarea name="result"[^>]*autofocus', text)
    assert "autofocus" not in _opened(officer, cast.assignment)


def test_nobody_chooses_another_state_by_the_address(cast: Cast, officer: Client) -> None:
    assert "autofocus" not in _opened(officer, cast.assignment, "edit=cancelled")


def test_a_row_says_what_waits(cast: Cast, officer: Client) -> None:
    report(cast.assignment, cast.officer, percent=80)
    text = officer.get("/tasks/?all=1").content.decode()
    assert re.search(r"Chờ duyệt</span></span>:\s+80%", text)


def test_open_work_shows_the_days_that_are_left(cast: Cast, officer: Client) -> None:
    today = clock.today()
    for days, words in ((0, "đến hạn hôm nay"), (1, "còn 1 ngày"), (-1, "quá hạn 1 ngày")):
        due = today + timedelta(days=days)
        one = AssignmentFactory.create(task__plan=cast.plan, task__due_on=due, agency=cast.agency)
        row = officer.get(f"{one.get_absolute_url()}line/", headers=HTMX).content.decode()
        assert words in row


def test_a_past_day_shows_the_share_of_that_day(cast: Cast, officer: Client) -> None:
    earlier = clock.today() - timedelta(days=2)
    accept(report(cast.assignment, cast.officer, percent=30, effective_on=earlier), cast.reviewer)
    accept(report(cast.assignment, cast.officer, percent=70), cast.reviewer)
    [row] = officer.get("/tasks/", {"as_of": f"{earlier:%d/%m/%Y}"}).context["listing"].rows
    assert (row.day, row.percent) == (earlier, 30)


def test_a_day_is_read_as_it_is_written(cast: Cast, officer: Client) -> None:
    sent = {"state": "in_progress", "effective_on": f"{clock.today():%d/%m/%Y}"}
    assert "message success" in _sent(officer, cast.assignment, **sent)
    assert 'value="' + f"{clock.today():%d/%m/%Y}" in _opened(officer, cast.assignment)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "completed"}, ["ví dụ: Đã ban hành", "ví dụ 12/BC-SKHCN"]),
        ({"state": "in_progress", "percent": "x"}, ["từ 0 đến 100, ví dụ 75"]),
        ({"state": "in_progress", "percent": "101"}, ["từ 0 đến 100, ví dụ 75"]),
        ({"state": "in_progress", "effective_on": "mai"}, ["theo mẫu 15/11/2025"]),
        ({"state": "in_progress", "effective_on": ""}, ["theo mẫu 15/11/2025"]),
        ({"state": "in_progress"}, ["ví dụ: Hướng dẫn của Bộ", "ví dụ: Gửi dự thảo", "ví dụ "]),
        ({"state": "?"}, ["chưa thực hiện, đang thực hiện, hoàn thành"]),
    ],
)
def test_a_refusal_says_what_to_write(
    late: Assignment, officer: Client, fields: dict[str, str], words: list[str]
) -> None:
    summary = _sent(officer, late, **fields).partition('class="error-summary"')[2]
    for expected in words:
        assert expected in summary.partition("</ul>")[0]


def test_needed_fields_are_marked_with_a_word(late: Assignment, officer: Client) -> None:
    text = _opened(officer, late)
    for name, when in (("result", "ended"), ("evidence_number", "ended"), ("cause", "")):
        label = re.search(rf'<label for="\w+_{name}">.*?</label>', text, re.DOTALL)
        assert label
        assert "bắt buộc" in label[0]
        assert ("when-ended" in label[0]) == bool(when)
    link = re.search(r'<label for="\w+_evidence_link">.*?</label>', text, re.DOTALL)
    assert link
    assert "bắt buộc" not in link[0]


def test_ended_work_takes_no_words_about_delay_and_they_come_back_when_it_was_not_ended(
    late: Assignment, officer: Client
) -> None:
    _sent(officer, late, state="in_progress", **WHY)
    _sent(officer, late, state="completed", result="Xong", evidence_number="1/BC", **WHY)
    newest = late.reports.latest("id")
    assert (newest.state, newest.cause, newest.expected_on) == ("completed", "", None)
    assert "Chờ hướng dẫn" in _opened(officer, fresh(late))
    assert late.reports.earliest("id").expected_on == date(2099, 12, 31)


def test_a_page_of_the_list_is_light(cast: Cast, officer: Client) -> None:
    for number in range(30):
        AssignmentFactory.create(
            task__plan=cast.plan,
            task__title_vi=f"Xây dựng cơ sở dữ liệu dùng chung của tỉnh, đợt {number}",
            agency=cast.agency,
        )
    content = officer.get("/tasks/?all=1").content
    assert content.count(b'class="task"') == 25
    assert len(gzip.compress(content)) < HEAVIEST
