"""Annexes as offices print them: titles, headers of two rows, groups, joint leads, notes."""

import io
from collections.abc import Sequence

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core.tables.child import Looks
from core.tables.columns import guess
from core.tables.layout import lay_out
from core.tables.reader import Sheet
from provinces.models import Agency, PlanGroup
from tasks.imports.task_list.columns import COLUMNS
from tasks.imports.task_list.names import Names, spelling
from tasks.imports.task_list.outline import Passed, arrange
from tasks.imports.task_list.units import UnitClass, classes_in
from tasks.models import Assignment, Task, TaskListImport
from tests.core.tables.books import annex_xls, as_ods
from tests.factories import AgencyFactory, CommuneFactory
from tests.tasks.conftest import Cast
from tests.tasks.task_lists import as_csv, counts, send, take


def _known(heads: Sequence[str]) -> int:
    return len(guess(heads, COLUMNS))


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    """The coordinator's browser; the document has no group and no other task yet."""
    Assignment.objects.all().delete()
    Task.objects.all().delete()
    PlanGroup.objects.all().delete()
    client.force_login(cast.coordinator)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    return client


ROWS = [
    ["PHỤ LỤC II", "", "", "", "", ""],
    ["DANH MỤC NHIỆM VỤ", "", "", "", "", ""],
    ["", "", "", "", "", ""],
    ["TT", "Tên nhiệm vụ", "Cơ quan thực hiện", "", "Kết quả", "Thời gian hoàn thành"],
    ["", "", "Chủ trì", "Phối hợp", "", ""],
    ["I", "Nâng cao nhận thức", "", "", "", ""],
    ["1", "Tuyên truyền", "Sở KH&CN", "Các sở, ngành", "Quyết định", "6/2025"],
    ["2", "Mở chuyên mục", "Báo Nghệ An", "Sở KH&CN", "Chuyên mục", "Thường xuyên"],
    ["II", "Hoàn thiện thể chế", "", "", "", ""],
    ["3", "Rà soát", "Sở Tư pháp", "", "Báo cáo", "trước ngày 15/12/2026"],
    ["", "", "", "", "", ""],
    ["Ghi chú: thời hạn tính đến hết tháng.", "", "", "", "", ""],
]
MERGED = [
    (0, 0, 0, 5),
    (1, 0, 1, 5),
    (3, 0, 4, 0),
    (3, 1, 4, 1),
    (3, 2, 3, 3),
    (3, 4, 4, 4),
    (3, 5, 4, 5),
]


def as_merged_xlsx() -> bytes:
    """``ROWS`` with their merged cells: ``cases/task_list_two_row_header_group_rows.xlsx``."""
    book, buffer = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append([text or None for text in row])
    for top, left, bottom, right in MERGED:
        sheet.merge_cells(
            start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
        )
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_an_annex_is_understood_whichever_program_saved_it(
    cast: Cast, office: Client, kind: str
) -> None:
    names = ("Sở Khoa học và Công nghệ", "Sở Tư pháp", "Báo Nghệ An", "Báo và PTTH Nghệ An")
    science, justice, paper, radio = (AgencyFactory.create(name_vi=name) for name in names)
    data = {
        "xlsx": as_merged_xlsx(),
        "xls": annex_xls(),
        "ods": as_ods(ROWS, MERGED),
        "csv": as_csv(ROWS),
    }[kind]
    started = send(office, cast.plan, data, f"a.{kind}")
    assert counts(office, started) == {"new": 3, "unchanged": 0, "refused": 0}
    found = office.get(started.get_absolute_url()).context["found"]
    assert [(one.number, one.why) for one in found.passed] == [
        (1, Passed.TITLE),
        (2, Passed.TITLE),
        (6, Passed.HEADING),
        (9, Passed.HEADING),
        (12, Passed.NOTE),
    ]
    done = take(office, started)
    assert (done.made, done.given, done.refused) == (3, 3, [])
    groups = cast.plan.groups.order_by("number")
    assert [group.number for group in groups] == [1, 2]
    assert [group.tasks.count() for group in groups] == [2, 1]
    assert groups[1].name_vi == "Hoàn thiện thể chế"
    by_number = {row.task.number: row for row in Assignment.objects.select_related("task")}
    leads = [by_number[number].agency for number in "123"]
    assert leads == [science, radio if kind == "xls" else paper, justice]
    assert list(by_number["2"].coordinating.all()) == [science]


def test_heads_that_nobody_knows_lead_to_the_columns_and_no_further(
    cast: Cast, office: Client
) -> None:
    file = SimpleUploadedFile("a.csv", as_csv([["a", "b", "c"], ["1", "x", "y"]]))
    answer = office.post(f"/planning/documents/{cast.plan.pk}/import/", {"file": file})
    started = TaskListImport.objects.get()
    assert answer.headers["Location"] == f"{started.get_absolute_url()}columns/"


def _outline(rows: list[list[str]], looks: Looks | None = None) -> tuple[list[str], list[str]]:
    """Number, group and title of the tasks; number and reason of the rows passed over."""
    found = lay_out(Sheet(rows, looks or Looks()), _known)
    columns = guess(found.heads, COLUMNS)
    outline = arrange(found.below, columns, found.heads)
    tasks = [
        f"{one.numbered or one.cells[columns['number']]}|{one.group}|{one.cells[columns['title']]}"
        for one in outline.tasks
    ]
    return tasks, [f"{one.number} {one.why}" for one in outline.passed]


HEAD = ["TT", "Nhiệm vụ", "Chủ trì"]


@pytest.mark.parametrize(
    ("rows", "tasks", "passed"),
    [
        (
            [["(1)", "(2)", "(3)"], ["1", "A", "x"], ["", "Tổng cộng", "3"]],
            ["1||A"],
            ["2 column_numbers", "4 total"],
        ),
        (
            [
                ["A", "Trung ương", ""],
                ["I", "Số", ""],
                ["1", "x", "y"],
                ["B", "Tỉnh", ""],
                ["I", "Dữ liệu", ""],
                ["1", "z", "y"],
            ],
            ["2.1|Số|x", "4.1|Dữ liệu|z"],
            ["2 heading", "3 heading", "5 heading", "6 heading"],
        ),
        (
            [["", "I. Nhận thức", ""], ["1", "x", "y"], ["", "II. Hạ tầng", ""], ["1", "z", "y"]],
            ["I.1|I. Nhận thức|x", "II.1|II. Hạ tầng|z"],
            ["2 heading", "4 heading"],
        ),
        (
            [["1", "Hạ tầng", ""], ["1.1", "x", "y"], ["1.2", "z", "y"], ["2", "một việc", ""]],
            ["1.1|1. Hạ tầng|x", "1.2|1. Hạ tầng|z", "2|1. Hạ tầng|một việc"],
            ["2 heading"],
        ),
        (
            [["1", "x", "y"], HEAD, ["2", "z", "y"], ["", "Nơi nhận:", ""], ["", "- Như trên", ""]],
            ["1||x", "2||z"],
            ["3 header", "5 note", "6 note"],
        ),
        (
            [["1", "Tổng hợp báo cáo", ""], ["2", "Ghi chú hồ sơ", ""]],
            ["1||Tổng hợp báo cáo", "2||Ghi chú hồ sơ"],
            [],
        ),
    ],
)
def test_each_row_is_told_for_what_it_is(
    rows: list[list[str]], tasks: list[str], passed: list[str]
) -> None:
    assert _outline([HEAD, *rows]) == (tasks, passed)


def test_bold_and_wide_rows_are_headings_and_cells_that_go_on_are_joined() -> None:
    rows = [
        HEAD,
        ["Nhận thức", "", ""],
        ["1", "x", "Sở A"],
        ["", "", "Sở B"],
        ["", "Hạ tầng", ""],
        ["2", "z", "Sở C"],
        ["3", "w", ""],
        ["Người lập biểu", "", ""],
    ]
    looks = Looks(
        merged=[(1, 0, 1, 2), (2, 0, 3, 0), (2, 1, 3, 1), (5, 2, 6, 2), (7, 0, 7, 2)], bold=[4]
    )
    found = lay_out(Sheet(rows, looks), _known)
    outline = arrange(found.below, guess(found.heads, COLUMNS), found.heads)
    assert [(one.group, *one.cells) for one in outline.tasks] == [
        ("Nhận thức", "1", "x", "Sở A\nSở B"),
        ("Hạ tầng", "2", "z", "Sở C"),
        ("Hạ tầng", "3", "w", "Sở C"),
    ]
    whys = {one.number: one.why for one in outline.passed}
    assert whys == {2: "heading", 4: "goes_on", 5: "heading", 8: "note"}


_WORDS = st.text("abcdđêuơ", min_size=3, max_size=8).map(lambda text: f"Việc {text}")
_GROUPS = st.lists(st.lists(_WORDS, min_size=1, max_size=4), min_size=1, max_size=5)
_SIGNS = ("I", "II", "III", "IV", "V")


@given(
    groups=_GROUPS,
    titles=st.lists(st.sampled_from(["PHỤ LỤC", "DANH MỤC NHIỆM VỤ", "(Kèm theo)"]), max_size=3),
    is_parted=st.booleans(),
    knows_merged=st.booleans(),
    restarts=st.booleans(),
    ending=st.sampled_from([[], ["Tổng cộng"], ["Ghi chú: a"], ["Tổng cộng", "Nơi nhận:"]]),
)
def test_what_is_taken_equals_the_table_and_every_row_is_told(
    *,
    groups: list[list[str]],
    titles: list[str],
    is_parted: bool,
    knows_merged: bool,
    restarts: bool,
    ending: list[str],
) -> None:
    width, merged = 5, list[tuple[int, int, int, int]]()
    rows = [[title, *[""] * (width - 1)] for title in titles]
    merged += [(at, 0, at, width - 1) for at in range(len(titles))]
    top = len(rows)
    if is_parted:
        rows += [
            ["TT", "Nhiệm vụ", "Cơ quan thực hiện", "", "Thời hạn"],
            ["", "", "Chủ trì", "Phối hợp", ""],
        ]
        merged += [(top, 2, top, 3), *((top, at, top + 1, at) for at in (0, 1, 4))]
    else:
        rows.append(["TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"])
    wanted, number = [], 0
    for sign, tasks in zip(_SIGNS, groups, strict=False):
        rows.append([sign, f"Nhóm {sign}", "", "", ""])
        number = 0 if restarts else number
        for title in tasks:
            number += 1
            rows.append([str(number), title, "Sở A", "", "2025"])
            wanted.append((f"{sign}. Nhóm {sign}", title, "Sở A", "2025"))
    rows += [[text, *[""] * (width - 1)] for text in ending]
    found = lay_out(Sheet(rows, Looks(merged=merged if knows_merged else ())), _known)
    columns = guess(found.heads, COLUMNS)
    outline = arrange(found.below, columns, found.heads)
    taken = [
        (one.group, *(one.cells[columns[key]] for key in ("title", "lead", "due")))
        for one in outline.tasks
    ]
    assert taken == wanted
    numbers = [one.numbered or one.cells[0] for one in outline.tasks]
    assert len(set(numbers)) == len(numbers)
    told = [one.number for one in found.above]
    told += [one.row.number for one in outline.tasks] + [one.number for one in outline.passed]
    heads = range(top + 1, top + 2 + is_parted)
    assert sorted([*told, *heads]) == list(range(1, len(rows) + 1))


@pytest.mark.parametrize(
    ("text", "agencies", "classes", "unknown"),
    [
        ("Sở A; Sở B", "AB", [], []),
        ("Sở A, Sở B", "AB", [], []),
        ("- Sở A\n- Sở B.", "AB", [], []),
        ("Sở A và Sở B", "AB", [], []),
        ("Chủ trì: Sở A", "A", [], []),
        ("Sở Văn hóa, Thể thao và Du lịch, Sở B", "VB", [], []),
        ("Sở B và Sở Văn hóa, Thể thao và Du lịch", "BV", [], []),
        ("Sở A; Sở Lạ và Mới", "A", [], ["Sở Lạ và Mới"]),
        ("Sở Lạ, Sở B", "B", [], ["Sở Lạ"]),
        ("Sở A, UBND các xã, phường", "A", ["communes"], []),
        ("Các sở, ban, ngành, địa phương", "", ["departments", "communes"], []),
        ("Các sở, ngành liên quan; UBND cấp xã", "", ["departments", "communes"], []),
        ("UBND tỉnh", "", [], ["UBND tỉnh"]),
        ("Sở A, Sở A", "A", [], []),
        ("", "", [], []),
    ],
)
def test_a_cell_names_agencies_classes_and_unknown_ones(
    text: str, agencies: str, classes: list[str], unknown: list[str]
) -> None:
    names = {"A": "Sở A", "B": "Sở B", "V": "Sở Văn hóa, Thể thao và Du lịch"}
    known = {
        spelling(name): Agency(pk=at, code=code) for at, (code, name) in enumerate(names.items(), 1)
    }
    found = Names(known).in_cell(text)
    assert "".join(agency.code for agency in found.agencies) == agencies
    assert (list(found.classes), list(found.unknown)) == (classes, unknown)


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("UBND các xã, phường", ["communes"]),
        ("Ủy ban nhân dân các xã, phường, đặc khu", ["communes"]),
        ("Các địa phương", ["communes"]),
        ("Các sở, ban, ngành", ["departments"]),
        ("Các cơ quan, đơn vị liên quan", ["departments"]),
        ("Sở A", []),
        ("UBND xã Kim Liên", []),
        ("Các cơ quan báo chí", []),
        ("Ủy ban nhân dân tỉnh", []),
    ],
)
def test_classes_are_all_of_a_kind_and_nothing_else(text: str, classes: list[str]) -> None:
    assert classes_in(text) == classes


LED = [["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"], ["I", "Số", "", ""]]


def _names(client: Client, started: TaskListImport, **given: str) -> int:
    return client.post(f"{started.get_absolute_url()}names/", given).status_code


def test_a_name_is_told_once_and_known_in_the_next_file(cast: Cast, office: Client) -> None:
    science = AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    first = send(office, cast.plan, as_csv([*LED, ["1", "a", "Sở Sáng tạo", "2099"]]))
    page = office.get(f"{first.get_absolute_url()}names/")
    assert [name.text for name, _field in page.context["lines"]] == ["Sở Sáng tạo"]
    assert _names(office, first, **{"name-0": "Sở Không Có"}) == 422
    assert _names(office, first, **{"name-0": "so khcn", "keep": "on"}) == 302
    assert take(office, first).given == 1
    assert Assignment.objects.get().agency == science
    science.refresh_from_db()
    assert science.aliases == ["Sở Sáng tạo"]
    again = send(office, cast.plan, as_csv([*LED, ["2", "b", "Sở Sáng tạo", "2099"]]))
    assert office.get(again.get_absolute_url()).context["found"].unknown == []
    assert take(office, again).given == 1


def test_a_name_that_is_not_to_be_kept_holds_for_its_file_only(cast: Cast, office: Client) -> None:
    science = AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    started = send(office, cast.plan, as_csv([*LED, ["1", "a", "Sở Sáng tạo; Sở Lạ", "2099"]]))
    _names(office, started, **{"name-0": science.name_vi, "name-1": ""})
    assert take(office, started).given == 1
    science.refresh_from_db()
    assert science.aliases == []


def test_a_class_of_units_is_offered_with_its_number_and_given_only_when_ticked(
    cast: Cast, office: Client
) -> None:
    units = [AgencyFactory.create(area=CommuneFactory.create(parent=cast.area)) for _n in range(3)]
    rows = [["1", "a", "UBND các xã, phường", "2099"], ["2", "b", "UBND các xã, phường", "2099"]]
    started = send(office, cast.plan, as_csv([*LED, *rows]))
    page = office.get(started.get_absolute_url())
    [offer] = page.context["found"].classes
    assert (offer.kind, offer.rows, offer.assignments) == (UnitClass.COMMUNES, 2, 6)
    assert page.context["found"].counts["given"] == 0
    body = {"assigned_on": "2025-01-01", "new_groups": started.new_groups, "assign": "on"}
    office.post(f"{started.get_absolute_url()}apply/", {**body, "classes": "communes"})
    started.refresh_from_db()
    assert (started.made, started.given) == (2, 6)
    assert {row.agency for row in Assignment.objects.all()} == set(units)


def test_a_deadline_without_a_day_refuses_no_row_and_is_shown(cast: Cast, office: Client) -> None:
    words = ["Sau khi có hướng dẫn", "15/12 hằng năm", "Q3/2026", "Đầu quý II/2026", "31/2/2026"]
    rows = [[str(at), f"Việc {at}", "", text] for at, text in enumerate(words, 1)]
    started = send(office, cast.plan, as_csv([*LED, *rows]))
    found = office.get(started.get_absolute_url(), {"show": "noted"}).context
    assert [one.number for one in found["page"]] == [3, 4, 6, 7]
    assert take(office, started).made == len(words)
    assert list(Task.objects.order_by("number").values_list("due_text", flat=True)) == words


def test_refused_rows_of_an_annex_come_back_with_their_group_and_number(
    cast: Cast, office: Client
) -> None:
    rows = [["1", "a", "", ""], ["2", "", "Sở A", ""], ["II", "Tầng", "", ""], ["1", "c", "", ""]]
    done = take(office, send(office, cast.plan, as_csv([*LED, *rows])))
    [line] = done.refused
    assert line["cells"] == ["I.2", "", "Sở A", "", "I. Số"]
    answer = office.get(f"{done.get_absolute_url()}refused.xlsx")
    assert answer.status_code == 200


def test_hidden_rows_and_other_sheets_are_told(cast: Cast, office: Client) -> None:
    started = send(office, cast.plan, as_ods(ROWS, MERGED, {6}, ["Sheet2"]), "a.ods")
    page = office.get(started.get_absolute_url())
    assert (page.context["hidden_rows"], page.context["other_sheets"]) == ([7], ["Sheet2"])
