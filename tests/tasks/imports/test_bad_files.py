"""One bad file, one answer: the same sentence at every door, and nothing is kept."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from core.errors import Refused
from core.models import User
from core.tables.kinds import is_workbook
from indicators.models import ImportJob
from provinces.models import AccountList
from provinces.roles import Role
from tasks.models import SheetImport, TaskListImport
from tests.factories import member
from tests.tasks.conftest import Cast


def _zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


OLD = "Đây là tệp Excel kiểu cũ (.xls) hoặc có mật khẩu"
NO_EXCEL = "Đây không phải tệp Excel; hãy lưu dưới dạng .xlsx rồi gửi lại."
DAMAGED = "Tệp Excel bị hỏng; hãy mở, lưu lại rồi gửi."
BAD: dict[str, tuple[bytes, str]] = {
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), OLD),
    "old named.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), OLD),
    "open.ods": (
        _zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        "Đây là tệp OpenDocument (.ods)",
    ),
    "letter.docx": (_zipped(word__document=b"<x/>"), NO_EXCEL),
    "cut off.xlsx": (_zipped(xl__workbook=b"<x/>")[:40], DAMAGED),
    "picture.xlsx": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", NO_EXCEL),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", NO_EXCEL),
    "paper.xlsx": (b"%PDF-1.7\n%abc", NO_EXCEL),
}


@pytest.fixture
def sender(cast: Cast) -> User:
    """Whoever may knock at all four doors."""
    return member(member(cast.coordinator, Role.OFFICER, cast.agency), Role.REVIEWER, cast.area)


DOORS = {
    "status sheets": "/tasks/imports/",
    "task list": "/planning/documents/{plan}/import/",
    "accounts": "/members/import/",
    "readings": "/imports/",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("door", DOORS)
def test_a_bad_file_gets_the_same_sentence_at_every_door(
    cast: Cast, client: Client, sender: User, door: str, name: str
) -> None:
    data, sentence = BAD[name]
    client.force_login(sender)
    answer = client.post(
        DOORS[door].format(plan=cast.plan.pk), {"file": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 422
    assert answer.content.decode().count(sentence) >= 1
    for table in (SheetImport, TaskListImport, AccountList, ImportJob):
        assert not table._default_manager.exists()


@pytest.mark.parametrize("name", BAD)
def test_it_is_one_code_and_an_english_sentence_too(name: str) -> None:
    with override("en"), pytest.raises(Refused) as refused:
        is_workbook(io.BytesIO(BAD[name][0]))
    (fault,) = refused.value.faults
    assert (fault.code, str(fault.detail).isascii()) == ("unsupported_file", True)
