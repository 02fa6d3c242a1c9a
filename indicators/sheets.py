"""The first sheet of an Excel file as CSV, in a process that may be killed.

    python -m indicators.sheets book.xlsx rows.csv

Runs without Django, under limits of memory, time, rows and output. Ends with 0, or with 3 and a
word on stderr: ``too_many_rows``, ``too_many_columns``, ``unreadable``, ``unprotected``.
"""

import csv
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

MEMORY, CPU_SECONDS, OUTPUT = 768 * 1024 * 1024, 60, 400 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 500_000, 60
_REFUSED = 3


class UnreadableError(Exception):
    """The word for it is its argument."""


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))


def _rows(source: str) -> Iterator[list[str]]:
    import openpyxl
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        raise UnreadableError("unprotected")
    book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # The size a file states may be wrong or enormous; the rows themselves are counted.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)):
        if number > MOST_ROWS:
            raise UnreadableError("too_many_rows")
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise UnreadableError("too_many_columns")
        yield cells


def _text(value: object) -> str:
    """As it would be typed: a number in full, a day as 2025-11-15."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # The shortest digits that mean this number: what was typed into the cell.
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", " ").replace("\n", " ").strip()


def convert(source: str, target: str) -> None:
    """Empty rows are left out; short rows are filled up to the header's width."""
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer, width = csv.writer(file), 0
        for cells in _rows(source):
            if cells:
                width = width or len(cells)
                writer.writerow([*cells, *[""] * (width - len(cells))])


def main() -> int:
    _limit()
    try:
        convert(sys.argv[1], sys.argv[2])
    except UnreadableError as error:
        sys.stderr.write(str(error))
        return _REFUSED
    except (MemoryError, OSError):
        sys.stderr.write("too_many_rows")
        return _REFUSED
    except Exception:  # noqa: BLE001 - whatever a broken file does to its reader ends here.
        sys.stderr.write("unreadable")
        return _REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
