"""The list of assignments that comes back: what it would change, then the good rows taken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.calendar import clock
from core.errors import Fault, Refused
from core.models import User
from core.tables.columns import SheetLine
from core.tables.importing import REFUSED, UNCHANGED, CheckedLine, Facts, Importer
from core.tables.reader import Sheet
from tasks.imports.status_sheet.sheet import (
    COLUMNS,
    REASON,
    TYPED,
    Current,
    Sent,
    current_of,
    lines_back,
    read_line,
)
from tasks.models import Assignment, SheetImport, StatusReport
from tasks.reporting.evidence import NO_PROOF, Proof
from tasks.reporting.reports import report_status, report_unchanged

CHANGED, STALE = "changed", "stale"
_FIELDS = ("state", "percent", "result", "cause_kind", "cause", "remedy", "expected_on")


SheetChange = tuple[str, object, object]
"""A column of a line, as it is and as the file wants it."""


@dataclass(frozen=True)
class SheetPreview(CheckedLine):
    """What became or would become of a line: ``kind`` is changed, unchanged, refused or stale."""

    line: SheetLine
    kind: str
    current: Current | None = None
    sent: Sent | None = None
    changes: Sequence[SheetChange] = ()
    faults: Sequence[Fault] = ()


class StatusImporter(Importer[SheetImport, list[SheetPreview]]):
    kept, columns, reason = SheetImport, COLUMNS, REASON
    most = 2_000
    too_many = (
        "too_many_changes",
        gettext_lazy("At most %(n)d rows may be new in one file; send it in parts."),
    )
    sent_act, applied_act = "tasks.import_check", "tasks.import"
    taken_already = gettext_lazy("This file was taken already; the result is below.")

    def read(self, sheet: Sheet, started: SheetImport) -> tuple[int, Facts]:
        """Only what says something new is kept."""
        previews = list(_compare(lines_back(sheet), started.user))
        started.lines = [asdict(one.line) for one in previews if one.kind != UNCHANGED]
        started.unchanged = len(previews) - len(started.lines)
        new = len(started.lines)
        return new, {"lines": new, "unchanged": started.unchanged}

    def look_through(self, started: SheetImport, *, by: User) -> list[SheetPreview]:
        lines = _compare(started.sheet_lines(), by)
        return [_tried(preview, by, dry_run=True) for preview in lines]

    def take(self, started: SheetImport, *, by: User) -> tuple[Sequence[SheetPreview], Facts]:
        """One report and one audit event for each good line."""
        reports: list[StatusReport] = []
        lines = _compare(started.sheet_lines(), by)
        tried = [_tried(preview, by, reports=reports) for preview in lines]
        started.taken = len(reports)
        return tried, {
            "taken": started.taken,
            "refused": sum(bool(one.faults) for one in tried),
            "unchanged": started.unchanged,
            "reports": [report.pk for report in reports],
        }

    def result(self, started: SheetImport) -> str:
        words = ngettext("%(n)s row taken", "%(n)s rows taken", started.taken)
        return words % {"n": started.taken}


IMPORTER = StatusImporter()


def _compare(lines: Iterable[SheetLine], by: User) -> Iterator[SheetPreview]:
    """What each line asks for (3 queries, however many)."""
    read: list[tuple[SheetLine, Sent | None, Sequence[Fault]]] = []
    for line in lines:
        try:
            read.append((line, read_line(line), ()))
        except Refused as refused:
            read.append((line, None, refused.faults))
    wanted = {sent.id for _line, sent, _faults in read if sent}
    rows = Assignment.objects.visible_to(by).select_related("task__plan", "agency__area", "area")
    current = {row.assignment.pk: row for row in current_of(rows.filter(pk__in=wanted))}
    seen: set[int] = set()
    for line, sent, faults in read:
        if sent is None:
            yield SheetPreview(line, REFUSED, faults=faults)
        elif sent.id in seen:
            yield _refused(line, "duplicate_row", _("This row is in the file twice."))
        elif sent.id not in current:
            detail = _("There is no such row among the tasks you see.")
            yield _refused(line, "unknown_row", detail)
        else:
            now = current[sent.id].sent()
            changes = [
                (key, getattr(now, key), getattr(sent, key))
                for key in TYPED
                if _is_given(line, key) and getattr(sent, key) != getattr(now, key)
            ]
            kind = CHANGED if changes else UNCHANGED
            yield SheetPreview(line, kind, current[sent.id], sent, changes)
        seen.add(sent.id if sent else 0)


def _refused(line: SheetLine, code: str, detail: str) -> SheetPreview:
    return SheetPreview(line, REFUSED, faults=[Fault(code, detail)])


def _is_given(line: SheetLine, key: str) -> bool:
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
        return replace(preview, kind=kind, faults=refused.faults)
    except PermissionDenied:
        fault = Fault("forbidden", _("You may not report on this task."))
        return replace(preview, kind=REFUSED, faults=[fault])
    if reports is not None:
        reports.append(report)
    return preview


def _report(
    line: SheetLine, sent: Sent, current: Current, by: User, *, dry_run: bool
) -> StatusReport:
    now = current.sent()
    values = {key: getattr(sent if _is_given(line, key) else now, key) for key in _FIELDS}
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
    proof = Proof(number=number) if number else NO_PROOF
    if number and current.document and current.document.number.strip() == number:
        proof = Proof(kept=current.document)  # It is there already.
    return report_status(
        current.assignment,
        by=by,
        effective_on=day,
        if_version=sent.version,
        dry_run=dry_run,
        proof=proof,
        **values,
    )
