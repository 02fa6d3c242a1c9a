"""A table that is sent, Excel, OpenDocument or CSV: its kind is found from its content, it is read
within limits, and every importer refuses the same fault with the same sentence."""

import codecs
import csv
import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.errors import Refused, refuse
from core.tables.child import BadTableError, Limits, Looks, convert

SHEET = Limits(
    size=5 * 2**20,
    rows=10_001,
    columns=64,
    text=20_000,
    memory=256 * 2**20,
    seconds=4,
    output=64 * 2**20,
    # What parsing costs: 3,321 assignments with every cell filled have 500,000.
    tags=1_200_000,
)
"""For a file that is read while its sender waits. The header counts as a row."""

TAKEN = ".xlsx,.xls,.ods,.csv"
"""As a file field offers them."""

_BLOCK = 2**20
_MOST_TIMES = 200
"""A part of over 1 MB, packed into less than a 200th of its size, is a zip bomb."""
_PART_IS_ENCRYPTED = 0x1
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_OLD_SHEETS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_MANIFEST = "META-INF/manifest.xml"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Neighbours that occur in text of the old font encodings and never in Vietnamese Unicode.
_TCVN3 = re.compile(r"[A-Za-zÀ-ÿ][µ¸¶·¹¨»¾¼½©ª«¬](?![0-9])|®[a-zÀ-ÿ]|[a-z][ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ]")
_VNI = re.compile(r"[aeouyöô][ïûøåäëüÏÛØÅÄËÜ]|[ae]â|oâ|aê|ñ[aeiouyöô]|ö[ïûùøõôc]", re.IGNORECASE)
_UNICODE = re.compile(r"[đĐơƠưƯăĂĩĨũŨ\u1ea0-\u1ef9]")
_ENOUGH = 3


@dataclass(frozen=True)
class Sheet:
    """One sheet, all cells as text and every row as wide as the widest."""

    rows: Sequence[Sequence[str]]
    looks: Looks

    @property
    def formulas(self) -> Mapping[int, Sequence[int]]:
        """The columns that held one, by row."""
        return self.looks.formulas


# What is wrong with a file ------------------------------------------------------------------------


def bad_file(fault: str, limits: Limits) -> Refused:
    """``file_too_large`` where a limit is passed (413 for the size of the file as sent), else
    ``unsupported_file``; the sentence says which limit, or what kind of file it is."""
    too_much = {
        "too_heavy": _("A file has at most %(n)s MB.") % {"n": limits.size // 2**20},
        "too_large": _("This file is too large once it is unpacked; send fewer rows."),
        # People do not count the header as a row.
        "too_many_rows": _("This file has more than %(n)s rows; send it in parts.")
        % {"n": number_format(limits.rows - 1, force_grouping=True)},
        "too_many_columns": _("A file has at most %(n)s columns.") % {"n": limits.columns},
        "text_too_long": _("A cell has at most %(n)s characters.")
        % {"n": number_format(limits.text, force_grouping=True)},
    }
    if fault == "too_heavy":
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return refuse("file_too_large", too_much[fault], "/file", status=status)
    if fault in too_much:
        return refuse("file_too_large", too_much[fault], "/file")
    unsupported = {
        "protected": _("This file is protected by a password; save it without one."),
        "no_table": _("This is no Excel file; save it as .xlsx or CSV."),
        "damaged": _("This Excel file is damaged; open it, save it again and send it."),
    }
    return refuse("unsupported_file", unsupported[fault], "/file")


def _not_text(detail: str) -> Refused:
    return refuse("invalid_encoding", detail, "/file")


def _empty() -> Refused:
    return refuse("required", _("The file is empty."), "/file")


# What can be said before a row is read ------------------------------------------------------------


def kind_of(file: IO[bytes], size: int, limits: Limits) -> str:
    """The suffix to keep the file under, found from its content: "csv", or one that ``convert``
    knows. Its name plays no part.

    Raises Refused: ``file_too_large`` (413 where it is the file as it was sent), ``required``,
    ``unsupported_file``, those of ``check_text``.
    """
    if size > limits.size:
        raise bad_file("too_heavy", limits)
    if not size:
        raise _empty()
    file.seek(0)
    head = file.read(8)
    check = next(check for begins, check in _KINDS if head.startswith(begins))
    file.seek(0)
    return check(file, limits)


def _packed(file: IO[bytes], limits: Limits) -> str:
    """The sizes are read from the directory of the zip, before anything is unpacked."""
    try:
        with zipfile.ZipFile(file) as packed:
            names, kind = packed.namelist(), ""
            if "xl/workbook.xml" in names:
                kind = "xlsx"
            if "mimetype" in names:
                said = packed.open("mimetype").read(99)
                kind = "ods" if b"opendocument.spreadsheet" in said else kind
            fault = _fault_of(packed, limits) if kind else "no_table"
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, OSError, EOFError) as error:
        raise bad_file("damaged", limits) from error
    if fault:
        raise bad_file(fault, limits)
    return kind


def _fault_of(packed: zipfile.ZipFile, limits: Limits) -> str:
    """ "" where the parts may be unpacked."""
    parts = packed.infolist()
    is_locked = any(part.flag_bits & _PART_IS_ENCRYPTED for part in parts)
    # The manifest is only read as far as a small one goes; the whole is weighed below.
    if is_locked or (
        _MANIFEST in packed.namelist() and b"encryption-data" in packed.open(_MANIFEST).read(_BLOCK)
    ):
        return "protected"
    unpacked = sum(part.file_size for part in parts)
    large = [part for part in parts if part.file_size > _BLOCK]
    swollen = any(part.file_size > _MOST_TIMES * part.compress_size for part in large)
    if swollen or len(parts) > limits.parts or unpacked > limits.output:
        return "too_large"
    tags = 0
    for part in parts if limits.tags else ():
        with packed.open(part) as stream:  # Counted without parsing.
            tags += sum(chunk.count(b"<") for chunk in iter(lambda: stream.read(2**16), b""))
    return "too_large" if tags > limits.tags else ""


def _old_office(file: IO[bytes], limits: Limits) -> str:
    # A directory entry begins at a multiple of 128 bytes, so no name lies across two blocks.
    blocks, is_sheet = iter(lambda: file.read(_BLOCK), b""), False
    for block in blocks:
        if _ENCRYPTED_OFFICE in block:
            raise bad_file("protected", limits)
        is_sheet = is_sheet or any(name in block for name in _OLD_SHEETS)
    if not is_sheet:
        raise bad_file("no_table", limits)
    return "xls"


def _no_table(file: IO[bytes], limits: Limits) -> str:
    raise bad_file("no_table", limits)


def _plain(file: IO[bytes], limits: Limits) -> str:
    check_text(file)
    return "csv"


_KINDS: Sequence[tuple[tuple[bytes, ...], Callable[[IO[bytes], Limits], str]]] = (
    ((b"PK\x03\x04", b"PK\x05\x06"), _packed),
    ((b"\xd0\xcf\x11\xe0",), _old_office),
    (
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b", b"7z\xbc\xaf"),
        _no_table,
    ),
    ((b"",), _plain),
)
"""The first bytes of a file, and the check that returns its kind or refuses it. A new kind is a
line here, and one in ``program`` that opens it."""


def check_text(file: IO[bytes]) -> None:
    """UTF-8 and written in Unicode's letters, block by block.

    Raises Refused: ``invalid_encoding``, ``legacy_encoding``, ``required``.
    """
    file.seek(0)
    decoder, rest, found, is_blank = codecs.getincrementaldecoder("utf-8-sig")(), "", 0, True
    block = file.read(_BLOCK)
    if block.startswith(_UTF_16):
        raise _not_text(_("This text is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8)."))
    try:
        while block:
            text = rest + decoder.decode(block)
            if "\x00" in text:
                raise _not_text(_("This is no text file."))
            is_blank = is_blank and not text.strip()
            *lines, rest = text.split("\n")
            found += sum(map(_legacy, lines))
            block = file.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        detail = _("This text is not UTF-8 (TCVN3 or VNI, perhaps); save it as UTF-8 in Unicode.")
        raise _not_text(detail) from error
    if is_blank:
        raise _empty()
    if found + _legacy(rest) >= _ENOUGH:
        detail = _("This text is written in TCVN3 (ABC) or VNI letters; convert it to Unicode.")
        raise refuse("legacy_encoding", detail, "/file")


def _legacy(line: str) -> int:
    """Letters of an old encoding in a line; 0 where it has any of Unicode's Vietnamese."""
    if line.isascii() or _UNICODE.search(line):
        return 0
    return len(_TCVN3.findall(line)) + len(_VNI.findall(line))


def delimiter_of(header: str) -> str:
    """Comma, semicolon or tab: the one the header has most of."""
    return max(",;\t", key=header.count)


# Reading ------------------------------------------------------------------------------------------


def read_sheet(data: bytes) -> Sheet:
    """A file whose sender waits, within ``SHEET``; Excel in a process of its own.

    Raises Refused: those of ``kind_of`` and ``to_csv``, ``invalid_csv``.
    """
    kind = kind_of(io.BytesIO(data), len(data), SHEET)
    looks = Looks()
    if kind == "csv":
        rows = _read_text(data.decode("utf-8-sig"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, f"book.{kind}"), Path(folder, "rows.csv")
            source.write_bytes(data)
            looks = to_csv(source, target, SHEET)
            with target.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
    width = max(map(len, rows), default=0)
    if not width:
        raise _empty()
    return Sheet([row + [""] * (width - len(row)) for row in rows], looks)


def to_csv(source: Path, target: Path, limits: Limits, sheet: str = "") -> Looks:
    """A sheet of an Excel or OpenDocument file as CSV.

    Raises Refused: ``unsupported_file``, ``file_too_large``.
    """
    try:
        return convert(source, target, limits, sheet)
    except BadTableError as error:
        raise bad_file(str(error), limits) from error


def csv_rows(lines: Iterable[str], delimiter: str = ",") -> Iterator[list[str]]:
    """Raises Refused: ``invalid_csv``."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        detail = _("Line %(line)d cannot be read as CSV.") % {"line": reader.line_num}
        raise refuse("invalid_csv", detail, "/file") from error


def _read_text(text: str) -> list[list[str]]:
    """Raises Refused."""
    rows: list[list[str]] = []
    for row in csv_rows(io.StringIO(text, newline=""), delimiter_of(text.partition("\n")[0])):
        if len(rows) >= SHEET.rows:
            raise bad_file("too_many_rows", SHEET)
        if len(row) > SHEET.columns:
            raise bad_file("too_many_columns", SHEET)
        if any(len(cell) > SHEET.text for cell in row):
            raise bad_file("text_too_long", SHEET)
        rows.append(row)
    return rows
