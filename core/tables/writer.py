"""Excel files that people take: no text in them is ever a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import _WorkbookChild

from core.tables.columns import Column, heads

_LONGEST_CELL = 32_767
_HEAD = PatternFill("solid", fgColor="F1ECE4")

Value = str | int | date | None


def write_columns(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows under the heads of these columns, each as wide as it says."""
    return write_sheet(title, heads(columns), rows, [column.width for column in columns])


def refused_sheet(
    columns: Sequence[Column], reason: Column, refused: Iterable[Mapping[str, Any]]
) -> bytes:
    """The lines as they were typed, with the reason in the last column; the file is taken back."""
    rows = [
        [*(line["cells"].get(column.key, "") for column in columns), line["reason"]]
        for line in refused
    ]
    return write_columns("Chưa nhận", [*columns, reason], rows)


def write_sheet(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Value]], widths: Sequence[int]
) -> bytes:
    """One sheet with a frozen header row; text stays text whatever it begins with, numbers and
    days stay numbers and days."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    head = [_cell(sheet, text) for text in header]
    for cell in head:
        cell.font, cell.fill = Font(bold=True), _HEAD
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet: _WorkbookChild, value: Value) -> Cell:
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
        cell = WriteOnlyCell(sheet, value=value or None)
        if value[:1] in ("=", "+", "-", "@", "\t", "\r"):
            # Text, and still text after the cell is edited.
            cell.data_type, cell.quotePrefix = "s", True
        return cell
    cell = WriteOnlyCell(sheet)
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    return cell
