"""New tasks from a document's list: columns told, every row looked through, the good ones made."""

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook
from pytest_django import DjangoAssertNumQueries

from core.models import AuditEvent
from core.tables.reader import read_sheet
from provinces.models import PlanGroup
from tasks.models import Assignment, Task, TaskListImport
from tests.factories import AgencyFactory, GroupFactory, PhaseFactory, TaskFactory
from tests.tasks.conftest import Cast
from tests.tasks.task_lists import (
    DUE,
    GROUP,
    HEADER,
    NUMBER,
    TITLE,
    Table,
    as_csv,
    as_xlsx,
    counts,
    long_list,
    send,
    take,
)


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    """The coordinator's browser; the document has no group and no other task yet."""
    Assignment.objects.all().delete()
    Task.objects.all().delete()
    PlanGroup.objects.all().delete()
    client.force_login(cast.coordinator)
    return client


def choose(client: Client, started: TaskListImport, **given: object) -> None:
    body = {"assigned_on": "2025-01-01", "new_groups": started.new_groups, **given}
    assert client.post(started.get_absolute_url(), body).status_code == 302
    started.refresh_from_db()


def small(**cells: str) -> Table:
    """One row; ``cells`` by the head of their column."""
    return [HEADER, [cells.get(head, "") for head in HEADER]]


def one(office: Client, cast: Cast, **cells: str) -> str:
    """Why a row of these cells is refused; "" where it is taken."""
    GroupFactory.create(plan=cast.plan, number=1)
    given = {"no": "5", "group": "I", "title_vi": "Xây dựng", **cells}
    started = take(office, send(office, cast.plan, as_csv(small(**given))))
    return started.refused[0]["reason"] if started.refused else ""


@pytest.mark.parametrize("kind", ["csv", "semicolon", "tab", "bom", "xlsx"])
def test_140_untidy_tasks_come_in_with_their_groups(cast: Cast, office: Client, kind: str) -> None:
    table = long_list()
    data = {
        "csv": as_csv(table),
        "semicolon": as_csv(table, ";"),
        "tab": as_csv(table, "\t"),
        "bom": as_csv(table, encoding="utf-8-sig"),
        "xlsx": as_xlsx(table),
    }[kind]
    started = send(office, cast.plan, data)
    assert counts(office, started) == {"new": 140, "unchanged": 0, "refused": 0}
    assert Task.objects.count() == 0
    done = take(office, started)
    assert (done.made, done.refused, Task.objects.count()) == (140, [], 140)
    by_group = {group.number: group.tasks.count() for group in cast.plan.groups.all()}
    assert by_group == dict.fromkeys(range(1, 8), 20)
    task = Task.objects.get(number="12")
    assert (task.due_text, task.due_on, task.due_kind) == ("6/2025", date(2025, 6, 30), "month")


def test_a_list_that_is_there_already_is_not_doubled(cast: Cast, office: Client) -> None:
    take(office, send(office, cast.plan, as_csv(long_list(20))))
    again = send(office, cast.plan, as_xlsx(long_list(21)))
    assert counts(office, again) == {"new": 1, "unchanged": 20, "refused": 0}
    done = take(office, again)
    assert (done.made, done.unchanged, Task.objects.count()) == (1, 20, 21)


def test_a_spoiled_list_is_refused_row_by_row_and_its_good_rows_are_taken(
    cast: Cast, office: Client
) -> None:
    take(office, send(office, cast.plan, as_csv(long_list(7))))
    table = long_list()[:1] + long_list()[8:]
    table[1][TITLE], table[2][GROUP], table[3][DUE] = "", "XIX", "31/2/2025" * 45
    table[4][NUMBER] = table[5][NUMBER]
    started = send(office, cast.plan, as_csv(table))
    assert counts(office, started) == {"new": 129, "unchanged": 0, "refused": 4}
    done = take(office, started)
    assert (done.made, Task.objects.count()) == (129, 136)
    reasons = {line["number"]: line["reason"] for line in done.refused}
    assert list(reasons) == [2, 3, 4, 6]
    for number, word in zip(reasons, ("còn trống", "XIX", "400 ký tự", "Dòng 5"), strict=True):
        assert word in reasons[number]


def test_refused_rows_come_back_with_the_reason_and_are_taken_once_mended(
    cast: Cast, office: Client
) -> None:
    table = long_list(8)
    table[3][TITLE] = ""
    started = take(office, send(office, cast.plan, as_csv(table)))
    answer = office.get(f"{started.get_absolute_url()}refused.xlsx")
    back = [list(row) for row in read_sheet(answer.content).rows]
    assert (back[0], len(back)) == ([*HEADER, "Lý do chưa nhận"], 2)
    back[1][TITLE] = "Bổ sung tên"
    assert take(office, send(office, cast.plan, as_xlsx(back))).made == 1


def test_an_unknown_group_is_made_only_when_somebody_says_so(cast: Cast, office: Client) -> None:
    GroupFactory.create(plan=cast.plan, number=1, name_vi="Nâng cao nhận thức")
    table = long_list(3)
    table[1][GROUP], table[2][GROUP], table[3][GROUP] = "1. Nhận thức", "Hạ tầng", "Nhóm 3: Dữ liệu"
    started = send(office, cast.plan, as_csv(table))
    assert counts(office, started) == {"new": 1, "unchanged": 0, "refused": 2}
    choose(office, started, new_groups=["#3", "ha tang"])
    assert counts(office, started)["new"] == 3
    take(office, started)
    made = cast.plan.groups.order_by("number").values_list("number", "name_vi")
    assert list(made) == [(1, "Nâng cao nhận thức"), (3, "Dữ liệu"), (4, "Hạ tầng")]


def test_a_group_is_found_by_its_name_too(cast: Cast, office: Client) -> None:
    GroupFactory.create(plan=cast.plan, number=4, name_vi="Phát triển hạ tầng số")
    assert one(office, cast, group="phát triển  HẠ TẦNG số") == ""
    assert Task.objects.get().group.number == 4


BAD: list[tuple[dict[str, str], str]] = [
    ({"title_vi": ""}, "còn trống"),
    ({"no": ""}, "còn trống"),
    ({"group": ""}, "còn trống"),
    ({"group": "IX"}, "IX"),
    ({"no": "1" * 21}, "20 ký tự"),
    ({"deadline_as_printed": "2025" * 101}, "400 ký tự"),
]


@pytest.mark.parametrize(("cells", "word"), BAD)
def test_a_broken_row_names_what_is_wrong(
    cast: Cast, office: Client, cells: dict[str, str], word: str
) -> None:
    assert word in one(office, cast, **cells)
    assert Task.objects.count() == 0


def test_a_number_that_means_another_task_is_refused_and_says_where_it_differs(
    cast: Cast, office: Client
) -> None:
    TaskFactory.create(plan=cast.plan, number="5", title_vi="Việc khác", due_text="2025")
    reason = one(office, cast, deadline_as_printed="2026")
    assert all(word in reason for word in ("Nhiệm vụ", "Thời hạn"))
    assert Task.objects.get().title_vi == "Việc khác"


def test_phases_number_their_tasks_apart(cast: Cast, office: Client) -> None:
    first, second = (PhaseFactory.create(plan=cast.plan, number=n) for n in (1, 2))
    TaskFactory.create(plan=cast.plan, phase=first, number="1")
    table = [
        ["TT", "Nhóm", "Nhiệm vụ", "Giai đoạn"],
        ["1", "I", "Xây dựng", "Giai đoạn 2"],
        ["2", "I", "Rà soát", "3"],
    ]
    started = send(office, cast.plan, as_csv(table))
    done = take(office, started)
    assert (done.made, len(done.refused)) == (1, 1)
    assert second.tasks.get().number == "1"


@pytest.mark.parametrize(
    ("lead", "is_found"),
    [
        ("Sở Khoa học và Công nghệ", True),
        ("Sở KH&CN", True),
        ("sở khcn", True),
        ("Sở Khoa học và Công nghệ tỉnh Nghệ An", True),
        ("Sở Bưu chính Viễn thông", True),
        ("Sở KH&CN; Công an tỉnh", True),
        ("Sở Tài chính", False),
        ("Các sở, ngành", False),
    ],
)
def test_a_lead_agency_is_found_by_any_of_its_names_where_only_one_has_it(
    cast: Cast, office: Client, lead: str, is_found: bool
) -> None:
    science = AgencyFactory.create(
        name_vi="Sở Khoa học và Công nghệ tỉnh Nghệ An", short_name_vi="Sở KH&CN"
    )
    AgencyFactory.create(
        name_vi="Sở Bưu chính Viễn thông", successor=science, merged_on=date(2016, 1, 1)
    )
    AgencyFactory.create_batch(2, name_vi="Sở Tài chính")
    GroupFactory.create(plan=cast.plan)
    started = send(
        office,
        cast.plan,
        as_csv(small(no="1", group="1", title_vi="Xây dựng", lead_agency_vi_original=lead)),
    )
    choose(office, started, assign="on")
    done = take(office, started)
    assert (done.made, done.given) == (1, int(is_found))
    assert Task.objects.get().lead_text == lead
    assert [row.agency for row in Assignment.objects.all()] == [science] * is_found


def test_todays_name_finds_the_agency_and_the_printed_one_is_kept(
    cast: Cast, office: Client
) -> None:
    AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    started = send(office, cast.plan, as_csv(long_list(30)))
    choose(office, started, assign="on")
    assert take(office, started).given == 20
    printed = {row.task.lead_text for row in Assignment.objects.all()}
    assert printed == {"Sở Thông tin", "Sở KH&CN; Công an tỉnh"}


def test_the_main_button_does_what_its_own_form_says(cast: Cast, office: Client) -> None:
    """Nothing has to be shown first, and giving the tasks is what the form begins with."""
    AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    started = send(office, cast.plan, as_csv(long_list(30)))
    page = office.get(started.get_absolute_url())
    html = page.content.decode()
    form = html[html.index(f'action="{started.get_absolute_url()}apply/"') :].split("</form>")[0]
    assert re.search(r'name="assign"[^>]*checked', form)
    assert 'name="assigned_on"' in form
    sent = {"assigned_on": "2025-01-01", "assign": "on", "new_groups": started.new_groups}
    wrong = office.post(
        f"{started.get_absolute_url()}apply/", {**sent, "assigned_on": "2100-01-01"}
    )
    assert (wrong.status_code, Task.objects.count()) == (422, 0)
    office.post(f"{started.get_absolute_url()}apply/", sent)
    started.refresh_from_db()
    assert (started.given, Assignment.objects.count()) == (20, 20)


def test_tasks_that_are_there_are_given_later_and_only_once(cast: Cast, office: Client) -> None:
    AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    first = send(office, cast.plan, as_csv(long_list(30)))
    choose(office, first)
    assert take(office, first).given == 0
    for given in (20, 0):
        started = send(office, cast.plan, as_csv(long_list(30)))
        choose(office, started, assign="on")
        done = take(office, started)
        assert (done.made, done.given, Assignment.objects.count()) == (0, given, 20)


def test_work_is_not_given_after_its_deadline_and_not_in_the_future(
    cast: Cast, office: Client
) -> None:
    AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    started = send(office, cast.plan, as_csv(long_list(30)))
    choose(office, started, assign="on", assigned_on="2025-07-01")
    assert counts(office, started)["refused"] > 0
    body = {"assigned_on": "2100-01-01", "assign": "on"}
    answer = office.post(started.get_absolute_url(), body)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["assigned_on"])


def test_columns_are_told_by_hand_where_the_heads_say_nothing(cast: Cast, office: Client) -> None:
    table = [["a", "b", "c"], ["Xây dựng", "I", "7"]]
    address = f"/planning/documents/{cast.plan.pk}/import/"
    answer = office.post(address, {"file": SimpleUploadedFile("a.csv", as_csv(table))})
    where = answer.headers["Location"]
    wrong = office.post(where, {"title": "0", "group": "0"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"number", "title"})
    office.post(where, {"title": "0", "group": "1", "number": "2"})
    take(office, TaskListImport.objects.get())
    assert (Task.objects.get().number, Task.objects.get().group.number) == ("7", 1)


def test_titles_above_the_table_are_passed_over(cast: Cast, office: Client) -> None:
    above = [["DANH MỤC NHIỆM VỤ", *[""] * 7], ["(Kèm theo Kế hoạch)", *[""] * 7]]
    started = send(office, cast.plan, as_csv([*above, *long_list(5)]))
    assert started.header == HEADER
    assert [row["number"] for row in started.rows] == [4, 5, 6, 7, 8]


def test_days_and_months_that_excel_made_are_read_as_they_are_shown(
    cast: Cast, office: Client
) -> None:
    book, buffer = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["STT", "Nhóm", "Nhiệm vụ", "Thời hạn"])
    for row in ([1, 1, "A"], [2, 1, "B"], [3, 1, "C", 2026]):
        sheet.append(row)
    for line, shown in ((2, "mmm-yy"), (3, "dd/mm/yyyy")):
        sheet.cell(line, 4).value = date(2025, 6, 1)
        sheet.cell(line, 4).number_format = shown
    book.save(buffer)
    take(office, send(office, cast.plan, buffer.getvalue(), "a.xlsx"))
    assert list(Task.objects.order_by("number").values_list("due_text", "due_on")) == [
        ("6/2025", date(2025, 6, 30)),
        ("01/06/2025", date(2025, 6, 1)),
        ("2026", date(2026, 12, 31)),
    ]


def test_a_formula_in_a_column_that_is_read_refuses_its_row(cast: Cast, office: Client) -> None:
    book, buffer = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in (["STT", "Nhóm", "Nhiệm vụ"], [1, 1, "A"], [2, 1, '=HYPERLINK("http://x","y")']):
        sheet.append(row)
    book.save(buffer)
    done = take(office, send(office, cast.plan, buffer.getvalue(), "a.xlsx"))
    assert (done.made, [line["number"] for line in done.refused]) == (1, [3])
    assert "công thức" in done.refused[0]["reason"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        "STT,Nhóm,Nhiệm vụ\n".encode(),
        "STT,Nhóm\n1,Xây".encode("utf-16"),
        b"STT,Nh\xf3m\n1,2",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b'a,b\n"x,y\n',
        b"a\x00b\n1",
        "a,b,c\n1,1,Khoa häc vµ C«ng nghÖ tØnh NghÖ An\n".encode(),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    cast: Cast, office: Client, data: bytes
) -> None:
    address = f"/planning/documents/{cast.plan.pk}/import/"
    answer = office.post(address, {"file": SimpleUploadedFile("a.csv", data)})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert TaskListImport.objects.count() == 0


def test_more_rows_than_a_document_has_are_refused(cast: Cast, office: Client) -> None:
    address = f"/planning/documents/{cast.plan.pk}/import/"
    file = SimpleUploadedFile("a.csv", as_csv(long_list(2001)))
    assert office.post(address, {"file": file}).status_code == 422


def test_a_list_is_taken_once_however_often_it_is_asked_for(cast: Cast, office: Client) -> None:
    started = take(office, send(office, cast.plan, as_csv(long_list(5))))
    again = office.post(f"{started.get_absolute_url()}apply/", follow=True)
    assert "đã được nhận" in again.content.decode()
    assert Task.objects.count() == 5
    for late in ("", "columns/"):
        body = {"assigned_on": "2025-01-01", "number": "0", "group": "1", "title": "2"}
        assert office.post(f"{started.get_absolute_url()}{late}", body).status_code in (200, 302)
    assert AuditEvent.objects.filter(action="tasklist.apply").count() == 1


def test_one_event_names_every_task_that_was_made(cast: Cast, office: Client) -> None:
    started = take(office, send(office, cast.plan, as_csv(long_list(9))))
    event = AuditEvent.objects.get(action="tasklist.apply")
    named = (event.after or {})["tasks"]
    assert {task["id"] for task in named} == set(Task.objects.values_list("pk", flat=True))
    assert (event.subject_key, event.user) == (str(started.pk), cast.coordinator)


def test_a_list_is_its_senders_own(cast: Cast, office: Client, client: Client) -> None:
    started = send(office, cast.plan, as_csv(long_list(3)))
    for who in (cast.reviewer, cast.stranger):
        client.force_login(who)
        for late in ("", "columns/", "refused.xlsx"):
            assert client.get(f"{started.get_absolute_url()}{late}").status_code == 404
        assert client.get(f"/planning/documents/{cast.plan.pk}/import/").status_code == 403


def test_the_preview_asks_as_much_of_the_database_for_140_rows_as_for_five(
    cast: Cast, office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    short, long = (send(office, cast.plan, as_csv(long_list(n))) for n in (5, 140))
    for started in (short, long):
        with django_assert_max_num_queries(12):
            counts(office, started)
    with django_assert_max_num_queries(32):  # Two acts, each tells the kept pages.
        take(office, long)
