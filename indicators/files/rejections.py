"""The rows of a file that were not taken, as a file to be corrected and sent again."""

import csv
import io
import re
from collections.abc import Iterator

from indicators.files.table import REASON
from indicators.models import ImportJob

_FORMULA = re.compile(r"[=+@\t\r]|-(?![0-9]+(\.[0-9]+)?$)")
_BOM = "\ufeff"


def rejected_csv(job: ImportJob) -> Iterator[str]:
    """The file's own columns, and why; begins with the mark by which Excel knows UTF-8."""
    columns = [name for name in job.columns if name != REASON]
    kept = [place for place, name in enumerate(job.columns) if name != REASON]
    yield _BOM + _line([*columns, REASON])
    for rejected in job.rejected_rows.iterator():
        cells = [rejected.cells[place] for place in kept if place < len(rejected.cells)]
        cells += [""] * (len(columns) - len(cells))
        reasons = [
            f"{reason['field']}: {reason['detail']}" if reason["field"] else reason["detail"]
            for reason in rejected.reasons
        ]
        yield _line([*(_plain(cell) for cell in cells), "; ".join(reasons)])


def _plain(cell: str) -> str:
    """No spreadsheet takes it for a formula; negative numbers stay numbers."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _line(cells: list[str]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(cells)
    return file.getvalue()
