"""What a sent file is, told by its content and not by its name: one code and one sentence each."""

import zipfile
import zlib
from typing import IO

from django.utils.translation import gettext as _

from core.errors import Refused, refuse

_HEAD = 8
_OLD_OFFICE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK"
# PDF, PNG, JPEG, GIF, RAR, 7-Zip: what is sent by mistake for a table.
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")
_ENCRYPTED = 0x1


def is_workbook(file: IO[bytes]) -> bool:
    """XLSX by its content and directory; False for what may be text.

    Raises Refused: ``unsupported_file``, ``empty_file``.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise refuse("empty_file", _("The file is empty."), "/file")
    if head.startswith(_OLD_OFFICE):
        raise _unsupported(
            _(
                "This is an old (.xls) or password-protected Excel file; save it as .xlsx without "
                "a password and send it again."
            )
        )
    if head.startswith(_ZIP):
        _check_directory(file)
        return True
    if head.startswith(_NO_TABLES):
        raise no_workbook()
    return False


def no_workbook() -> Refused:
    return _unsupported(_("This is no Excel file; save it as .xlsx and send it again."))


def damaged() -> Refused:
    return _unsupported(_("This Excel file is damaged; open it, save it again and send it."))


def _check_directory(file: IO[bytes]) -> None:
    """Nothing is unpacked but the few letters with which OpenDocument says what it is."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            is_open = "mimetype" in names and b"opendocument" in packed.open("mimetype").read(99)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError) as error:
        raise damaged() from error
    if is_open:
        raise _unsupported(
            _("This is an OpenDocument file (.ods); save it as .xlsx and send it again.")
        )
    if "xl/workbook.xml" not in names:
        raise no_workbook()
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise _unsupported(_("This file is protected by a password; save it without one."))


def _unsupported(detail: str) -> Refused:
    return refuse("unsupported_file", detail, "/file")
