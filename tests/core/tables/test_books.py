"""What a sheet holds and how it looks, whichever program saved it."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from core.errors import Refused
from core.tables.reader import read_sheet
from tests.core.tables.books import annex_xls, as_ods

_TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=8)


def test_an_old_excel_file_is_read_with_its_days_and_merged_cells() -> None:
    sheet = read_sheet(annex_xls())
    assert list(sheet.rows[3]) == [
        "TT",
        "Tên nhiệm vụ",
        "Cơ quan thực hiện",
        "",
        "Kết quả",
        "Thời gian hoàn thành",
    ]
    assert list(sheet.rows[9]) == [
        "3",
        "Rà soát văn bản",
        "Sở Tư pháp",
        "",
        "Báo cáo",
        "2026-12-15",
    ]
    assert [3, 2, 3, 3] in sheet.looks.merged
    assert list(map(list, sheet.looks.others)) == [["Danh mục đơn vị", True]]


@given(st.lists(st.lists(_TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_texts_of_an_opendocument_come_as_they_were_typed(table: list[list[str]]) -> None:
    table = [["a", "b", "c"], *table, ["x", "y", "z"]]
    assert [list(row) for row in read_sheet(as_ods(table)).rows] == table


def test_an_opendocument_tells_its_merged_cells_hidden_rows_and_other_sheets() -> None:
    table = [["Tiêu đề", ""], ["a", "b"], ["1", "x\ny"]]
    sheet = read_sheet(as_ods(table, [(0, 0, 0, 1)], {2}, ["Sheet2"]))
    assert (sheet.looks.merged, sheet.looks.hidden) == ([[0, 0, 0, 1]], [2])
    assert list(map(list, sheet.looks.others)) == [["Sheet2", False]]
    assert sheet.rows[2][1] == "x\ny"


def test_excel_tells_bold_and_hidden_rows_merged_cells_and_other_sheets() -> None:
    book, buffer = Workbook(), io.BytesIO()
    first, empty, table = book.worksheets[0], book.create_sheet("B"), book.create_sheet("C")
    first.sheet_state, empty["A1"] = "hidden", "Hướng dẫn"
    for row in (["Số", "Ngày"], ["I", "Nhóm"], [1, date(2026, 6, 30)], ["", "x"]):
        table.append(row)
    table["A2"].font = table["B2"].font = Font(bold=True)
    table["A1"].font = Font(bold=True)
    table.merge_cells("A3:A4")
    table.row_dimensions[3].hidden = True
    book.save(buffer)
    looks = read_sheet(buffer.getvalue()).looks
    assert (looks.bold, looks.hidden, looks.merged) == ([1], [2], [[2, 0, 3, 0]])
    assert list(map(list, looks.others)) == [[first.title, True], ["B", False]]


@pytest.mark.parametrize("swollen", ["rows", "columns"])
def test_an_opendocument_that_repeats_itself_without_end_harms_nobody(swollen: str) -> None:
    sound = as_ods([["a", "b"], ["c", "d"]])
    with zipfile.ZipFile(io.BytesIO(sound)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    cell = b'<table:table-cell office:value-type="string">'
    many = {
        "rows": (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="900000000">'),
        "columns": (cell, cell[:-1] + b' table:number-columns-repeated="900000000">'),
    }[swollen]
    parts["content.xml"] = parts["content.xml"].replace(*many)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(Refused) as caught:
        read_sheet(buffer.getvalue())
    assert caught.value.faults[0].code == "file_too_large"
