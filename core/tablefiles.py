"""A table that somebody sends, CSV or Excel, as one kind of sheet."""

import csv
import io

from django.utils.translation import gettext as _

from core.errors import Refused, refuse
from core.spreadsheets import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Sheet, read_sheet
from core.textfiles import check_text, delimiter_of

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_table_file(data: bytes) -> Sheet:
    """All cells as text, every row as wide as the widest; told by content, not by name.

    Raises Refused: those of ``read_sheet`` and ``check_text``, ``old_excel``, ``empty_file``,
    ``invalid_csv``.
    """
    if data.startswith(_ZIP):
        return read_sheet(data)
    if data.startswith(_OLD_OFFICE):
        detail = _("This is an old or password-protected Excel file; save it as .xlsx or CSV.")
        raise refuse("old_excel", detail, "/file")
    if len(data) > MAX_BYTES:
        raise refuse("file_too_large", _("A file has at most 5 MB."), "/file")
    check_text(io.BytesIO(data))
    text = data.decode("utf-8-sig")
    if not text.strip():
        raise refuse("empty_file", _("The file is empty."), "/file")
    rows = _rows(text)
    width = max(map(len, rows))
    return Sheet([row + [""] * (width - len(row)) for row in rows], frozenset())


def _rows(text: str) -> list[list[str]]:
    """Raises Refused."""
    delimiter = delimiter_of(text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if len(rows) >= MAX_ROWS:
                raise refuse(
                    "too_many_rows", _("A file has at most 10,000 rows; send it in parts."), "/file"
                )
            if len(row) > MAX_COLUMNS:
                raise refuse("too_many_columns", _("A file has at most 64 columns."), "/file")
            if any(len(cell) > MAX_TEXT for cell in row):
                raise refuse("text_too_long", _("A cell has at most 20,000 characters."), "/file")
            rows.append(row)
    except csv.Error as error:
        raise _no_csv(reader.line_num) from error
    return rows


def _no_csv(line: int) -> Refused:
    detail = _("Line %(line)d cannot be read as CSV.") % {"line": line}
    return refuse("invalid_csv", detail, "/file")
