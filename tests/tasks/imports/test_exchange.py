"""The list as an Excel file: out, edited offline, previewed and taken."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.db import bulk
from core.models import AuditEvent
from core.tables.writer import write_sheet
from tasks.imports.status_sheet.sheet import COLUMNS, TYPED
from tasks.models import Assignment, Evidence, SheetImport, StatusReport
from tasks.reporting.reviews import review_report
from tests.factories import AgencyFactory, AssignmentFactory, CommuneFactory, TaskFactory
from tests.tasks.conftest import Cast
from tests.tasks.steps import LONG_AGO, report

KEYS = [column.key for column in COLUMNS]
TODAY = clock.today().strftime("%d/%m/%Y")
Table = list[list[Any]]


def _taken(client: Client, query: str = "all=1") -> Table:
    """Header and rows of the file."""
    answer = client.get(f"/tasks/export.xlsx?{query}")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _set(table: Table, row: int, **values: Any) -> None:
    for key, value in values.items():
        table[row][KEYS.index(key)] = value


def _send(client: Client, table: Sequence[Sequence[Any]]) -> SheetImport:
    data = write_sheet("x", [str(head) for head in table[0]], table[1:], [])
    client.post("/tasks/imports/", {"file": SimpleUploadedFile("cua-toi.xlsx", data)})
    return SheetImport.objects.latest("pk")


def _kinds(client: Client, sent: SheetImport) -> dict[str, int]:
    return dict(client.get(sent.get_absolute_url()).context["counts"])


def _more(cast: Cast, **fields: Any) -> Assignment:
    return AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency, **fields)


def test_the_file_names_its_columns_in_vietnamese_and_holds_what_is(
    cast: Cast, officer: Client
) -> None:
    report(cast.assignment, cast.officer, "completed")
    table = _taken(officer)
    row = dict(zip(KEYS, table[1], strict=True))
    assert "Trạng thái" in table[0]
    assert (row["id"], row["version"], row["state"]) == (cast.assignment.pk, 1, "Chưa thực hiện")
    assert row["waiting"] == "Hoàn thành 100%: Chờ duyệt"
    assert (row["result"], row["evidence_number"]) == ("Đã xong", "12/BC-SKHCN")


def test_the_file_is_that_of_the_filtered_list(cast: Cast, officer: Client) -> None:
    late = _more(cast, task__due_on=LONG_AGO)
    AssignmentFactory.create(agency=AgencyFactory.create())
    assert len(_taken(officer)) == 3
    assert [row[0] for row in _taken(officer, "status=overdue")[1:]] == [late.pk]


def test_the_file_sent_back_as_it_is_changes_nothing(cast: Cast, officer: Client) -> None:
    report(cast.assignment, cast.officer, "completed", result="  Dòng một\r\nDòng hai ")
    late = _more(cast, task__due_on=LONG_AGO)
    why: dict[str, Any] = {
        "cause_kind": "objective",
        "cause": "=1+1",
        "remedy": "-",
        "expected_on": clock.today(),
    }
    report(late, cast.officer, **why)
    sent = _send(officer, _taken(officer))
    assert (sent.unchanged, sent.lines) == (2, [])


def test_changes_are_previewed_before_they_are_saved(cast: Cast, officer: Client) -> None:
    table = _taken(officer)
    _set(table, 1, state="đang thực hiện", percent="45%", result="Đã trình", effective_on=TODAY)
    sent = _send(officer, table)
    assert _kinds(officer, sent) == {"changed": 1}
    assert StatusReport.objects.count() == 0
    assert officer.post(sent.get_absolute_url()).status_code == 302
    kept = StatusReport.objects.get()
    assert (kept.state, kept.percent, kept.result) == ("in_progress", 45, "Đã trình")


def test_good_rows_are_taken_and_refused_ones_come_back_with_the_reason(
    cast: Cast, officer: Client
) -> None:
    late, done = _more(cast, task__due_on=LONG_AGO), _more(cast, task__due_on=None)
    table = _taken(officer, "sort=due")
    at = {row[0]: number for number, row in enumerate(table)}
    _set(table, at[late.pk], state="Đang thực hiện", percent=10)
    _set(table, at[done.pk], state="Hoàn thành", result="Xong", evidence_number="9/BC")
    sent = _send(officer, table)
    assert _kinds(officer, sent) == {"changed": 1, "refused": 1}
    officer.post(sent.get_absolute_url())
    answer = officer.get(f"{sent.get_absolute_url()}refused.xlsx")
    back: Table = [
        [cell.value for cell in row]
        for row in load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows()
    ]
    assert (back[0][-1], len(back)) == ("Lý do chưa nhận", 2)
    assert "quá hạn" in str(back[1][-1])
    assert Evidence.objects.get().assignments.get() == done
    _set(back, 1, cause="Chờ", remedy="Làm", expected_on=TODAY)
    again = _send(officer, back)
    assert _kinds(officer, again) == {"changed": 1}


def test_excel_offers_the_words_locks_what_is_ours_and_filters(cast: Cast, officer: Client) -> None:
    answer = officer.get("/tasks/export.xlsx?all=1")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    letter = {key: get_column_letter(at) for at, key in enumerate(KEYS, start=1)}
    assert lists == {
        f"{letter['state']}2": '"Chưa thực hiện,Đang thực hiện,Hoàn thành,Đã hủy"',
        f"{letter['unchanged']}2": '"x"',
        f"{letter['cause_kind']}2": '"chủ quan,khách quan"',
    }
    assert sheet.auto_filter.ref == f"A1:{get_column_letter(len(KEYS))}2"
    assert sheet.protection.sheet
    assert not sheet.protection.autoFilter  # Excel's way to say: still allowed.
    locked = {key for key, cell in zip(KEYS, sheet[2], strict=True) if cell.protection.locked}
    assert locked == set(KEYS) - set(TYPED)


def test_a_returned_report_says_why_in_the_file_until_it_is_sent_again(
    cast: Cast, officer: Client
) -> None:
    kept = report(cast.assignment, cast.officer, "completed")
    review_report(kept, by=cast.reviewer, decision="returned", reason="Thiếu số văn bản")
    at = KEYS.index("returned")
    assert _taken(officer)[1][at] == "Thiếu số văn bản"
    report(cast.assignment, cast.officer, percent=40)
    assert _taken(officer)[1][at] is None


def test_titles_above_the_header_do_no_harm(cast: Cast, officer: Client) -> None:
    table = _taken(officer)
    _set(table, 1, percent="45%", state="Đang thực hiện")
    title: Table = [["UBND TỈNH NGHỆ AN", *[None] * (len(KEYS) - 1)], [None] * len(KEYS)]
    title[1][3] = "Báo cáo tuần 47"
    sent = _send(officer, [["Danh sách"] + [""] * (len(KEYS) - 1), *title, *table])
    assert _kinds(officer, sent) == {"changed": 1}
    assert sent.lines[0]["number"] == 5  # As Excel counts.


@pytest.mark.parametrize(
    ("key", "word", "allowed"),
    [
        ("state", "xong rồi", "Chưa thực hiện, Đang thực hiện, Hoàn thành, Đã hủy"),
        ("cause_kind", "trời", "chủ quan, khách quan"),
    ],
)
def test_a_word_that_is_not_known_is_answered_by_those_that_are(
    cast: Cast, officer: Client, key: str, word: str, allowed: str
) -> None:
    table = _taken(officer)
    _set(table, 1, **{key: word})
    page = officer.get(_send(officer, table).get_absolute_url()).content.decode()
    assert word in page
    assert allowed in page


def test_what_a_colleague_changed_since_is_told_and_not_overwritten(
    cast: Cast, officer: Client
) -> None:
    table = _taken(officer)
    report(cast.assignment, cast.coordinator, percent=90)
    _set(table, 1, state="Đang thực hiện", percent=10)
    sent = _send(officer, table)
    assert _kinds(officer, sent) == {"stale": 1}
    assert cast.coordinator.full_name in officer.get(sent.get_absolute_url()).content.decode()
    officer.post(sent.get_absolute_url())
    assert StatusReport.objects.get().percent == 90


BAD: list[tuple[str, object]] = [
    ("state", "xong rồi"),
    ("percent", "200"),
    ("percent", "-1"),
    ("percent", "nhiều"),
    ("effective_on", "31/2/2025"),
    ("effective_on", "mai"),
    ("effective_on", "1/1/2099"),
    ("unchanged", "?"),
    ("cause_kind", "trời"),
    ("expected_on", "x"),
    ("id", 999_999_999),
    ("id", "một"),
    ("id", None),
    ("version", None),
    ("evidence_number", "9" * 81),
]


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_broken_row_is_refused_with_its_reason(
    cast: Cast, officer: Client, key: str, value: object
) -> None:
    table = _taken(officer)
    _set(table, 1, **{"state": "Hoàn thành", "result": "Xong", "evidence_number": "9", key: value})
    sent = _send(officer, table)
    assert _kinds(officer, sent) == {"refused": 1}
    officer.post(sent.get_absolute_url())
    sent.refresh_from_db()
    assert sent.refused[0]["reason"]
    assert StatusReport.objects.count() == 0


def test_a_row_that_is_there_twice_is_taken_once(cast: Cast, officer: Client) -> None:
    table = _taken(officer)
    _set(table, 1, percent=10, state="Đang thực hiện")
    assert _kinds(officer, _send(officer, [*table, table[1]])) == {"changed": 1, "refused": 1}


def test_no_change_is_said_with_an_x(cast: Cast, officer: Client) -> None:
    table = _taken(officer)
    _set(table, 1, unchanged="x")
    officer.post(_send(officer, table).get_absolute_url())
    assert StatusReport.objects.get().unchanged


def test_columns_may_come_in_any_order_and_some_may_be_missing(cast: Cast, officer: Client) -> None:
    table = _taken(officer)
    places = [KEYS.index(key) for key in ("percent", "version", "state", "id")]
    few = [[row[place] for place in places] for row in table]
    few[1][0], few[1][2] = 15, "In progress"
    officer.post(_send(officer, few).get_absolute_url())
    assert StatusReport.objects.get().percent == 15


def _formula(table: Table) -> bytes:
    book = load_workbook(io.BytesIO(write_sheet("x", table[0], table[1:], [])))
    book.worksheets[0].cell(2, KEYS.index("result") + 1).value = '=HYPERLINK("http://x","y")'
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_typed_formula_is_refused(cast: Cast, officer: Client) -> None:
    file = SimpleUploadedFile("x.xlsx", _formula(_taken(officer)))
    officer.post("/tasks/imports/", {"file": file})
    assert _kinds(officer, SheetImport.objects.get()) == {"refused": 1}


@pytest.mark.parametrize(
    "make",
    [
        lambda _: b"id,state",
        lambda _: write_sheet("x", ["a", "b"], [], []),
        lambda table: write_sheet("x", [*table[0], table[0][0]], [], []),
        lambda _: b"",
    ],
)
def test_a_file_that_is_not_ours_is_refused_beside_its_field(
    cast: Cast, officer: Client, make: Callable[[Table], bytes]
) -> None:
    file = SimpleUploadedFile("x.xlsx", make(_taken(officer)))
    answer = officer.post("/tasks/imports/", {"file": file})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert SheetImport.objects.count() == 0


def test_nobody_sees_anothers_file_and_nothing_is_taken_twice(
    cast: Cast, client: Client, officer: Client
) -> None:
    table = _taken(officer)
    _set(table, 1, state="Đang thực hiện", percent=5)
    sent = _send(officer, table)
    assert officer.get(f"{sent.get_absolute_url()}refused.xlsx").status_code == 404
    assert officer.post(sent.get_absolute_url()).status_code == 302
    assert officer.post(sent.get_absolute_url()).status_code == 409
    client.force_login(cast.coordinator)
    for address in (sent.get_absolute_url(), f"{sent.get_absolute_url()}refused.xlsx"):
        assert client.get(address).status_code == 404
    assert client.post(sent.get_absolute_url()).status_code == 404
    assert StatusReport.objects.count() == 1


def test_an_import_cannot_reach_rows_that_its_sender_does_not_see(
    cast: Cast, officer: Client
) -> None:
    foreign = AssignmentFactory.create(agency=AgencyFactory.create())
    table = _taken(officer)
    _set(table, 1, id=foreign.pk, version=0, state="Đang thực hiện", percent=5)
    officer.post(_send(officer, table).get_absolute_url())
    assert foreign.reports.count() == 0


def test_3321_rows_edited_in_40_places_are_40_changes_and_one_event_that_names_them(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    task = TaskFactory.create(plan=cast.plan, due_on=None)
    commune = CommuneFactory.create()
    agencies = AgencyFactory.create_batch(3321, area=commune)
    Assignment.objects.bulk_create(
        Assignment(task=task, agency=agency, area=commune, assigned_on=LONG_AGO)
        for agency in agencies
    )
    bulk.refresh_statistics()  # As autovacuum does soon after so many new rows.
    client.force_login(cast.coordinator)
    with django_assert_max_num_queries(14):
        table = _taken(client, "level=communes")
    for number in range(1, 3322, 84):
        _set(table, number, state="Đang thực hiện", percent=50, result=f"Kết quả {number}")
    with django_assert_max_num_queries(14):
        sent = _send(client, table)
    assert (len(table) - 1, sent.unchanged, _kinds(client, sent)) == (3321, 3281, {"changed": 40})
    client.post(sent.get_absolute_url())
    event = AuditEvent.objects.get(action="tasks.import")
    named = (event.after or {})["reports"]
    assert sorted(named) == sorted(StatusReport.objects.values_list("pk", flat=True))
    assert len(named) == 40 == AuditEvent.objects.filter(action="assignment.report").count()


def test_every_typed_column_is_one_of_the_file() -> None:
    assert set(TYPED) < set(KEYS)
