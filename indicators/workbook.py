"""An Excel file of readings becomes CSV under limits."""

from pathlib import Path

from django.utils.translation import gettext as _

from core.errors import refuse
from core.tables.workbooks import Limits, convert

MOST_ROWS, MOST_COLUMNS = 250_000, 60
"""What a slow machine parses within the child's time (200,000 rows took 55 s)."""
_LIMITS = Limits(
    rows=MOST_ROWS + 1, columns=MOST_COLUMNS, text=32_767, memory=768 * 2**20, seconds=110,
    output=400 * 2**20, tidy=True,
)  # fmt: skip
_TOO_LARGE = ("too_large", "too_many_rows", "too_many_columns")


def to_csv(source: Path, target: Path) -> None:
    """Raises Refused: ``unsupported_file``, ``file_too_large``."""
    fault = convert(source, target, _LIMITS).fault
    if fault in _TOO_LARGE:
        detail = _(
            "This Excel file is too large to be read (at most %(rows)d rows and %(columns)d "
            "columns); send it in parts or as CSV."
        ) % {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        raise refuse("file_too_large", detail, "/file")
    if fault:
        detail = _("This Excel file cannot be read; save it again as .xlsx or CSV.")
        raise refuse("unsupported_file", detail, "/file")
