"""A file that cannot be read gets one answer, whichever importer it is sent to."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.tables.reader import SHEET
from core.tables.writer import write_sheet
from indicators.files.services import work_off
from indicators.files.table import LIMITS
from indicators.models import ImportJob, Reading
from provinces.models import AccountList
from provinces.roles import Role
from tasks.models import SheetImport, TaskListImport
from tests.core.tables.books import locked_xls
from tests.core.tables.test_reader import BROKEN
from tests.factories import api_key, bearer, member
from tests.tasks.conftest import Cast

Answer = tuple[str, str, str]
"""Field, code and sentence."""
Door = Callable[[Cast, Client, bytes, str], Answer | None]


def _at_page(address: str) -> Door:
    def send(cast: Cast, client: Client, data: bytes, name: str) -> Answer | None:
        where = address.format(plan=cast.plan.pk)
        answer = client.post(where, {"file": SimpleUploadedFile(name, data)})
        if answer.status_code == 302:
            return None
        form = answer.context["form"]
        [(field, [sentence])] = form.errors.items()
        [code] = [fault.code for fault in form.refused.faults] if form.refused else [""]
        assert answer.status_code == (413 if sentence in TOO_HEAVY else 422)
        assert answer.content.decode().count(sentence) >= 1
        return field, code, sentence

    return send


def _at_readings(cast: Cast, client: Client, data: bytes, name: str) -> Answer | None:
    """Some faults are found only when the file is read."""
    return _at_page("/imports/")(cast, client, data, name) or _ended()


def _over_rest(cast: Cast, client: Client, data: bytes, name: str) -> Answer | None:
    language = client.cookies[settings.LANGUAGE_COOKIE_NAME].value
    headers = {**bearer(api_key()), "accept-language": language}
    file = SimpleUploadedFile(name, data)
    answer = Client().post("/api/v1/imports/", {"file": file}, headers=headers)
    if answer.status_code == 202:
        return _ended()
    [error] = answer.json()["errors"]
    assert answer.status_code == (413 if error["detail"] in TOO_HEAVY else 400)
    return error["pointer"].removeprefix("/"), error["code"], error["detail"]


def _ended() -> Answer | None:
    work_off(60)
    [error] = ImportJob.objects.get().errors or [None]
    ImportJob.objects.all().delete()
    return error and ("file", error["code"], error["detail"])


DOORS: dict[str, Door] = {
    "task list": _at_page("/planning/documents/{plan}/import/"),
    "status sheet": _at_page("/tasks/imports/"),
    "accounts": _at_page("/members/import/"),
    "readings": _at_readings,
    "readings over REST": _over_rest,
}


@dataclass(frozen=True)
class Bad:
    name: str
    data: bytes
    code: str
    english: str
    vietnamese: str


def _zipped(parts: dict[str, bytes], *, flag: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    data = buffer.getvalue()
    # Bit 0 of the flags of each entry of the directory: encrypted.
    at = data.find(b"PK\x01\x02")
    while flag and at >= 0:
        data = data[: at + 8] + bytes([data[at + 8] | flag]) + data[at + 9 :]
        at = data.find(b"PK\x01\x02", at + 4)
    return data


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_XLS = _OLE + "Workbook".encode("utf-16-le")
_SOUND = write_sheet("A", ["x"], [["y"]], [9])
_ODS = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}

_LOCKED = (
    "This file is protected by a password; save it without one.",
    "Tệp này có mật khẩu; hãy lưu lại không có mật khẩu.",
)
_DAMAGED = (
    "This Excel file is damaged; open it, save it again and send it.",
    "Tệp Excel bị hỏng; hãy mở, lưu lại rồi gửi.",
)
_OTHER = (
    "This is no Excel file; save it as .xlsx or CSV.",
    "Đây không phải tệp Excel; hãy lưu lại dưới dạng .xlsx hoặc CSV.",
)
_SWOLLEN = (
    "This file is too large once it is unpacked; send fewer rows.",
    "Tệp quá lớn sau khi giải nén; hãy gửi ít dòng hơn.",
)
TOO_HEAVY = ("A file has at most 5 MB.", "Tệp có dung lượng tối đa 5 MB.")
_EMPTY = ("The file is empty.", "Tệp rỗng.")
_UTF_16 = (
    "This text is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8).",
    "Tệp này dùng mã UTF-16; hãy lưu lại bằng UTF-8 (trong Excel: CSV UTF-8).",
)
_NO_TEXT = ("This is no text file.", "Đây không phải tệp văn bản.")
_NO_CSV = ("Line 2 cannot be read as CSV.", "Không đọc được dòng 2 theo định dạng CSV.")

BAD = {
    "old Excel, damaged": Bad("a.xls", _XLS, "unsupported_file", *_DAMAGED),
    "old Excel named .xlsx": Bad("a.xlsx", _XLS, "unsupported_file", *_DAMAGED),
    "old Word": Bad("a.doc", _OLE, "unsupported_file", *_OTHER),
    "encrypted": Bad(
        "a.xlsx", _OLE + "EncryptedPackage".encode("utf-16-le"), "unsupported_file", *_LOCKED
    ),
    "old Excel with a password": Bad("a.xls", locked_xls(), "unsupported_file", *_LOCKED),
    "encrypted in its parts": Bad(
        "a.xlsx", _zipped({"xl/workbook.xml": b"<x/>"}, flag=1), "unsupported_file", *_LOCKED
    ),
    "OpenDocument of no sheet": Bad("a.ods", _zipped(_ODS), "unsupported_file", *_DAMAGED),
    "OpenDocument named .xlsx": Bad("a.xlsx", _zipped(_ODS), "unsupported_file", *_DAMAGED),
    "OpenDocument without its content": Bad(
        "a.ods", _zipped({"mimetype": _ODS["mimetype"]}), "unsupported_file", *_DAMAGED
    ),
    "OpenDocument with a password": Bad(
        "a.ods",
        _zipped({**_ODS, "META-INF/manifest.xml": b"<m:encryption-data/>"}),
        "unsupported_file",
        *_LOCKED,
    ),
    "OpenDocument text": Bad(
        "a.odt",
        _zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "unsupported_file",
        *_OTHER,
    ),
    "cut off": Bad("a.xlsx", _zipped({"xl/workbook": b"<x/>"})[:40], "unsupported_file", *_DAMAGED),
    "half a zip": Bad("a.xlsx", _SOUND[: len(_SOUND) // 2], "unsupported_file", *_DAMAGED),
    "broken inside": Bad("a.xlsx", BROKEN["broken xml"][0], "unsupported_file", *_DAMAGED),
    "entities": Bad("a.xlsx", BROKEN["entities"][0], "unsupported_file", *_DAMAGED),
    "another zip": Bad("a.docx", BROKEN["another zip"][0], "unsupported_file", *_OTHER),
    "a zip of nothing": Bad("a.xlsx", _zipped({}), "unsupported_file", *_OTHER),
    "bomb": Bad("a.xlsx", BROKEN["zip bomb"][0], "file_too_large", *_SWOLLEN),
    "picture named .xlsx": Bad("a.xlsx", b"\x89PNG\r\n\x1a\n\x00", "unsupported_file", *_OTHER),
    "picture named .csv": Bad("a.csv", b"\x89PNG\r\n\x1a\n\x00", "unsupported_file", *_OTHER),
    "PDF named .xlsx": Bad("a.xlsx", b"%PDF-1.7\n%abc", "unsupported_file", *_OTHER),
    "PDF named .csv": Bad("a.csv", b"%PDF-1.7\n", "unsupported_file", *_OTHER),
    "nothing": Bad("a.xlsx", b"", "required", *_EMPTY),
    "blanks": Bad("a.csv", b" \n\n", "required", *_EMPTY),
    "a workbook of nothing": Bad("a.xlsx", write_sheet("A", [], [], []), "required", *_EMPTY),
    "UTF-16": Bad("a.csv", "a,b\n1,2\n".encode("utf-16"), "invalid_encoding", *_UTF_16),
    "no text": Bad("a.csv", b"a,b\n\x00,2\n", "invalid_encoding", *_NO_TEXT),
    "an open quotation mark": Bad("a.csv", b'a,b\n"1,2\n', "invalid_csv", *_NO_CSV),
    "the same in a .xlsx": Bad("a.xlsx", b'a,b\n"1,2\n', "invalid_csv", *_NO_CSV),
}


def _sender(cast: Cast, client: Client, language: str) -> Client:
    """A person who may send a file at every door."""
    sender = member(member(cast.coordinator, Role.OFFICER, cast.agency), Role.REVIEWER, cast.area)
    client.force_login(sender)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def _written() -> list[Any]:
    kept = (TaskListImport, SheetImport, AccountList, ImportJob, Reading)
    return [model.objects.count() for model in kept]


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("door", DOORS)
def test_a_bad_file_has_one_answer_at_every_door(
    cast: Cast, client: Client, door: str, name: str, language: str
) -> None:
    bad, client = BAD[name], _sender(cast, client, language)
    sentence = bad.english if language == "en" else bad.vietnamese
    answer = DOORS[door](cast, client, bad.data, bad.name)
    assert answer == ("file", bad.code, sentence)
    assert _written() == [0] * 5


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("door", DOORS)
def test_a_file_of_too_many_bytes_has_one_answer_too(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, door: str, language: str
) -> None:
    """Readings may have more, so they are given the limit of the others here."""
    monkeypatch.setattr("indicators.files.services.LIMITS", replace(LIMITS, size=SHEET.size))
    data = b"a,b\n" * (SHEET.size // 4 + 1)
    answer = DOORS[door](cast, _sender(cast, client, language), data, "a.csv")
    assert answer == ("file", "file_too_large", TOO_HEAVY[language == "vi"])
    assert _written() == [0] * 5


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("name", "data"), [("a.csv", _SOUND), ("a.xlsx", b"x,z\ny,1\n")])
def test_a_wrong_name_does_no_harm(
    cast: Cast, client: Client, door: str, name: str, data: bytes
) -> None:
    answer = DOORS[door](cast, _sender(cast, client, "vi"), data, name)
    assert answer is None or answer[1] in {"no_header", "unknown_field"}
