"""Accounts from an Excel list: previewed line by line, made in one step, slips shown once."""

import io
import re
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl.worksheet.worksheet import Worksheet

from core.calendar import clock
from core.db.bulk import refresh_statistics
from core.errors import Refused
from core.models import AuditEvent, OneTimeCode, User
from core.tables.columns import SheetLine
from core.tables.importing import REFUSED
from core.tables.writer import write_sheet
from provinces.accounts.sheet import AccountReader
from provinces.lookup import Lookup
from provinces.models import AccountList, Agency, Membership
from provinces.roles import Role
from provinces.scope import scope_of
from tests.factories import AgencyFactory, CommuneFactory, UserFactory, member
from tests.provinces.conftest import Cast, signed_in

HEADS = ["Họ tên", "Chức vụ", "Đơn vị", "Vai trò", "Điện thoại", "Tên đăng nhập"]
KEYS = ["full_name", "office", "unit", "role", "phone", "username"]
OFFICER = "Cán bộ cập nhật"
CODE = re.compile(r"[A-Z2-9]{5}(?:-[A-Z2-9]{5}){2}")
Row = Sequence[str]


def sheet(rows: Sequence[Row], heads: Sequence[str] = HEADS) -> bytes:
    return write_sheet("x", heads, rows, [20] * len(heads))


def send(client: Client, data: bytes) -> Any:
    file = SimpleUploadedFile("ds.xlsx", data)
    return client.post("/members/import/", {"file": file})


def line(number: int, row: Row) -> SheetLine:
    """As it is read from a file."""
    return SheetLine(number, dict(zip(KEYS, row, strict=True)))


def started(cast: Cast, *rows: Row) -> str:
    """The address of the preview of a list that was sent already."""
    lines = [
        {"number": at, "cells": line(at, row).cells, "has_formula": False}
        for at, row in enumerate(rows, start=2)
    ]
    sent = AccountList.objects.create(
        user=cast.coordinator, made_at=clock.now(), file_name="ds.xlsx", lines=lines
    )
    return sent.get_absolute_url()


def lines_out(data: bytes) -> list[tuple[Any, ...]]:
    """The rows of a file that was taken."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert isinstance(sheet, Worksheet)
    return list(sheet.iter_rows(values_only=True))


def text_of(response: Any) -> str:
    return str(response.content.decode())


def reason(cast: Cast, row: Row) -> str:
    """Why a line is refused."""
    preview = AccountReader(scope_of(cast.coordinator)).preview(line(2, row))
    assert preview.kind == REFUSED
    return preview.reason


# What is made -------------------------------------------------------------------------------------


def test_a_list_becomes_accounts_roles_and_slips_with_one_event(cast: Cast) -> None:
    rows = [
        ["Nguyễn Văn An", "Công chức", "UBND xã Quỳnh Lưu", OFFICER, "0912 345 678", ""],
        ["Đặng Thị Bình", "Giám đốc", "Sở KH&CN", "Lãnh đạo đơn vị", "", "binh.skhcn"],
        ["Lê Chi", "", "40", "reviewer", "", ""],
    ]
    page = send(cast.client, sheet(rows))["Location"]
    assert not User.objects.filter(username="binh.skhcn").exists()
    slips = text_of(cast.client.post(page))
    assert len(set(CODE.findall(slips))) == 3
    held = Membership.objects.filter(user__pk__in=AccountList.objects.get().people)
    assert set(held.values_list("user__username", "role", "agency__code", "area__code")) == {
        ("annv.quynhluu", "officer", "ubnd-17110", None),
        ("binh.skhcn", "agency_head", "40-skhcn", None),
        ("chil.nghean", "reviewer", None, "40"),
    }
    [event] = AuditEvent.objects.filter(action="accounts.import")
    assert event.after is not None
    assert (event.after["created"], len(event.after["roles"])) == (3, 3)


def test_a_code_of_a_slip_opens_the_account_and_no_password_does(cast: Cast) -> None:
    page = started(cast, ["Nguyễn Văn An", "", "UBND xã Quỳnh Lưu", OFFICER, "", ""])
    [code] = set(CODE.findall(text_of(cast.client.post(page))))
    person = User.objects.get(username="annv.quynhluu")
    assert not person.has_usable_password()
    new = {"new_password1": "gio-lao-57-nghe", "new_password2": "gio-lao-57-nghe"}
    sent = {"username": person.username, "code": code, **new}
    assert Client().post("/login/code/", sent).status_code == 302
    assert Client().login(username=person.username, password="gio-lao-57-nghe")


def test_the_codes_are_shown_once_and_kept_nowhere(cast: Cast) -> None:
    page = started(cast, ["Nguyễn Văn An", "", "UBND xã Quỳnh Lưu", OFFICER, "", ""])
    response = cast.client.post(page)
    [code] = set(CODE.findall(text_of(response)))
    assert "no-store" in response["Cache-Control"]
    assert CODE.search(text_of(cast.client.get(page))) is None
    again = cast.client.post(page)
    assert (again.status_code, CODE.search(text_of(again))) == (409, None)
    kept = [
        *AuditEvent.objects.values(),
        *AccountList.objects.values(),
        *OneTimeCode.objects.values(),
    ]
    assert code not in str(kept)


def test_a_list_sent_twice_makes_nobody_twice(cast: Cast) -> None:
    rows = [
        ["Nguyễn Văn An", "", "UBND xã Quỳnh Lưu", OFFICER, "", ""],
        ["Lê Chi", "", "40", "reviewer", "", "le.chi"],
    ]
    cast.client.post(started(cast, *rows))
    before, page = User.objects.count(), started(cast, *rows)
    assert "không có tài khoản nào cần tạo" in text_of(cast.client.get(page))
    cast.client.post(page)
    assert (User.objects.count(), AccountList.objects.latest("pk").existing) == (before, 2)


def test_namesakes_of_one_place_in_one_file_are_one_person_with_two_roles(cast: Cast) -> None:
    rows = [["Nguyễn Văn An", "", "Sở KH&CN", role, "", ""] for role in (OFFICER, "agency_head")]
    cast.client.post(started(cast, *rows))
    person = User.objects.get(username="annv.sokhcn")
    assert set(person.memberships.values_list("role", flat=True)) == {"officer", "agency_head"}


def test_namesakes_of_two_places_get_names_of_their_own(cast: Cast) -> None:
    other = CommuneFactory.create(code="17200", short_name_vi="Quỳnh Lưu")
    AgencyFactory.create(code="ubnd-17200", area=other, name_vi="UBND phường Quỳnh Lưu")
    rows = [
        ["Nguyễn Văn An", "", "ubnd-17110", OFFICER, "", ""],
        ["Nguyen Van An", "", "ubnd-17200", OFFICER, "", ""],
    ]
    cast.client.post(started(cast, *rows))
    names = User.objects.filter(username__startswith="annv").values_list("username", flat=True)
    assert set(names) == {"annv.quynhluu", "annv.quynhluu2"}


def test_somebody_who_is_there_gets_the_role_and_no_new_code(cast: Cast) -> None:
    page = started(cast, ["nguyen duc dat", "", "UBND xã Quỳnh Lưu", OFFICER, "", "Officer"])
    assert "Thêm vai trò" in text_of(cast.client.get(page))
    assert cast.client.post(page)["Location"] == page
    assert cast.officer.memberships.count() == 2
    assert not OneTimeCode.objects.exists()


def test_lines_without_a_name_are_left_out(cast: Cast) -> None:
    rows = [["", "", "Sở KH&CN", OFFICER, "", ""], ["An", "", "Sở KH&CN", OFFICER, "", ""]]
    send(cast.client, sheet(rows))
    [kept] = AccountList.objects.get().lines
    assert (kept["number"], kept["cells"]["full_name"]) == (3, "An")


def test_slips_are_printed_again_with_new_codes_for_who_has_no_password_yet(cast: Cast) -> None:
    page = started(
        cast,
        ["Nguyễn Văn An", "", "Sở KH&CN", OFFICER, "", ""],
        ["Lê Chi", "", "40", "reviewer", "", ""],
    )
    old = set(CODE.findall(text_of(cast.client.post(page))))
    person = User.objects.get(username="chil.nghean")
    person.set_password("gio-lao-57-nghe")
    person.save()
    slips = text_of(cast.client.post(f"{page}codes/"))
    assert "annv.sokhcn" in slips
    assert "chil.nghean" not in slips
    assert not old & set(CODE.findall(slips))


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["An", "", "Sở Y tế", OFFICER, "", ""], "Không có cơ quan, địa phương nào"),
        (["An", "", "", OFFICER, "", ""], "còn trống"),
        (["", "", "Sở KH&CN", OFFICER, "0912", ""], "còn trống"),
        (["An", "", "Sở KH&CN", "Vua", "", ""], "không phải là vai trò"),
        (["An", "", "38-sxd", OFFICER, "", ""], "không thuộc địa bàn"),
        (["An", "", "VN", "coordinator", "", ""], "không thuộc địa bàn"),
        (["An", "", "40", "Quản trị hệ thống", "", ""], "không được giao vai trò này"),
        (["An", "", "40", OFFICER, "", ""], "là địa phương"),
        (["An", "", "Sở KH&CN", "reviewer", "", ""], "là cơ quan"),
        (["An", "", "Sở KH&CN", OFFICER, "", "Đạt"], "ký tự"),
        (["An", "", "Sở KH&CN", OFFICER, "", "officer"], "đã có người dùng"),
        (["An", "", "Sở KH&CN", OFFICER, "", "STRANGER"], "đã có người dùng"),
        (["A" * 121, "", "Sở KH&CN", OFFICER, "", ""], "dài quá 120"),
    ],
)
def test_a_line_is_refused_with_its_reason(cast: Cast, row: Row, words: str) -> None:
    assert words in reason(cast, row)


def test_an_ambiguous_agency_is_refused_with_the_codes(cast: Cast) -> None:
    AgencyFactory.create(code="ubnd-2", area=cast.commune, name_vi="UBND xã Quỳnh Lưu")
    said = reason(cast, ["An", "", "UBND xã Quỳnh Lưu", OFFICER, "", ""])
    assert "ubnd-17110, ubnd-2" in said


def test_a_province_of_the_past_is_not_taken_for_a_commune(cast: Cast) -> None:
    cast.area.aliases = ["Tỉnh Hà Tây (trước 01/8/2008)"]
    cast.area.save()
    commune = CommuneFactory.create(short_name_vi="Hà Tây", parent=cast.area)
    units = Lookup(scope_of(cast.coordinator))
    assert units.find("Xã Hà Tây", Role.COORDINATOR).code == commune.code
    with pytest.raises(Refused) as refused:
        units.find("Hà Tây", Role.COORDINATOR)
    assert refused.value.faults[0].code == "ambiguous_unit"


def test_a_stranger_of_that_name_is_not_drawn_into_the_area(cast: Cast) -> None:
    """Their account has roles elsewhere, and their name is no secret."""
    row = [cast.stranger.full_name, "", "Sở KH&CN", OFFICER, "", "stranger"]
    assert "đã có người dùng" in reason(cast, row)
    assert cast.stranger.memberships.count() == 1


def test_the_good_lines_are_taken_and_the_others_come_back_as_a_file(cast: Cast) -> None:
    page = started(
        cast,
        ["Nguyễn Văn An", "", "Sở KH&CN", OFFICER, "", ""],
        ["Lê Chi", "", "Sở Y tế", OFFICER, "", ""],
        ["Nguyễn Văn An", "", "Sở KH&CN", OFFICER, "", ""],
    )
    cast.client.post(page)
    assert "Dòng này bị lặp lại." in text_of(cast.client.get(page))
    data = cast.client.get(f"{page}refused.xlsx").content
    rows = lines_out(data)
    assert [row[0] for row in rows] == ["Họ và tên", "Lê Chi", "Nguyễn Văn An"]
    assert "Sở Y tế" in str(rows[1][-1])
    AgencyFactory.create(area=cast.area, name_vi="Sở Y tế")
    again = text_of(cast.client.get(send(cast.client, data)["Location"]))
    assert "chil.soyte" in again


def test_a_formula_is_refused_and_none_goes_out(cast: Cast) -> None:
    book = openpyxl.Workbook(write_only=True)
    out = book.create_sheet()
    for row in (HEADS, ['=HYPERLINK("http://x")', "", "Sở KH&CN", OFFICER, "", ""]):
        out.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    page = send(cast.client, buffer.getvalue())["Location"]
    assert "chứa công thức" in text_of(cast.client.get(page))
    cast.client.post(page)
    data = cast.client.get(f"{page}refused.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book.worksheets for row in sheet.rows for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 not a file of Excel", "không phải"),
        (sheet([["An"]], ["Họ tên"]), "phải ghi tên các cột"),
        (sheet([["a"] * 7], [*HEADS, "Họ tên"]), "bị lặp"),
        (sheet([]), "chưa có tên ai"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(cast: Cast, data: bytes, words: str) -> None:
    response = send(cast.client, data)
    assert response.status_code == 422
    assert words in text_of(response)
    assert not AccountList.objects.exists()


def test_markup_in_a_name_stays_text(cast: Cast) -> None:
    page = started(cast, ["<script>alert(1)</script>", "", "Sở KH&CN", OFFICER, "", ""])
    assert "<script>alert" not in text_of(cast.client.get(page))
    assert "<script>alert" not in text_of(cast.client.post(page))


# Who may ------------------------------------------------------------------------------------------


def test_a_list_is_seen_and_taken_by_who_sent_it_only(cast: Cast) -> None:
    page = started(cast, ["Nguyễn Văn An", "", "Sở KH&CN", OFFICER, "", ""])
    rival = signed_in(member(UserFactory.create(), Role.COORDINATOR, cast.area))
    answers = {rival.get(page).status_code, rival.post(page).status_code}
    answers |= {rival.post(f"{page}codes/").status_code}
    assert answers == {404}


def test_who_lost_their_role_before_the_last_click_makes_nobody(cast: Cast) -> None:
    page = started(cast, ["Nguyễn Văn An", "", "Sở KH&CN", OFFICER, "", ""])
    cast.coordinator.memberships.all().delete()
    assert cast.client.post(page).status_code == 403
    member(cast.coordinator, Role.COORDINATOR, cast.commune)
    assert cast.client.post(page).status_code == 302
    assert not User.objects.filter(username__startswith="annv").exists()


def test_one_account_is_made_by_hand_with_its_slip(cast: Cast) -> None:
    sent = {
        "full_name": "Lê Văn Dũng",
        "office": "Chuyên viên",
        "role": "officer",
        "place": "UBND xã Quỳnh Lưu",
        "email": "dung@nghean.gov.vn",
    }
    slips = text_of(cast.client.post("/members/new/", sent))
    assert CODE.search(slips)
    person = User.objects.get(username="dunglv.quynhluu")
    assert (person.email, person.has_usable_password()) == ("dung@nghean.gov.vn", False)
    [event] = AuditEvent.objects.all()
    assert event.action == "user_created"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"role": "administrator", "place": "40"}, 422),
        ({"place": "38-sxd"}, 422),
        ({"role": "coordinator", "place": "VN"}, 422),
        ({"username": "OFFICER"}, 409),
        ({"username": "đạt"}, 422),
        ({"full_name": " "}, 422),
        ({"email": "nobody"}, 422),
    ],
)
def test_an_account_beyond_their_reach_is_not_made(
    cast: Cast, change: dict[str, str], status: int
) -> None:
    sent = {"full_name": "Lê An", "role": "officer", "place": "Sở KH&CN", "is_superuser": "1"}
    before = User.objects.count()
    assert cast.client.post("/members/new/", sent | change).status_code == status
    assert (User.objects.count(), AuditEvent.objects.count()) == (before, 0)


# Many ---------------------------------------------------------------------------------------------


def communes(count: int, start: int) -> list[Row]:
    rows: list[Row] = []
    for number in range(start, start + count):
        commune = CommuneFactory.create(code=f"{number}", short_name_vi=f"Xã số {number}")
        AgencyFactory.create(code=f"ubnd-{number}", area=commune, name_vi=f"UBND xã số {number}")
        rows.append([f"Nguyễn Văn {number}", "", f"UBND xã số {number}", OFFICER, "", ""])
    return rows


def queries(cast: Cast, rows: Sequence[Row]) -> tuple[int, int]:
    """Of the preview, and of making the accounts."""
    page, client = started(cast, *rows), cast.client
    refresh_statistics()
    with CaptureQueriesContext(
        connection,
    ) as preview:
        assert client.get(page).status_code == 200
    with CaptureQueriesContext(connection) as making:
        assert client.post(page).status_code == 200
    return len(preview), len(making)


def test_forty_five_accounts_cost_as_many_queries_as_three(cast: Cast) -> None:
    few, many = communes(3, 20000), communes(45, 30000)
    cast.client.get("/members/")  # The menu learns the names of the provinces, once.
    assert queries(cast, few) == queries(cast, many)
    assert OneTimeCode.objects.count() == 48


def test_the_form_has_a_line_for_every_agency_without_an_officer(cast: Cast) -> None:
    Agency.objects.create(code="ubnd-9", area=cast.commune, name_vi=cast.ubnd.name_vi)
    data = cast.client.get("/members/import/form.xlsx").content
    rows = lines_out(data)
    assert rows[0][:4] == ("Họ và tên", "Chức vụ", "Cơ quan hoặc địa phương", "Vai trò")
    assert {(row[2], row[3]) for row in rows[1:]} == {
        ("ubnd-17110", OFFICER),
        ("ubnd-9", OFFICER),
    }
