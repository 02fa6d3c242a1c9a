"""The rows of a file, chunk by chunk.

A chunk and the place in the file are saved in one transaction, so a crash neither doubles nor loses
a row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit import trail
from core.calendar import clock
from core.calendar.periods import InvalidPeriod, parse_period
from core.errors import Fault, Refused
from core.tables.importing import formula_fault
from indicators.files.formats import SDMX_COLUMNS, Document, read_table
from indicators.files.table import BESIDE, all_rows, csv_text
from indicators.models import ImportJob, RejectedRow
from indicators.recording.batch import BatchOutcome, Mode, record_batch
from indicators.recording.outliers import Caution, unusual
from indicators.recording.rules import OLD_BASE
from provinces.models import Area

State = ImportJob.State
MOST_WARNINGS = 1000
_AGAIN = "duplicate_in_request"
_SERIES = ("indicator", "area", "period", "base")

Row = list[str]
Faults = Mapping[int, Sequence[Fault]]


class Earlier:
    """The figures of the rows accepted so far, as a file may have each only once.

    Ways of writing do not matter: 2016-2020 is 2016/2020, and a former province has two codes.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        names = [SDMX_COLUMNS.get(name, name) for name in columns]
        self._places = {name: place for place, name in enumerate(names) if name in _SERIES}
        self._named: set[int] = set()  # Hashes: files have a million rows.
        past = Area.objects.filter(is_active=False, level=Area.Level.PROVINCE)
        self._past = dict(past.values_list("official_code", "code"))
        self._past_codes = set(self._past.values())

    def add(self, row: Row) -> None:
        self._named.add(self._hash(row))

    def has(self, row: Row) -> bool:
        return self._hash(row) in self._named

    def _hash(self, row: Row) -> int:
        sent = {name: row[p].strip() for name, p in self._places.items() if p < len(row)}
        area, base = sent.get("area", ""), sent.get("base", "")
        if base == str(OLD_BASE):
            area = self._past.get(area, area)
        elif area in self._past_codes:
            base = str(OLD_BASE)
        period = sent.get("period", "")
        with suppress(InvalidPeriod):
            period = parse_period(period).text
        return hash((sent.get("indicator"), area, period, base))


class Chunks:
    """Takes the rows of one job in their order."""

    def __init__(self, job: ImportJob) -> None:
        self._pk, self._done = job.pk, job.rows_done
        self._earlier = Earlier(job.columns)
        self._rejected = set(job.rejected_rows.values_list("row", flat=True))

    def pass_over(self, rows: Iterable[Row]) -> None:
        """Skip rows that were recorded before a crash or a pause."""
        for index, row in enumerate(rows):
            if _line(index) not in self._rejected:
                self._earlier.add(row)

    def record(self, rows: Sequence[Row]) -> bool:
        """Record one chunk. Returns False if no more can be done here."""
        with transaction.atomic():
            job = ImportJob.objects.select_for_update().get(pk=self._pk)
            if job.state != State.RUNNING or job.rows_done != self._done:
                return False
            whole = job.mode == Mode.ALL_OR_NOTHING
            doubts: dict[int, list[Caution]] = defaultdict(list)
            if job.dry_run or job.is_warned:  # Asked before any of them is recorded.
                documents, _faults = documents_of(job.columns, rows)
                found = unusual([document for _index, document in documents], by=sender_of(job))
                for caution in found:
                    doubts[documents[caution.index][0]].append(caution)
            outcome, rejected = _take(job, rows, self._earlier, dry_run=job.dry_run or whole)
            _keep_rejected(job, rows, rejected)
            _keep_warnings(job, rows, {n: doubts[n] for n in doubts.keys() - rejected.keys()})
            job.rows_done += len(rows)
            _add_up(job, outcome, len(rejected))
            is_last = job.rows_done >= (job.rows_total or 0) or not rows
            # A sound file that is taken whole is still to be written.
            if is_last and (not whole or job.rejected or job.dry_run):
                _end(job)
            job.save()
        self._done = job.rows_done
        for index in set(range(len(rows))) - set(rejected):
            self._earlier.add(rows[index])
        return job.state == State.RUNNING and not is_looked_through(job)


def is_looked_through(job: ImportJob) -> bool:
    """Is it taken whole or not at all, with all rows sound and none written yet?"""
    ended = job.rows_total is not None and job.rows_done >= job.rows_total
    return ended and job.mode == Mode.ALL_OR_NOTHING and job.state == State.RUNNING


def write_whole(job: ImportJob, size: int) -> None:
    """All rows in one transaction, or none where one is no longer taken."""
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().get(pk=job.pk)
        if not is_looked_through(job):
            return
        job.created = job.revised = job.unchanged = 0
        point, earlier, start = transaction.savepoint(), Earlier(job.columns), 0
        with Path(job.rows_path).open("rb") as file:
            rows = islice(all_rows(file), 1, None)
            while chunk := list(islice(rows, size)):
                outcome, rejected = _take(job, chunk, earlier, dry_run=False)
                if rejected:
                    transaction.savepoint_rollback(point)
                    _keep_rejected(job, chunk, rejected, start=start)
                    job.rejected = len(rejected)
                    break
                _add_up(job, outcome, 0)
                start += len(chunk)
        _end(job)
        job.save()


def _end(job: ImportJob) -> None:
    """One bad row refuses a file that is taken whole or not at all, as in a bulk call."""
    failed = job.mode == Mode.ALL_OR_NOTHING and bool(job.rejected)
    if failed:
        detail = ngettext(
            "All or nothing: %(n)d row is refused, so none is recorded.",
            "All or nothing: %(n)d rows are refused, so none is recorded.",
            job.rejected,
        )
        job.errors = [{"code": "all_or_nothing", "detail": detail % {"n": job.rejected}}]
        job.created = job.revised = job.unchanged = 0
        job.rejected = job.rows_total or 0
    job.state = State.FAILED if failed and not job.dry_run else State.DONE
    job.finished_at = clock.now()


def _take(
    job: ImportJob, rows: Sequence[Row], earlier: Earlier, *, dry_run: bool
) -> tuple[BatchOutcome, dict[int, Sequence[Fault]]]:
    """The counts, and the faults of refused rows by their index."""
    documents, rejected = documents_of(job.columns, rows)
    again = [index for index, _document in documents if earlier.has(rows[index])]
    rejected |= {index: [Fault(_AGAIN, "")] for index in again}
    fresh = [item for item in documents if item[0] not in rejected]
    outcome = BatchOutcome()
    if fresh:
        outcome = record_batch(
            [document for _index, document in fresh],
            by=sender_of(job),
            mode=Mode.ACCEPT_VALID,
            dry_run=dry_run,
        )
    for number, faults in outcome.faults.items():
        rejected[fresh[number][0]] = faults
    return outcome, rejected


def _add_up(job: ImportJob, outcome: BatchOutcome, rejected: int) -> None:
    job.created += outcome.created
    job.revised += outcome.revised
    job.unchanged += outcome.unchanged
    job.rejected += rejected
    job.attempts = 0


def _line(index: int) -> int:
    """The header is row 1 of the file, as people see it."""
    return index + 2


def _keep_rejected(
    job: ImportJob, rows: Sequence[Row], rejected: Faults, *, start: int | None = None
) -> None:
    """``start``: the index in the file of the first of these rows, by default ``rows_done``."""
    first = job.rows_done if start is None else start
    again = _("The same figure stands in a row above.")
    RejectedRow.objects.bulk_create(
        RejectedRow(
            job=job,
            row=_line(first + index),
            cells=rows[index],
            reasons=[
                {
                    "field": "" if fault.field.isdigit() else fault.field,
                    "code": fault.code,
                    "detail": again if fault.code == _AGAIN else str(fault.detail),
                }
                for fault in rejected[index]
            ],
        )
        for index in sorted(rejected)
    )


def _keep_warnings(
    job: ImportJob, rows: Sequence[Row], doubts: Mapping[int, Sequence[Caution]]
) -> None:
    """How many figures are doubted, and the first thousand doubts."""
    job.unusual += len(doubts)
    each = [(index, caution) for index in sorted(doubts) for caution in doubts[index]]
    for index, caution in each[: max(0, MOST_WARNINGS - len(job.warnings))]:
        job.warnings.append(
            {
                "row": _line(job.rows_done + index),
                "cells": rows[index],
                "field": caution.field,
                "code": caution.code,
                "detail": caution.detail,
            }
        )


def sender_of(job: ImportJob) -> trail.Actor:
    """Read again for each chunk, so that a withdrawn right counts at once."""
    sender = job.user or job.client
    if sender is None:
        raise ValueError(f"Import {job.pk} has no sender.")
    return sender


def documents_of(
    columns: Sequence[str], rows: Sequence[list[str]]
) -> tuple[list[tuple[int, Document]], dict[int, Sequence[Fault]]]:
    """(index, document) of the rows that can be read, and the faults of the others."""
    kept = [place for place, name in enumerate(columns) if name not in BESIDE]
    header = [columns[place] for place in kept]
    documents: list[tuple[int, Document]] = []
    rejected: dict[int, Sequence[Fault]] = {}
    for index, row in enumerate(rows):
        if len(row) != len(columns):
            detail = _("This row has %(cells)d cells, the header %(columns)d.")
            words = {"cells": len(row), "columns": len(columns)}
            rejected[index] = [Fault("invalid_csv", detail % words)]
            continue
        formulas = [columns[place] for place in kept if row[place].startswith("=")]
        if formulas:
            rejected[index] = [formula_fault(f"/{name}") for name in formulas]
            continue
        try:
            found = read_table(csv_text([header, [row[place].strip() for place in kept]]))
            documents += [(index, document) for document in found]
        except Refused as refused:
            rejected[index] = refused.faults
    return documents, rejected
