"""Which files are read at all, and how an old or hostile one is told."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.errors import Refused
from core.tables.reader import delimiter_of, kind_of, to_csv
from indicators.files.table import LIMITS

GOOD = "indicator,area,period,value,source\nshare,VN,2025,14.02,Cục Thống kê tỉnh Nghệ An\n"


def code_of(content: bytes) -> str:
    """Why it is refused; "" where it is taken."""
    try:
        kind_of(io.BytesIO(content), len(content), LIMITS)
    except Refused as refused:
        return refused.faults[0].code
    return ""


def workbook(*rows: list[Any]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file.getvalue()


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        "a,b\nCafé Noël,Intel® 5 µg\n",
        "value\n-1.5\n",
        "source\nSố 5·10 của Sở\n",
    ],
)
def test_unicode_text_is_taken(text: str) -> None:
    assert code_of(text.encode()) == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (GOOD.encode("utf-16"), "invalid_encoding"),
        ("Côc Thèng kª tØnh NghÖ An".encode("latin-1"), "invalid_encoding"),
        ("Cuïc Thoáng keâ tænh Ngheä An".encode("cp1252"), "invalid_encoding"),
        (GOOD.encode("cp1258", errors="replace") + b"\xff", "invalid_encoding"),
        (b"indicator\nsh\x00are\n", "invalid_encoding"),
        (b"indicator\nC\xe1", "invalid_encoding"),
        ("source\nCôc Thèng kª tØnh NghÖ An\n".encode(), "legacy_encoding"),
        ("source\nCuïc Thoáng keâ tænh Ngheä An\n".encode(), "legacy_encoding"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported_file"),
        (b"PK\x03\x04 no zip at all", "unsupported_file"),
        (zipped(word__document_xml=b"<x/>"), "unsupported_file"),
        (
            zipped(xl__workbook_xml=b"<x/>", xl__sheet_xml=bytes(3_000_000)),
            "file_too_large",
        ),
    ],
)
def test_what_cannot_be_read_is_told_apart(content: bytes, code: str) -> None:
    assert code_of(content) == code


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert delimiter_of(delimiter.join(["indicator", "area", "value"])) == delimiter


def converted(tmp_path: Path, content: bytes) -> str:
    source, target = tmp_path / "book.xlsx", tmp_path / "rows.csv"
    source.write_bytes(content)
    to_csv(source, target, LIMITS)
    return target.read_text()


def test_a_workbook_becomes_what_was_typed_into_it(tmp_path: Path) -> None:
    content = workbook(["period", "value", "note"], [2025, 14.02, "dòng 1\ndòng 2"], [], [2024, 13])
    assert converted(tmp_path, content).splitlines() == [
        "period,value,note",
        "2025,14.02,dòng 1 dòng 2",
        "2024,13,",
    ]


def test_a_broken_workbook_ends_with_a_clear_word(tmp_path: Path) -> None:
    content = zipped(xl__workbook_xml=b"<not xml")
    with pytest.raises(Refused) as refused:
        converted(tmp_path, content)
    assert refused.value.faults[0].code == "unsupported_file"


def test_a_sheet_with_too_many_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        converted(tmp_path, workbook([f"c{n}" for n in range(LIMITS.columns + 1)]))
    assert refused.value.faults[0].code == "file_too_large"


def test_an_entity_bomb_in_a_workbook_is_not_expanded(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    book = io.BytesIO(workbook(["a"], ["b"]))
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name == "xl/workbook.xml" else old.read(name))
    with pytest.raises(Refused) as refused:
        converted(tmp_path, out.getvalue())
    assert refused.value.faults[0].code == "unsupported_file"
