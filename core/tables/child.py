"""Run as a program of its own, without Django: the first sheet of an Excel file as CSV.

    python -I child.py book.xlsx rows.csv '{"rows": …, "columns": …}'

Whatever the file does happens here, within limits of memory, processor time and output. Answers on
standard output ``{"formulas": [[row, column], …]}`` or ``{"fault": code}``. A tidy table has no
empty rows, every row as wide as the header, cells of one line, and an apostrophe before text that
begins like a formula, so that what begins so is one.
"""

import csv
import ctypes
import datetime as dt
import json
import os
import re
import resource
import signal
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

_QUOTED = re.compile(r'\[[^]]*]|"[^"]*"|\\.')
"""Parts of a number format that are no signs for a day, a month or a year."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class _BeyondError(Exception):
    """The word for the limit is its argument."""


def main() -> None:
    source, target, limits = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    _end_with(limits["parent"])
    for kind, most in (("AS", "memory"), ("CPU", "seconds"), ("FSIZE", "output")):
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (limits[most],) * 2)
    answer: dict[str, Any] = {}
    try:
        answer["formulas"] = _convert(source, target, limits)
    except _BeyondError as error:
        answer["fault"] = str(error)
    except (MemoryError, OSError):
        answer["fault"] = "too_large"
    except Exception:  # noqa: BLE001 - a broken file may raise anything
        answer["fault"] = "unreadable"
    json.dump(answer, sys.stdout)


def _end_with(parent: int) -> None:
    """Whoever waits for this table may be killed: nobody else would want it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # Killed already.
        sys.exit(1)


def _convert(source: str, target: str, limits: dict[str, Any]) -> list[tuple[int, int]]:
    formulas: list[tuple[int, int]] = []
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer, width = csv.writer(file), 0
        for row in _rows(source, limits, formulas):
            if not limits["tidy"]:
                writer.writerow(row)
            elif row:
                width = width or len(row)
                writer.writerow([*row, *[""] * (width - len(row))])
    return formulas


def _rows(
    source: str, limits: dict[str, Any], formulas: list[tuple[int, int]]
) -> Iterator[list[str]]:
    """Without the empty cells at their end."""
    sys.modules["numpy"] = None  # type: ignore[assignment]  # Spared: half the start-up time.
    from openpyxl import load_workbook  # After the limits, so that they hold for it too.
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        raise ValueError
    with Path(source).open("rb") as file:
        sheet = load_workbook(file, read_only=True, keep_links=False).worksheets[0]
        sheet.reset_dimensions()  # What the file claims of its size is not believed.
        widest = limits["columns"]
        for index, cells in enumerate(sheet.iter_rows()):
            if index >= limits["rows"]:
                raise _BeyondError("too_many_rows")
            if any(cell.value is not None for cell in cells[widest:]):
                raise _BeyondError("too_many_columns")
            used = cells[:widest]
            formulas += [(index, at) for at, cell in enumerate(used) if cell.data_type == "f"]
            row = [_cell(cell, tidy=limits["tidy"]) for cell in used]
            while row and not row[-1]:
                row.pop()
            if any(len(text) > limits["text"] for text in row):
                raise _BeyondError("text_too_long")
            yield row


def _cell(cell: Any, *, tidy: bool) -> str:
    if cell.value is None:
        return ""
    text = _text(cell.value, cell.number_format)
    if not tidy:
        return text
    text = text.replace("\r\n", " ").replace("\n", " ").strip()
    return f"'{text}" if text.startswith("=") and cell.data_type != "f" else text


def _text(value: object, shown_as: str) -> str:
    """As it would be typed: days as 2025-11-15, months that Excel made days of as 2025-11, numbers
    in the shortest digits that mean them."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        signs = _QUOTED.sub("", shown_as).lower()
        return value.date().isoformat() if "d" in signs else f"{value:%Y-%m}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return str(value)


if __name__ == "__main__":
    main()
