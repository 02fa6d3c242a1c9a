"""Is this a file we can read? Told before a row of it is looked at."""

import zipfile
from typing import IO

from django.utils.translation import gettext as _

from core.errors import refuse

MAX_BYTES = 50 * 1024 * 1024
_BLOCK = 1 << 20
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_PARTS, _MOST_UNPACKED, _MOST_TIMES = 2000, 400 * 1024 * 1024, 200
_ENCRYPTED = 0x1


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
