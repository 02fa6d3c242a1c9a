"""Takes waiting files chunk by chunk: a chunk and its place in the file are one transaction, so a
crash neither doubles nor loses a row."""

import csv
import io
import logging
import tempfile
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import islice
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit, clock
from core.alone import alone
from core.errors import Fault, Refused, refuse
from core.numbers import with_point
from core.textfiles import check_text, delimiter_of
from indicators.bulk import Mode, Outcome, record_batch
from indicators.imports import OPEN, State
from indicators.models import ImportJob, RejectedRow
from indicators.tables import Document, read_table
from indicators.workbook import to_csv

logger = logging.getLogger(__name__)

CHUNK = 1000
MAX_ATTEMPTS = 5
REASON = "reason"
"""The column that a file of refused rows has more: sent again with it, it is passed over."""

_VALUES = ("value", "OBS_VALUE")
_LONGEST_HEADER = 10_000


def work_off(seconds: float) -> None:
    """Take waiting files, the oldest first, until the time is over; one process does it."""
    ends = time.monotonic() + seconds
    with alone("imports") as mine:
        while mine and time.monotonic() < ends:
            job = ImportJob.objects.filter(state__in=OPEN).order_by("id").first()
            if job is None or not _take_up(job, ends):
                return


def _take_up(job: ImportJob, ends: float) -> bool:
    """False where it should be tried again later."""
    # Counted before the work: a file that kills its reader must not be tried for ever.
    taken = ImportJob.objects.filter(pk=job.pk, state__in=OPEN)
    if not taken.update(state=State.RUNNING, attempts=F("attempts") + 1):
        return True
    with translation.override(job.language):
        if job.attempts >= MAX_ATTEMPTS:
            detail = _("Reading this file failed %(n)d times; please tell the administrators.")
            _fail(job, [Fault("gave_up", detail % {"n": MAX_ATTEMPTS})])
            return True
        try:
            _advance(job, ends)
        except Refused as refused:
            if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return False
            _fail(job, refused.faults)
        except Exception:
            logger.exception("Import %d stopped; it is taken up again", job.pk)
            return False
    return True


def _advance(job: ImportJob, ends: float) -> None:
    """Raises Refused for a file that cannot be read at all."""
    if job.rows_total is None:
        _prepare(job)
    with Path(job.file.path).open("rb") as file:
        rows = islice(_all_rows(file), 1 + job.rows_done, None)
        while _record(job.pk, job.rows_done, list(islice(rows, CHUNK))):
            if time.monotonic() >= ends:
                return
            job.refresh_from_db(fields=["rows_done"])


def _prepare(job: ImportJob) -> None:
    """Excel becomes CSV once; the header is read and the rows are counted."""
    with tempfile.TemporaryDirectory() as folder:
        given, table = Path(job.file.path), Path(folder, "rows.csv")
        if given.suffix == ".xlsx":
            to_csv(given, table)
        else:
            table = _with_commas(given, table)
        with table.open("rb") as file:
            check_text(file)
            file.seek(0)
            columns, total = _measure(file)
            if table != given:
                job.file.save(f"{given.stem}.csv", File(file), save=False)
    job.columns, job.rows_total = columns, total
    job.save(update_fields=["file", "columns", "rows_total"])
    if job.file.path != str(given):
        given.unlink(missing_ok=True)


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
        rows = _all_rows(file)
        columns = [cell.strip() for cell in next(rows, [])]
        total = sum(1 for _row in rows)
    except csv.Error as error:
        raise _no_csv() from error
    kept = [name for name in columns if name != REASON]
    read_table(_csv_text([kept]))
    if not total:
        raise refuse("required", _("There is no row under the header."), "/file")
    return columns, total


def _no_csv() -> Refused:
    return refuse("invalid_csv", _("This file cannot be read as CSV: check its quotation marks."))


def _all_rows(file: io.BufferedReader) -> Iterator[list[str]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    rows = (row for row in csv.reader(text, strict=True) if any(cell.strip() for cell in row))
    yield from rows
    text.detach()


def _record(pk: int, start: int, rows: Sequence[list[str]]) -> bool:
    """One chunk from row ``start`` on; False where there is nothing more for us to do."""
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().get(pk=pk)
        if job.state != State.RUNNING or job.rows_done != start:
            return False
        documents, rejected = _read(job.columns, rows)
        outcome = _outcome(job, [document for _index, document in documents])
        for index, faults in outcome.faults.items():
            rejected[documents[index][0]] = faults
        RejectedRow.objects.bulk_create(
            # The header is row 1 of the file, as people see it.
            RejectedRow(
                job=job, row=start + index + 2, cells=rows[index], reasons=_told(rejected[index])
            )
            for index in sorted(rejected)
        )
        job.rows_done += len(rows)
        job.created += outcome.created
        job.revised += outcome.revised
        job.unchanged += outcome.unchanged
        job.rejected += len(rejected)
        job.attempts = 0
        if job.rows_done >= (job.rows_total or 0) or not rows:
            job.state, job.finished_at = State.DONE, clock.now()
        job.save()
    return job.state == State.RUNNING


def _outcome(job: ImportJob, documents: Sequence[Document]) -> Outcome:
    if not documents:
        return Outcome()
    return record_batch(documents, by=_sender(job), mode=Mode.ACCEPT_VALID, dry_run=job.dry_run)


def _sender(job: ImportJob) -> audit.Actor:
    """Read anew for each chunk, so that a right taken away is gone."""
    sender = job.user or job.client
    if sender is None:
        raise ValueError(f"Import {job.pk} has no sender.")
    return sender


def _read(
    columns: Sequence[str], rows: Sequence[list[str]]
) -> tuple[list[tuple[int, Document]], dict[int, Sequence[Fault]]]:
    """(index, document) of the rows that can be read, and the faults of the others."""
    kept = [place for place, name in enumerate(columns) if name != REASON]
    header = [columns[place] for place in kept]
    documents: list[tuple[int, Document]] = []
    rejected: dict[int, Sequence[Fault]] = {}
    for index, row in enumerate(rows):
        if len(row) != len(columns):
            detail = _("This row has %(cells)d cells, the header %(columns)d.")
            words = {"cells": len(row), "columns": len(columns)}
            rejected[index] = [Fault("invalid_csv", detail % words)]
            continue
        try:
            found = read_table(_csv_text([header, [row[place].strip() for place in kept]]))
            documents += [(index, document) for document in found]
        except Refused as refused:
            rejected[index] = refused.faults
    return documents, rejected


def _csv_text(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _told(faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [
        {"field": _column(fault), "code": fault.code, "detail": _sentence(fault)}
        for fault in faults
    ]


def _column(fault: Fault) -> str:
    return "" if fault.field.isdigit() else fault.field


def _sentence(fault: Fault) -> str:
    if fault.code == "duplicate_in_request":
        return _("The same figure stands in a row above.")
    return str(fault.detail)


def _fail(job: ImportJob, faults: Sequence[Fault]) -> None:
    errors = [{"code": fault.code, "detail": str(fault.detail)} for fault in faults]
    open_ = ImportJob.objects.filter(pk=job.pk, state__in=OPEN)
    open_.update(state=State.FAILED, errors=errors, finished_at=clock.now())
