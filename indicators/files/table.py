"""A sent file as a table: is it one that we can read, and its rows as they are asked for."""

import csv
import io
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files import File
from django.utils.translation import gettext as _

from core.errors import Refused, refuse
from core.tables.files import check_text, delimiter_of
from core.tables.kinds import damaged, is_workbook
from core.tables.workbooks import Limits, convert
from core.text.numbers import with_point
from indicators.files.formats import read_table
from indicators.models import ImportJob

MAX_BYTES = 50 * 1024 * 1024
_BLOCK = 1 << 20
_MOST_PARTS, _MOST_UNPACKED, _MOST_TIMES = 2000, 400 * 1024 * 1024, 200


def is_bounded_workbook(file: IO[bytes]) -> bool:
    """An Excel file that unpacks to what can be read; False for what may be text.

    Raises Refused: those of ``is_workbook``, ``file_too_large``.
    """
    if not is_workbook(file):
        return False
    parts = zipfile.ZipFile(file).infolist()
    large = [part for part in parts if part.file_size > _BLOCK]
    swollen = any(part.file_size > _MOST_TIMES * part.compress_size for part in large)
    if swollen or len(parts) > _MOST_PARTS or sum(p.file_size for p in parts) > _MOST_UNPACKED:
        detail = _("This Excel file unpacks to far more than its size; send it as CSV.")
        raise refuse("file_too_large", detail, "/file")
    return True


MOST_ROWS, MOST_COLUMNS = 250_000, 60
"""What a slow machine parses within the child's time (200,000 rows took 55 s)."""
_LIMITS = Limits(
    rows=MOST_ROWS + 1,
    columns=MOST_COLUMNS,
    text=32_767,
    memory=768 * 2**20,
    seconds=110,
    output=400 * 2**20,
    tidy=True,
)
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
        raise damaged()


MOST_WHOLE = 100_000
"""Rows of a file that is taken whole or not at all: as long as it is written nobody else is on
SQLite."""
REASON = "reason"
"""The column that a file of refused rows has more: sent again with it, it is passed over."""

_VALUES = ("value", "OBS_VALUE")
_LONGEST_HEADER = 10_000


def prepare(job: ImportJob) -> None:
    """Excel becomes CSV once; the header is read and the rows are counted.

    Raises Refused for a file that cannot be taken at all.
    """
    given = Path(job.file.path)
    with _workroom(given) as folder:
        table = folder / "rows.csv"
        if given.suffix == ".xlsx":
            to_csv(given, table)
        else:
            table = _with_commas(given, table)
        with table.open("rb") as file:
            check_text(file)
            file.seek(0)
            columns, total = _measure(file)
            _check_size(job, total)
            if table != given:
                job.file.save(f"{given.stem}.csv", File(file), save=False)
    job.columns, job.rows_total = columns, total
    job.save(update_fields=["file", "columns", "rows_total"])
    if job.file.path != str(given):
        given.unlink(missing_ok=True)


@contextmanager
def _workroom(given: Path) -> Iterator[Path]:
    """A folder beside the file. What somebody who was killed left in it, the next one clears."""
    folder = given.with_suffix(".work")
    clear_workroom(given)
    folder.mkdir()
    try:
        yield folder
    finally:
        clear_workroom(given)


def clear_workroom(given: Path) -> None:
    shutil.rmtree(given.with_suffix(".work"), ignore_errors=True)


def _check_size(job: ImportJob, total: int) -> None:
    if job.mode == ImportJob.Mode.ALL_OR_NOTHING and total > MOST_WHOLE:
        detail = _("All or nothing is offered for files of up to %(most)s rows; this one has more.")
        raise refuse("too_many_readings", detail % {"most": f"{MOST_WHOLE:,}"}, "/mode")


def _with_commas(given: Path, table: Path) -> Path:
    """One kind of CSV from here on; where no comma parts the cells, values may have one."""
    with given.open(encoding="utf-8-sig", newline="") as file:
        delimiter = delimiter_of(file.readline(_LONGEST_HEADER))
    if delimiter == ",":
        return given
    try:
        with (
            given.open(encoding="utf-8-sig", newline="") as source,
            table.open("w", encoding="utf-8", newline="") as target,
        ):
            writer = csv.writer(target)
            rows = csv.reader(source, delimiter=delimiter, strict=True)
            header = [cell.strip() for cell in next(rows, [])]
            values = [place for place, name in enumerate(header) if name in _VALUES]
            writer.writerow(header)
            for row in rows:
                for place in values:
                    row[place : place + 1] = [with_point(c.strip()) for c in row[place : place + 1]]
                writer.writerow(row)
    except csv.Error as error:
        raise _no_csv() from error
    return table


def _measure(file: io.BufferedReader) -> tuple[list[str], int]:
    """The header and the number of rows under it. Raises Refused: ``invalid_csv`` and more."""
    try:
        rows = all_rows(file)
        columns = [cell.strip() for cell in next(rows, [])]
        total = sum(1 for _row in rows)
    except csv.Error as error:
        raise _no_csv() from error
    kept = [name for name in columns if name != REASON]
    read_table(csv_text([kept]))
    if not total:
        raise refuse("required", _("There is no row under the header."), "/file")
    return columns, total


def _no_csv() -> Refused:
    return refuse("invalid_csv", _("This file cannot be read as CSV: check its quotation marks."))


def all_rows(file: io.BufferedReader) -> Iterator[list[str]]:
    """The header first; rows of nothing are left out."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    rows = (row for row in csv.reader(text, strict=True) if any(cell.strip() for cell in row))
    yield from rows
    text.detach()


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()
