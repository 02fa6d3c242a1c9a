"""Excel files: bombs and broken ones are refused, text never becomes a formula."""

import io
import resource
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from core.errors import Refused
from core.tables.reader import SHEET, read_sheet
from core.tables.writer import write_sheet


def _packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _with_sheet(xml: bytes) -> bytes:
    """A sound workbook whose sheet was replaced."""
    sound = io.BytesIO(write_sheet("A", ["x"], [], [9]))
    with zipfile.ZipFile(sound) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return _packed({**parts, "xl/worksheets/sheet1.xml": xml})


def _sheet_of(rows: bytes) -> bytes:
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return head + rows + b"</sheetData></worksheet>"


def test_what_is_written_comes_back() -> None:
    data = write_sheet("A", ["Số", "Ngày"], [[-5, date(2025, 11, 15)], ["ạ", None]], [9, 9])
    assert [list(row) for row in read_sheet(data).rows] == [
        ["Số", "Ngày"],
        ["-5", "2025-11-15"],
        ["ạ", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_text_is_never_a_formula(text: str) -> None:
    data = write_sheet("A", [text], [[text]], [9])
    cells = [row[0] for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()]
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", text)] * 2
    assert read_sheet(data).formulas == {}


def test_a_formula_that_somebody_typed_is_pointed_at() -> None:
    book, buffer = Workbook(), io.BytesIO()
    book.worksheets[0]["B2"] = "=1+1"
    book.save(buffer)
    assert read_sheet(buffer.getvalue()).formulas == {1: [1]}


def test_signs_that_excel_cannot_hold_are_left_out() -> None:
    assert read_sheet(write_sheet("A", ["a\x00\x0bb"], [], [9])).rows[0] == ["ab"]


BILLION_LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>""" + _sheet_of(
    b'<row><c t="inlineStr"><is><t>&d;</t></is></c></row>'
)
WIDE = _sheet_of(b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>")
LONG = _sheet_of(b"<row><c><v>1</v></c></row>" * (SHEET.rows + 1))
FAR = _sheet_of(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
BROKEN: dict[str, tuple[bytes, set[str]]] = {
    "no zip": (b"%PDF-1.7\n", {"unsupported_file"}),
    "empty": (b"", {"required"}),
    "another zip": (_packed({"word/document.xml": b"<x/>"}), {"unsupported_file"}),
    "nothing but a directory": (_packed({"xl/workbook.xml": b""}), {"unsupported_file"}),
    "zip bomb": (_with_sheet(b" " * (70 * 2**20)), {"file_too_large"}),
    "many parts": (
        _packed({f"xl/{n}": b"" for n in range(300)} | {"xl/workbook.xml": b""}),
        {"file_too_large"},
    ),
    "entities": (_with_sheet(BILLION_LAUGHS), {"unsupported_file"}),
    "broken xml": (_with_sheet(b"<worksheet><sheetData><row>"), {"unsupported_file"}),
    "too wide": (_with_sheet(WIDE), {"file_too_large"}),
    "too long": (_with_sheet(LONG), {"file_too_large"}),
    "one cell far away": (_with_sheet(FAR), {"file_too_large"}),
    "a slow one": (
        _with_sheet(_sheet_of(b"<row>" + b"<c/>" * 8_000_000 + b"</row>")),
        {"file_too_large"},
    ),
    "long text": (
        _with_sheet(
            _sheet_of(b'<row><c t="inlineStr"><is><t>' + b"a" * 20_001 + b"</t></is></c></row>")
        ),
        {"file_too_large"},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_refused_in_words_and_costs_little(name: str) -> None:
    data, codes = BROKEN[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(Refused) as caught:
        read_sheet(data)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert caught.value.faults[0].code in codes
    assert (after.ru_utime + after.ru_stime) - (spent.ru_utime + spent.ru_stime) < 3.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_text_is_read_as_csv_whatever_parts_its_cells() -> None:
    for text in ("id,state\n1,done", "id;state\n1;done\n", "\ufeffid\tstate\n1\tdone"):
        assert read_sheet(text.encode()).rows == [["id", "state"], ["1", "done"]]


def test_a_file_of_more_than_five_megabytes_is_not_even_opened() -> None:
    started = time.monotonic()
    with pytest.raises(Refused):
        read_sheet(b"PK" + b"0" * (6 * 2**20))
    assert time.monotonic() - started < 1
