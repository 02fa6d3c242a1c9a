"""The first sheet of an Excel file becomes CSV in a process that may be killed.

``convert`` starts this file as a program of its own, without Django, and waits:

    python -I child.py book.xlsx rows.csv '{"rows": …, "columns": …}'

The child has limits of memory, processor time and output, so a hostile file harms nothing else. It
answers on standard output ``{"formulas": [[row, [column, …]], …]}`` or ``{"fault": code}``.

A tidy table has no empty rows, rows as wide as the header and cells of one line. Text that begins
with "=" and is no formula gets an apostrophe before it.
"""

import csv
import ctypes
import datetime as dt
import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

_LONGER = 5
"""Seconds of waiting for a second of processor time, since other processes need the processor."""
_QUOTED = re.compile(r'\[[^]]*]|"[^"]*"|\\.')
"""Parts of a number format that never mean a day, a month or a year."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True)
class Limits:
    """What a file may cost. ``size``, ``memory`` and ``output`` in bytes (what is unpacked may not
    be more than ``output`` either), ``seconds`` of processor time, ``text`` in characters of a
    cell. ``parts`` and ``tags`` are those of the packed file; 0 tags: not counted."""

    size: int
    rows: int
    columns: int
    text: int
    memory: int
    seconds: int
    output: int
    parts: int = 200
    tags: int = 0
    tidy: bool = False


class BadTableError(Exception):
    """Its argument is ``too_large``, ``too_many_rows``, ``too_many_columns``, ``text_too_long`` or
    ``damaged``."""


def convert(source: Path, target: Path, limits: Limits) -> Mapping[int, Sequence[int]]:
    """The first sheet of ``source``, whose kind its suffix says, as CSV in ``target``.

    Returns the columns that held a formula, by row. Raises BadTableError.
    """
    asked = json.dumps({**asdict(limits), "parent": os.getpid()})
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the file is only its input
            [sys.executable, "-I", __file__, str(source), str(target), asked],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
            timeout=_LONGER * limits.seconds,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise BadTableError("too_large") from error
    answer: dict[str, Any] = json.loads(done.stdout)
    if "fault" in answer:
        raise BadTableError(answer["fault"])
    return dict(answer["formulas"])


def main() -> None:
    source, target, limits = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    # If the waiting process is killed, this one ends as well.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != limits["parent"]:  # Killed already.
        sys.exit(1)
    for kind, most in (("AS", "memory"), ("CPU", "seconds"), ("FSIZE", "output")):
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (limits[most],) * 2)
    answer: dict[str, Any] = {}
    try:
        with target.open("w", encoding="utf-8", newline="") as table, source.open("rb") as file:
            rows = _SHEETS[source.suffix](file)
            answer["formulas"] = _write(rows, table, limits)
    except BadTableError as error:
        answer["fault"] = str(error)
    except (MemoryError, OSError):
        answer["fault"] = "too_large"
    except Exception:  # noqa: BLE001 - a broken file may raise anything
        answer["fault"] = "damaged"
    json.dump(answer, sys.stdout)


def _xlsx(file: IO[bytes]) -> Iterable[Sequence[Any]]:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # Not loaded: halves the start-up.
    from openpyxl import load_workbook  # After the limits are set.
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        raise ValueError
    sheet = load_workbook(file, read_only=True, keep_links=False).worksheets[0]
    sheet.reset_dimensions()  # What the file claims of its size is not believed.
    return sheet.iter_rows()


_SHEETS = {".xlsx": _xlsx}
"""By suffix: the rows of the first sheet. A cell has a value, a number format and a data type, "f"
for a formula, as openpyxl's have."""


def _write(
    rows: Iterable[Sequence[Any]], table: IO[str], limits: Mapping[str, Any]
) -> list[tuple[int, list[int]]]:
    """Rows without the empty cells at their end; returns the formulas. Raises BadTableError."""
    writer, width, widest, tidy = csv.writer(table), 0, limits["columns"], limits["tidy"]
    formulas = []
    for index, cells in enumerate(rows):
        if index >= limits["rows"]:
            raise BadTableError("too_many_rows")
        if any(cell.value is not None for cell in cells[widest:]):
            raise BadTableError("too_many_columns")
        used = cells[:widest]
        if found := [at for at, cell in enumerate(used) if cell.data_type == "f"]:
            formulas.append((index, found))
        row = [_text(cell, tidy=tidy) for cell in used]
        while row and not row[-1]:
            row.pop()
        if any(len(text) > limits["text"] for text in row):
            raise BadTableError("text_too_long")
        if row or not tidy:
            width = width or len(row)
            writer.writerow([*row, *[""] * (width - len(row))] if tidy else row)
    return formulas


def _text(cell: Any, *, tidy: bool) -> str:
    """As a person would type it: days as 2025-11-15, months that Excel stored as days as 2025-11,
    numbers in their shortest digits."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        text = str(value).upper()
    elif isinstance(value, dt.datetime):
        signs = _QUOTED.sub("", cell.number_format).lower()
        text = value.date().isoformat() if "d" in signs else f"{value:%Y-%m}"
    elif isinstance(value, float):
        text = str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    else:
        text = str(value)
    if not tidy:
        return text
    text = text.replace("\r\n", " ").replace("\n", " ").strip()
    return f"'{text}" if text.startswith("=") and cell.data_type != "f" else text


if __name__ == "__main__":
    main()
