"""Is this a file we can read? Told before a row of it is looked at."""

import codecs
import re
import zipfile
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from core.errors import refuse

MAX_BYTES = 50 * 1024 * 1024
_BLOCK = 1 << 20
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_PARTS, _MOST_UNPACKED, _MOST_TIMES = 2000, 400 * 1024 * 1024, 200
_ENCRYPTED = 0x1
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Letters that Unicode's Vietnamese never puts side by side, and the old font encodings do.
_TCVN3 = re.compile(r"[A-Za-zÀ-ÿ][µ¸¶·¹¨»¾¼½©ª«¬](?![0-9])|®[a-zÀ-ÿ]|[a-z][ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ]")
_VNI = re.compile(r"[aeouyöô][ïûøåäëüÏÛØÅÄËÜ]|[ae]â|oâ|aê|ñ[aeiouyöô]|ö[ïûùøõôc]", re.IGNORECASE)
_UNICODE = re.compile(r"[đĐơƠưƯăĂĩĨũŨ\u1ea0-\u1ef9]")
_ENOUGH = 3


def is_workbook(file: IO[bytes]) -> bool:
    """XLSX by its content and directory; False for what may be text.

    Raises Refused: ``unsupported_file``, ``file_too_large``.
    """
    file.seek(0)
    head = file.read(4)
    if head == _OLD_OFFICE:
        detail = _("This is an old or password-protected Excel file; save it as .xlsx or CSV.")
        raise refuse("unsupported_file", detail, "/file")
    if head != _ZIP:
        return False
    _check_directory(file)
    return True


def _check_directory(file: IO[bytes]) -> None:
    """What the file would unpack to is read in its directory, and nothing is unpacked."""
    file.seek(0)
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refuse("unsupported_file", _("This Excel file is damaged."), "/file") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        detail = _("This is no Excel file; save it as .xlsx or CSV.")
        raise refuse("unsupported_file", detail, "/file")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        detail = _("This file is protected by a password; save it without one.")
        raise refuse("unsupported_file", detail, "/file")
    large = [part for part in parts if part.file_size > _BLOCK]
    swollen = any(part.file_size > _MOST_TIMES * part.compress_size for part in large)
    if swollen or len(parts) > _MOST_PARTS or sum(p.file_size for p in parts) > _MOST_UNPACKED:
        detail = _("This Excel file unpacks to far more than its size; send it as CSV.")
        raise refuse("file_too_large", detail, "/file")


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


def _not_unicode() -> Exception:
    detail = _("This text is not UTF-8 (TCVN3 or VNI, perhaps); save it as UTF-8 in Unicode.")
    return refuse("invalid_encoding", detail, "/file")


def _legacy(line: str) -> int:
    """How often old letters stand in a line without any of today's."""
    if line.isascii() or _UNICODE.search(line):
        return 0
    return len(_TCVN3.findall(line)) + len(_VNI.findall(line))


def delimiter_of(path: Path) -> str:
    """The one that parts most columns of the header: comma, semicolon or tab."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline(10_000)
    return max(",;\t", key=header.count)
