"""Run as a program of its own, without Django: an XLSX file on standard input, JSON on output.

Whatever the file does happens here, within limits of memory and processor time. Answers
``{"rows": [[text, …], …], "formulas": [[row, column], …]}`` or ``{"fault": code}``.
"""

import datetime as dt
import io
import json
import re
import resource
import sys
from typing import Any

MEMORY, SECONDS = 256 * 2**20, 4
_QUOTED = re.compile(r'\[[^]]*]|"[^"]*"|\\.')
"""Parts of a number format that are no signs for a day, a month or a year."""


def main() -> None:
    most_rows, most_columns, most_text = map(int, sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = _read(sys.stdin.buffer.read(), most_rows, most_columns, most_text)
    except MemoryError:
        answer = {"fault": "too_large"}
    except Exception:  # noqa: BLE001 - a broken file may raise anything
        answer = {"fault": "unreadable"}
    json.dump(answer, sys.stdout)


def _read(data: bytes, most_rows: int, most_columns: int, most_text: int) -> dict[str, Any]:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # Spared: half the start-up time.
    from openpyxl import load_workbook  # After the limits, so that they hold for it too.

    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # What the file claims of its size is not believed.
    rows: list[list[str]] = []
    formulas: list[tuple[int, int]] = []
    for index, cells in enumerate(sheet.iter_rows()):
        if index >= most_rows:
            return {"fault": "too_many_rows"}
        if len(cells) > most_columns:
            return {"fault": "too_many_columns"}
        formulas += [(index, at) for at, cell in enumerate(cells) if cell.data_type == "f"]
        rows.append([_text(cell.value, cell.number_format)[: most_text + 1] for cell in cells])
    return {"rows": rows, "formulas": formulas}


def _text(value: object, shown_as: str) -> str:
    """Days as 2025-11-15, months that Excel made days of as 2025-11, whole numbers without a
    point, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        signs = _QUOTED.sub("", shown_as).lower()
        return value.date().isoformat() if "d" in signs else f"{value:%Y-%m}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    main()
