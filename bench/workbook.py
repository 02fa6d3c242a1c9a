"""A large Excel file of readings, read by the capped child: seconds and memory."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from openpyxl import Workbook

from bench.sizes import WrongFiguresError
from core.tables.reader import to_csv
from indicators.files.table import LIMITS

_ROWS = 240_000


@dataclass(frozen=True)
class Reading:
    """``megabytes`` is the most that any process begun by the bench had resident."""

    rows: int
    file_megabytes: float
    seconds: float
    megabytes: int


def reading() -> Reading:
    """Raises WrongFiguresError where a row is lost."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "rows.xlsx"), Path(folder, "rows.csv")
        _write(source)
        begin = time.perf_counter()
        to_csv(source, target, LIMITS)
        seconds = time.perf_counter() - begin
        with target.open(encoding="utf-8") as file:
            rows = sum(1 for _ in file) - 1
        size = source.stat().st_size / 2**20
    if rows != _ROWS:
        raise WrongFiguresError(f"{rows} rows instead of {_ROWS}.")
    most = getrusage(RUSAGE_CHILDREN).ru_maxrss // 2**10
    return Reading(rows, round(size, 1), round(seconds, 1), most)


def _write(path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["indicator", "area", "period", "value", "source"])
    for number in range(_ROWS):
        day = f"{1900 + number // 365}-{number % 12 + 1:02}"
        sheet.append(["bench", f"{number % 34:02}", day, number / 100, "Cục Thống kê"])
    book.save(path)
