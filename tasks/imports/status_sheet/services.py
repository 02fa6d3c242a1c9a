"""The Excel file that comes back: what it would change, then the good rows taken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.tables.spreadsheets import read_sheet
from tasks.imports.status_sheet.columns import TYPED
from tasks.imports.status_sheet.current import Current, current_of
from tasks.imports.status_sheet.rows import Sent, SheetLine, lines_of, read_line
from tasks.models import Assignment, SheetImport, StatusReport
from tasks.reporting.checks import CONFLICT
from tasks.reporting.evidence import NO_PROOF, Proof
from tasks.reporting.reports import report_status, report_unchanged

MOST_CHANGED = 2_000
CHANGED, UNCHANGED, REFUSED, STALE = "changed", "unchanged", "refused", "stale"
_FIELDS = ("state", "percent", "result", "cause_kind", "cause", "remedy", "expected_on")


@dataclass(frozen=True)
class SheetChange:
    """One column of a line, as it is and as the file wants it."""

    key: str
    before: object
    after: object


@dataclass(frozen=True)
class SheetPreview:
    """What became or would become of a line: ``kind`` is changed, unchanged, refused or stale."""

    line: SheetLine
    kind: str
    current: Current | None = None
    sent: Sent | None = None
    changes: Sequence[SheetChange] = ()
    faults: Sequence[Fault] = field(default=())

    @property
    def reason(self) -> str:
        return " ".join(str(fault.detail) for fault in self.faults)


@transaction.atomic
def start_import(data: bytes, file_name: str, *, by: User) -> SheetImport:
    """Keep what the file says anew, for its preview.

    Raises Refused for a file that cannot be read, and ``too_many_changes``.
    """
    previews = list(_compare(lines_of(read_sheet(data)), by))
    lines = [_stored(preview.line) for preview in previews if preview.kind != UNCHANGED]
    if len(lines) > MOST_CHANGED:
        detail = _("At most %(n)d rows may be new in one file; send it in parts.")
        raise refuse("too_many_changes", detail % {"n": MOST_CHANGED}, "/file")
    started = SheetImport.objects.create(
        user=by,
        made_at=clock.now(),
        file_name=file_name[:200],
        lines=lines,
        unchanged=len(previews) - len(lines),
    )
    trail.record(
        "tasks.import_check",
        started,
        by=by,
        after={
            "file": started.file_name,
            "lines": len(lines),
            "unchanged": started.unchanged,
        },
    )
    return started


def _stored(line: SheetLine) -> dict[str, Any]:
    return {"number": line.number, "cells": dict(line.cells), "has_formula": line.has_formula}


def check_import(started: SheetImport, *, by: User) -> list[SheetPreview]:
    """Every line that is not unchanged, checked by the rules of the write; nothing is written."""
    return [
        _tried(preview, by, dry_run=True)
        for preview in _compare((SheetLine(**line) for line in started.lines), by)
    ]


@transaction.atomic
def apply_import(started: SheetImport, *, by: User) -> SheetImport:
    """Take the good lines, one report and one audit event each, and one event that names them.

    Raises Refused: ``already_applied`` (409).
    """
    started = SheetImport.objects.select_for_update().get(pk=started.pk)
    if started.applied_at:
        detail = _("This file was taken already; the result is below.")
        raise refuse("already_applied", detail, status=CONFLICT)
    reports: list[StatusReport] = []
    refused = []
    for preview in _compare([SheetLine(**line) for line in started.lines], by):
        done = _tried(preview, by, reports=reports)
        if done.kind in (REFUSED, STALE):
            line = {"number": done.line.number, "cells": done.line.cells, "reason": done.reason}
            refused.append(line)
    started.applied_at, started.taken, started.refused = clock.now(), len(reports), refused
    started.save()
    trail.record(
        "tasks.import",
        started,
        by=by,
        after={
            "file": started.file_name,
            "taken": len(reports),
            "refused": len(refused),
            "unchanged": started.unchanged,
            "reports": [report.pk for report in reports],
        },
    )
    return started


def _compare(lines: Iterable[SheetLine], by: User) -> Iterator[SheetPreview]:
    """What each line asks for (3 queries, however many)."""
    read: list[tuple[SheetLine, Sent | None, Sequence[Fault]]] = []
    for line in lines:
        try:
            read.append((line, read_line(line), ()))
        except Refused as refused:
            read.append((line, None, refused.faults))
    wanted = {sent.pk for _line, sent, _faults in read if sent}
    rows = Assignment.objects.visible_to(by).select_related("task__plan", "agency__area", "area")
    current = {row.assignment.pk: row for row in current_of(rows.filter(pk__in=wanted))}
    seen: set[int] = set()
    for line, sent, faults in read:
        if sent is None:
            yield SheetPreview(line, REFUSED, faults=faults)
        elif sent.pk in seen:
            yield _refused(line, "duplicate_row", _("This row is in the file twice."))
        elif sent.pk not in current:
            detail = _("There is no such row among the tasks you see.")
            yield _refused(line, "unknown_row", detail)
        else:
            yield _compared(line, sent, current[sent.pk])
        seen.add(sent.pk if sent else 0)


def _refused(line: SheetLine, code: str, detail: str) -> SheetPreview:
    return SheetPreview(line, REFUSED, faults=[Fault(code, detail)])


def _compared(line: SheetLine, sent: Sent, current: Current) -> SheetPreview:
    now = current.sent()
    changes = [
        SheetChange(key, getattr(now, key), getattr(sent, key))
        for key in TYPED
        if _is_given(line, sent, key) and getattr(sent, key) != getattr(now, key)
    ]
    return SheetPreview(line, CHANGED if changes else UNCHANGED, current, sent, changes)


def _is_given(line: SheetLine, sent: Sent, key: str) -> bool:
    """An empty state or percentage keeps what is there; a missing column changes nothing."""
    return key in line.cells and (key not in ("state", "percent") or bool(line.cells[key]))


def _tried(
    preview: SheetPreview,
    by: User,
    *,
    dry_run: bool = False,
    reports: list[StatusReport] | None = None,
) -> SheetPreview:
    """The same line after it was reported, or why it was not."""
    if preview.kind != CHANGED or preview.sent is None or preview.current is None:
        return preview
    try:
        report = _report(preview.line, preview.sent, preview.current, by, dry_run=dry_run)
    except Refused as refused:
        kind = STALE if refused.faults[0].code == "stale" else REFUSED
        return _with_faults(preview, kind, refused.faults)
    except PermissionDenied:
        fault = Fault("forbidden", _("You may not report on this task."))
        return _with_faults(preview, REFUSED, [fault])
    if reports is not None:
        reports.append(report)
    return preview


def _with_faults(preview: SheetPreview, kind: str, faults: Sequence[Fault]) -> SheetPreview:
    return SheetPreview(preview.line, kind, preview.current, preview.sent, preview.changes, faults)


def _report(
    line: SheetLine, sent: Sent, current: Current, by: User, *, dry_run: bool
) -> StatusReport:
    now = current.sent()
    values = {key: getattr(sent if _is_given(line, sent, key) else now, key) for key in _FIELDS}
    day = sent.effective_on or clock.today()
    if sent.unchanged:
        for key in ("state", "percent", "result"):
            del values[key]
        return report_unchanged(
            current.assignment,
            by=by,
            effective_on=day,
            if_version=sent.version,
            dry_run=dry_run,
            **values,
        )
    number = sent.evidence_number if "evidence_number" in line.cells else now.evidence_number
    return report_status(
        current.assignment,
        by=by,
        effective_on=day,
        if_version=sent.version,
        dry_run=dry_run,
        proof=_proof(number, current),
        **values,
    )


def _proof(number: str, current: Current) -> Proof:
    """The document that is there already, when its number still stands."""
    if not number:
        return NO_PROOF
    if current.document and current.document.number.strip() == number:
        return Proof(kept=current.document)
    return Proof(number=number)
