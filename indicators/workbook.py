"""An Excel file becomes CSV in a child process under limits; this side only waits."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import refuse
from indicators.sheets import MOST_COLUMNS, MOST_ROWS

_SECONDS = 120
_TOO_LARGE = ("killed", "too_many_rows", "too_many_columns")


def to_csv(source: Path, target: Path) -> None:
    """Raises Refused: ``unsupported_file``, ``file_too_large``."""
    word = _convert(source, target)
    if word in _TOO_LARGE:
        detail = _(
            "This Excel file is too large to be read (at most %(rows)d rows and %(columns)d "
            "columns); send it in parts or as CSV."
        ) % {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        raise refuse("file_too_large", detail, "/file")
    if word:
        detail = _("This Excel file cannot be read; save it again as .xlsx or CSV.")
        raise refuse("unsupported_file", detail, "/file")


def _convert(source: Path, target: Path) -> str:
    """ "" when it is done, else the word for why not."""
    command = [sys.executable, "-m", "indicators.sheets", str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with paths that we chose.
            command, cwd=settings.BASE_DIR, env={"PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "killed"
    if done.returncode <= 0:
        return "killed" if done.returncode else ""
    # Above it may stand what a library had to say.
    return done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "unreadable"
