"""A table that somebody sends, CSV or Excel, as one kind of sheet; text is checked first."""

import codecs
import csv
import io
import re
from typing import IO

from django.utils.translation import gettext as _

from core.errors import Refused, refuse
from core.tables.kinds import is_workbook
from core.tables.spreadsheets import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Sheet, read_sheet

_BLOCK = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Letters that Unicode's Vietnamese never puts side by side, and the old font encodings do.
_TCVN3 = re.compile(r"[A-Za-zÀ-ÿ][µ¸¶·¹¨»¾¼½©ª«¬](?![0-9])|®[a-zÀ-ÿ]|[a-z][ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ]")
_VNI = re.compile(r"[aeouyöô][ïûøåäëüÏÛØÅÄËÜ]|[ae]â|oâ|aê|ñ[aeiouyöô]|ö[ïûùøõôc]", re.IGNORECASE)
_UNICODE = re.compile(r"[đĐơƠưƯăĂĩĨũŨ\u1ea0-\u1ef9]")
_ENOUGH = 3


def check_text(file: IO[bytes]) -> None:
    """UTF-8 and written in Unicode's letters, block by block.

    Raises Refused: ``invalid_encoding``, ``legacy_encoding``.
    """
    file.seek(0)
    decoder, rest, found = codecs.getincrementaldecoder("utf-8-sig")(), "", 0
    block = file.read(_BLOCK)
    if block.startswith(_UTF_16):
        detail = _("This text is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8).")
        raise refuse("invalid_encoding", detail, "/file")
    while block:
        try:
            text = rest + decoder.decode(block)
        except UnicodeDecodeError as error:
            raise _not_unicode() from error
        if "\x00" in text:
            raise refuse("invalid_encoding", _("This is no text file."), "/file")
        *lines, rest = text.split("\n")
        found += sum(map(_legacy, lines))
        block = file.read(_BLOCK)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_unicode() from error
    if found + _legacy(rest) >= _ENOUGH:
        detail = _("This text is written in TCVN3 (ABC) or VNI letters; convert it to Unicode.")
        raise refuse("legacy_encoding", detail, "/file")


def _not_unicode() -> Refused:
    detail = _("This text is not UTF-8 (TCVN3 or VNI, perhaps); save it as UTF-8 in Unicode.")
    return refuse("invalid_encoding", detail, "/file")


def _legacy(line: str) -> int:
    """How often old letters stand in a line without any of today's."""
    if line.isascii() or _UNICODE.search(line):
        return 0
    return len(_TCVN3.findall(line)) + len(_VNI.findall(line))


def delimiter_of(header: str) -> str:
    """The one that parts most columns of the header: comma, semicolon or tab."""
    return max(",;\t", key=header.count)


def read_table_file(data: bytes) -> Sheet:
    """All cells as text, every row as wide as the widest; told by content, not by name.

    Raises Refused: those of ``read_sheet`` and ``check_text``, ``invalid_csv``.
    """
    if is_workbook(io.BytesIO(data)):
        return read_sheet(data)
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
