"""Excel and CSV files that people take: no text in them is ever a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import compress, zip_longest
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import _WorkbookChild
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.protection import SheetProtection

from core.tables.child import OWN_LISTS
from core.tables.columns import Column, heads, in_vietnamese

_LONGEST_CELL = 32_767
_LONGEST_LIST, _LONGEST_HINT = 255, 225
"""What Excel takes of a list in a rule, and of its message."""
_HEAD = PatternFill("solid", fgColor="F1ECE4")
_TYPED = Protection(locked=False)

_FORMULA = re.compile(r"[=+\-@\t\r]")
_PROPERTIES = "docProps/core.xml"

Value = str | int | float | Decimal | date | None
SheetOfBook = tuple[str, Sequence[str], Iterable[Sequence[Value]], Sequence[int]]
"""Title, heads, rows, widths in letters."""


def write_columns(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    is_form: bool = False,
) -> bytes:
    """Rows under the heads of these columns, with lists of the words a cell takes and a filter.

    Where a column is ours, or it ``is_form``, its heads are locked, and the cells of that column,
    without a password: nothing is kept from anybody, a slip of the hand is.
    """
    notes = in_vietnamese(column.note for column in columns)
    sheet: Any = _started(title, heads(columns), [column.width for column in columns], notes)
    unlocked = [not column.is_ours for column in columns]
    last = 1
    for row in rows:
        cells = [_cell(sheet, value) for value in row]
        for cell in compress(cells, unlocked):
            cell.protection = _TYPED
        sheet.append(cells)
        last += 1
    letters = [get_column_letter(index) for index in range(1, len(columns) + 1)]
    _offer_words(sheet, zip(letters, columns, strict=True), max(last, 2))
    sheet.auto_filter.ref = f"A1:{letters[-1]}{last}"
    if is_form or not all(unlocked):
        sheet.protection = SheetProtection(
            sheet=True, autoFilter=False, sort=False, formatColumns=False, formatRows=False
        )
    return _saved(sheet)


def _offer_words(sheet: Any, columns: Iterable[tuple[str, Column]], last: int) -> None:
    """Lists to choose from, down to the row ``last``; long ones stand on a sheet of their own."""
    lists = list[list[str]]()
    for letter, column in columns:
        words = in_vietnamese(column.words)
        source = f'"{",".join(words)}"'
        if len(source) > _LONGEST_LIST or any("," in word for word in words):
            lists.append(words)
            at = get_column_letter(len(lists))
            source = f"'{OWN_LISTS}'!${at}$1:${at}${len(words)}"
        if words:
            rule = DataValidation(
                type="list",
                formula1=source,
                sqref=f"{letter}2:{letter}{last}",
                allow_blank=True,
                showErrorMessage=not column.is_open,
                errorTitle="Chưa đúng",
                error=f"Chọn một trong: {', '.join(words)}"[:_LONGEST_HINT],
            )
            sheet.data_validations.append(rule)
    if lists:
        kept = sheet.parent.create_sheet(OWN_LISTS)
        kept.sheet_state = "hidden"
        for line in zip_longest(*lists):
            kept.append([_cell(kept, word) for word in line])


def write_sheet(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Value]], widths: Sequence[int]
) -> bytes:
    """One sheet with a frozen header row; text stays text whatever it begins with, numbers and
    days stay numbers and days."""
    sheet = _started(title, header, widths)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    return _saved(sheet)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """With a mark of UTF-8, which Excel needs; no text begins like a formula."""
    file = io.StringIO(newline="")
    for row in (header, *rows):
        cells = (f"'{v}" if isinstance(v, str) and _FORMULA.match(v) else v for v in row)
        csv.writer(file).writerow(list(cells))
    return "\ufeff" + file.getvalue()


def write_book(sheets: Iterable[SheetOfBook], at: datetime) -> bytes:
    """Several sheets; the same content and moment give the same file, byte for byte."""
    book = Workbook(write_only=True)
    for title, header, rows, widths in sheets:
        sheet = _started(title, header, widths, book=book)
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    stamp = rf"\g<1>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}<"
    with ZipFile(buffer) as saved:
        parts = {name: saved.read(name) for name in saved.namelist()}
    parts[_PROPERTIES] = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*<", stamp.encode(), parts[_PROPERTIES])
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive without the time at which it was made."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def _started(
    title: str,
    header: Sequence[str],
    widths: Sequence[int],
    notes: Sequence[str] = (),
    book: Workbook | None = None,
) -> Any:
    sheet: Any = (book or Workbook(write_only=True)).create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    head = [_cell(sheet, text) for text in header]
    for cell in head:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for cell, note in zip(head, notes, strict=False):
        if note:
            cell.comment = Comment(note, "R57")
    sheet.append(head)
    return sheet


def _saved(sheet: Any) -> bytes:
    buffer = io.BytesIO()
    sheet.parent.save(buffer)
    return buffer.getvalue()


def _cell(sheet: _WorkbookChild, value: Value) -> Cell:
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
        cell = WriteOnlyCell(sheet, value=value or None)
        if _FORMULA.match(value):
            # Text, and still text after the cell is edited.
            cell.data_type, cell.quotePrefix = "s", True
        return cell
    cell = WriteOnlyCell(sheet)
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    return cell
