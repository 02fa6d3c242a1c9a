"""The list of assignments that comes back: what it would change, then the good rows taken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.tables.columns import SheetLine
from core.tables.importing import REFUSED, UNCHANGED, CheckedLine
from core.tables.reader import read_sheet
from tasks.imports.status_sheet.sheet import TYPED, Current, Sent, current_of, lines_of, read_line
from tasks.models import Assignment, SheetImport, StatusReport
from tasks.reporting.evidence import NO_PROOF, Proof
from tasks.reporting.reports import report_status, report_unchanged

MOST_CHANGED = 2_000
CHANGED, STALE = "changed", "stale"
_FIELDS = ("state", "percent", "result", "cause_kind", "cause", "remedy", "expected_on")


@dataclass(frozen=True)
class SheetChange:
    """One column of a line, as it is and as the file wants it."""

    key: str
    before: object
    after: object


@dataclass(frozen=True)
class SheetPreview(CheckedLine):
    """What became or would become of a line: ``kind`` is changed, unchanged, refused or stale."""

    line: SheetLine
    kind: str
    current: Current | None = None
    sent: Sent | None = None
    changes: Sequence[SheetChange] = ()
    faults: Sequence[Fault] = ()


@transaction.atomic
def start_import(data: bytes, file_name: str, *, by: User) -> SheetImport:
    """Keep what the file says anew, for its preview.

    Raises Refused for a file that cannot be read, and ``too_many_changes``.
    """
    previews = list(_compare(lines_of(read_sheet(data)), by))
    lines = [asdict(preview.line) for preview in previews if preview.kind != UNCHANGED]
    if len(lines) > MOST_CHANGED:
        detail = _("At most %(n)d rows may be new in one file; send it in parts.")
        raise refuse("too_many_changes", detail % {"n": MOST_CHANGED}, "/file")
    facts = {"lines": len(lines), "unchanged": len(previews) - len(lines)}
    return SheetImport.keep(
        file_name, by=by, facts=facts, lines=lines, unchanged=facts["unchanged"]
    )


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
    started = SheetImport.held(started.pk)
    reports: list[StatusReport] = []
    lines = _compare((SheetLine(**line) for line in started.lines), by)
    tried = [_tried(preview, by, reports=reports) for preview in lines]
    refused = [one for one in tried if one.kind in (REFUSED, STALE)]
    facts = {
        "taken": len(reports),
        "refused": len(refused),
        "unchanged": started.unchanged,
        "reports": [report.pk for report in reports],
    }
    started.close(refused, by=by, facts=facts, taken=len(reports))
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
            now = current[sent.pk].sent()
            changes = [
                SheetChange(key, getattr(now, key), getattr(sent, key))
                for key in TYPED
                if _is_given(line, key) and getattr(sent, key) != getattr(now, key)
            ]
            kind = CHANGED if changes else UNCHANGED
            yield SheetPreview(line, kind, current[sent.pk], sent, changes)
        seen.add(sent.pk if sent else 0)


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
