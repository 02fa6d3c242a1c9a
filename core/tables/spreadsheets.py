"""Excel files in and out: read within limits, written so that no text is ever a formula."""

import csv
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import _WorkbookChild

from core.errors import Refused, refuse
from core.tables.kinds import damaged, is_workbook, no_workbook
from core.tables.workbooks import UNREADABLE, Limits, convert

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 64 * 2**20
MAX_PARTS = 200
MAX_TAGS = 1_200_000
"""Opening and closing tags of all parts together: what parsing costs. 3,321 assignments with every
cell filled have 500,000."""
MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 10_001, 64, 20_000
_CHUNK = 2**16
_LIMITS = Limits(
    rows=MAX_ROWS,
    columns=MAX_COLUMNS,
    text=MAX_TEXT,
    memory=256 * 2**20,
    seconds=4,
    output=MAX_UNPACKED,
)
_LONGEST_CELL = 32_767
_HEAD = PatternFill("solid", fgColor="F1ECE4")

Value = str | int | date | None


@dataclass(frozen=True)
class Sheet:
    """The first sheet, all cells as text; ``formulas`` are the (row, column) that held one."""

    rows: Sequence[Sequence[str]]
    formulas: frozenset[tuple[int, int]]


def read_sheet(data: bytes) -> Sheet:
    """Read in a process of its own, within 256 MB and 4 seconds of processor time.

    Raises Refused: those of ``is_workbook``, ``file_too_large``, ``too_large``, ``too_many_rows``,
    ``too_many_columns``, ``text_too_long``.
    """
    _check_directory(data)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "book.xlsx"), Path(folder, "rows.csv")
        source.write_bytes(data)
        done = convert(source, target, _LIMITS)
        if done.fault == UNREADABLE:
            raise damaged()
        if done.fault:
            raise _refused(done.fault)
        with target.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    width = max(map(len, rows), default=0)
    return Sheet([row + [""] * (width - len(row)) for row in rows], done.formulas)


def _check_directory(data: bytes) -> None:
    """What can be told before anything is unpacked."""
    if len(data) > MAX_BYTES:
        raise _refused("file_too_large")
    if not is_workbook(io.BytesIO(data)):
        raise no_workbook()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise _refused("too_large")
            if sum(_tags(packed, part) for part in parts) > MAX_TAGS:
                raise _refused("too_large")
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError) as error:
        raise damaged() from error


def _tags(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How much there is to parse, counted without parsing it or keeping it."""
    with packed.open(part) as stream:
        return sum(chunk.count(b"<") for chunk in iter(lambda: stream.read(_CHUNK), b""))


def _refused(code: str) -> Refused:
    details = {
        "file_too_large": _("An Excel file has at most 5 MB."),
        "too_large": _("This file is too large once it is unpacked; send fewer rows."),
        "too_many_rows": _("A file has at most 10,000 rows; send it in parts."),
        "too_many_columns": _("A file has at most 64 columns."),
        "text_too_long": _("A cell has at most 20,000 characters."),
    }
    return refuse(code, details[code], "/file")


@dataclass(frozen=True)
class Column:
    """Of a file that goes out and comes back; ``width`` in letters."""

    key: str
    label: str | Promise
    width: int


def heads(columns: Sequence[Column]) -> list[str]:
    """The header row: Vietnamese, whoever takes the file."""
    with override("vi"):
        return [str(column.label) for column in columns]


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
    sheet.append([_head(sheet, text) for text in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _head(sheet: _WorkbookChild, text: str) -> Cell:
    cell = _cell(sheet, text)
    cell.font, cell.fill = Font(bold=True), _HEAD
    return cell


def _cell(sheet: _WorkbookChild, value: Value) -> Cell:
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
        cell = WriteOnlyCell(sheet, value=value or None)
        if value[:1] in ("=", "+", "-", "@", "\t", "\r"):
            # Of type text, and kept so when somebody edits the cell.
            cell.data_type, cell.quotePrefix = "s", True
        return cell
    cell = WriteOnlyCell(sheet)
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    return cell
