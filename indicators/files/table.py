"""A sent file of readings as a table: its limits and rows, and its refused rows as a file."""

import csv
import io
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.core.files import File
from django.utils.translation import gettext as _

from core.errors import refuse
from core.tables.child import Limits
from core.tables.reader import check_text, csv_rows, delimiter_of, to_csv
from core.text.numbers import as_typed
from indicators.files.formats import read_table
from indicators.files.layout import SentFile, lay_out_file
from indicators.files.shape import CELL, TOLD
from indicators.models import ImportJob

LIMITS = Limits(
    size=50 * 2**20,
    rows=250_001,  # What a slow machine parses within the child's time (200,000 took 55 s).
    columns=60,
    text=32_767,
    memory=768 * 2**20,
    seconds=110,
    output=400 * 2**20,
    parts=2000,
    tidy=True,
)
"""Limits of rows, columns and texts hold for Excel; CSV is read piece by piece."""
MOST_WHOLE = 100_000
"""For a file that is taken whole or not at all, as SQLite takes no other write meanwhile."""
REASON = "reason"
"""An extra column in a file of refused rows; ignored when the file is sent again."""
BESIDE = (REASON, TOLD, CELL)
"""Columns that are no field of a reading."""

_VALUES = ("value", "OBS_VALUE")
_LONGEST_HEADER = 10_000
_DECIMAL_COMMA = re.compile(r"-?[0-9.]+,[0-9]+")
_FORMULA = re.compile(r"[=+@\t\r]|-(?![0-9]+(\.[0-9]+)?$)")
"""What a spreadsheet would take for a formula; negative numbers stay numbers."""
_BOM = "\ufeff"


def prepare(job: ImportJob) -> bool:
    """Convert Excel to CSV, read the header and count the rows; False where the sender must be
    asked first how the table is laid out.

    Raises Refused for a file that cannot be taken at all.
    """
    given = Path(job.file.path)
    clear_workroom(given)  # A reader that was killed may have left files in it.
    folder = given.with_suffix(".work")
    folder.mkdir()
    try:
        sent, sheet = SentFile(given, folder, LIMITS), (job.answers or {}).get("sheet", "")
        table = folder / "rows.csv"
        if job.table:
            table = Path(job.table.path)
        elif job.asks and not (raw := sent.table(sheet)).is_sdmx:
            if not lay_out_file(job, sent, raw, table):
                job.state = ImportJob.State.ASKING
                job.save(update_fields=["state", "found", "notes", "heads"])
                return False
            with table.open("rb") as file:
                job.table.save(f"{secrets.token_hex(16)}.csv", File(file), save=False)
            job.save(update_fields=["table", "found", "notes", "heads"])
        elif given.suffix == ".csv":
            table = _with_commas(given, table)
        else:
            to_csv(given, table, LIMITS)
        with table.open("rb") as file:
            check_text(file)
            file.seek(0)
            columns, total = _measure(file)
            if job.mode == ImportJob.Mode.ALL_OR_NOTHING and total > MOST_WHOLE:
                detail = _(
                    "All or nothing is offered for files of up to %(most)s rows; this one has more."
                )
                raise refuse("too_many_readings", detail % {"most": f"{MOST_WHOLE:,}"}, "/mode")
            if table != given and not job.table:
                job.file.save(f"{given.stem}.csv", File(file), save=False)
    finally:
        clear_workroom(given)
    job.columns, job.rows_total = columns, total
    job.save(update_fields=["file", "columns", "rows_total"])
    if job.file.path != str(given):
        given.unlink(missing_ok=True)
    return True


def clear_workroom(given: Path) -> None:
    """The folder beside the file, in which it is converted."""
    shutil.rmtree(given.with_suffix(".work"), ignore_errors=True)


def _with_commas(given: Path, table: Path) -> Path:
    """The file with commas between cells. If another sign was there, values may have a decimal
    comma; where one has, points part thousands in all of them."""
    with given.open(encoding="utf-8-sig", newline="") as file:
        delimiter = delimiter_of(file.readline(_LONGEST_HEADER))
    if delimiter == ",":
        return given
    with (
        given.open(encoding="utf-8-sig", newline="") as source,
        table.open("w", encoding="utf-8", newline="") as target,
    ):
        writer, rows = csv.writer(target), csv_rows(source, delimiter)
        header = [cell.strip() for cell in next(rows, [])]
        values = [place for place, name in enumerate(header) if name in _VALUES]
        texts = (row[place].strip() for row in rows for place in values if place < len(row))
        has_comma = any(map(_DECIMAL_COMMA.fullmatch, texts))
        source.seek(0)
        rows = csv_rows(source, delimiter)
        next(rows, [])
        writer.writerow(header)
        for row in rows:
            for place in values:
                cells = [c.strip() for c in row[place : place + 1]]
                row[place : place + 1] = [
                    as_typed(c, comma=True) if has_comma else c for c in cells
                ]
            writer.writerow(row)
    return table


def _measure(file: io.BufferedReader) -> tuple[list[str], int]:
    """The header and the number of rows under it. Raises Refused: ``invalid_csv`` and more."""
    rows = all_rows(file)
    columns = [cell.strip() for cell in next(rows, [])]
    total = sum(1 for _row in rows)
    read_table(csv_text([[name for name in columns if name not in BESIDE]]))
    if not total:
        raise refuse("required", _("There is no row under the header."), "/file")
    return columns, total


def all_rows(file: io.BufferedReader) -> Iterator[list[str]]:
    """The header first; empty rows are left out. Raises Refused: ``invalid_csv``."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    yield from (row for row in csv_rows(text) if any(cell.strip() for cell in row))
    text.detach()


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def rejected_csv(job: ImportJob) -> Iterator[str]:
    """The file's own columns and the reason, with a BOM, by which Excel knows UTF-8."""
    kept = [place for place, name in enumerate(job.columns) if name not in BESIDE]
    yield _BOM + csv_text([[*(job.columns[place] for place in kept), REASON]])
    for rejected in job.rejected_rows.iterator():
        cells = [rejected.cells[place] for place in kept if place < len(rejected.cells)]
        cells += [""] * (len(kept) - len(cells))
        reasons = [
            f"{reason['field']}: {reason['detail']}" if reason["field"] else reason["detail"]
            for reason in rejected.reasons
        ]
        if job.table:
            reasons = [f"{job.place(rejected.row, rejected.cells)}: {reasons[0]}", *reasons[1:]]
        plain = (f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells)
        yield csv_text([[*plain, "; ".join(reasons)]])
