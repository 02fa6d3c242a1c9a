"""The list of assignments as a file: its columns, what goes out, and what a line that comes back
says, or its faults in plain words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from core.errors import Fault, Refused
from core.tables.columns import Column, SheetLine, in_vietnamese, lines_of, values_by_word
from core.tables.importing import formula_fault
from core.tables.reader import Sheet
from core.tables.writer import Value, write_columns
from core.text.vietnamese import fold
from tasks.completion.as_of import statuses_on
from tasks.labels import STATUSES
from tasks.models import Assignment, Evidence, Review, StatusReport
from tasks.models.assignment import Waiting
from tasks.states import State
from tasks.worklist.query import ListQuery

COLUMNS = (
    Column("id", _("Row code (leave as it is)"), 12, is_ours=True, is_needed=True),
    Column("version", _("Version (leave as it is)"), 12, is_ours=True, is_needed=True),
    Column("plan", _("Document"), 16, is_ours=True),
    Column("group", _("Group"), 24, is_ours=True),
    Column("number", _("Number of the task"), 8, is_ours=True),
    Column("title", _("Task"), 60, is_ours=True),
    Column("agency", _("Agency"), 28, is_ours=True),
    Column("due", _("Deadline"), 14, is_ours=True),
    Column("status", _("Status by its deadline"), 26, is_ours=True),
    Column("waiting", _("Does not count yet"), 30, is_ours=True),
    Column("returned", _("Why it was returned"), 40, is_ours=True),
    Column("state", _("State"), 18, words=State.labels),
    Column("percent", _("Percent done"), 12),
    Column("effective_on", _("Holds from"), 14),
    Column("unchanged", _("No change in this period"), 14, words=["x"]),
    Column("result", _("Result"), 50),
    Column("evidence_number", _("Number and symbol of the document"), 22),
    Column("cause_kind", _("Kind of cause"), 14, words=StatusReport.Fault.labels),
    Column("cause", _("Cause"), 40),
    Column("remedy", _("Remedy"), 40),
    Column("expected_on", _("Day now expected"), 14),
)
REASON = Column("reason", _("Why it was not taken"), 60)
TYPED = tuple(column.key for column in COLUMNS if not column.is_ours)
"""What people fill in; the others only say which row it is."""
_OF_TODAY = {"id", "version", "waiting", "returned", "effective_on", "unchanged"}
_PAST_COLUMNS = tuple(
    replace(column, words=(), is_ours=False) for column in COLUMNS if column.key not in _OF_TODAY
)
"""The file of a past day is to be read: without the codes of its rows it is not taken back."""
CHOICES: Mapping[str, type[State] | type[StatusReport.Fault]] = {
    "state": State,
    "cause_kind": StatusReport.Fault,
}
"""Columns that take one of a few words."""

_MOST_ROWS = 10_000
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})\s*%?", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_TICKS = {"x", "co", "yes", "1", "true"}
_FULL = 100
_UNKNOWN_WORD = {
    "state": _("“%(text)s” is no state; write one of: %(words)s."),
    "cause_kind": _("“%(text)s” is no kind of cause; write one of: %(words)s."),
}


@dataclass(frozen=True)
class Sent:
    """What a line says; None and "" mean that the cell is empty."""

    id: int
    version: int
    state: str = ""
    percent: int | None = None
    effective_on: date | None = None
    unchanged: bool = False
    result: str = ""
    evidence_number: str = ""
    cause_kind: str = ""
    cause: str = ""
    remedy: str = ""
    expected_on: date | None = None


# Out --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Current:
    """An assignment and its newest report, whether that counts already or waits; as of a past day,
    the last that counts."""

    assignment: Assignment
    report: StatusReport | None

    @property
    def document(self) -> Evidence | None:
        """The first document by number of the newest report."""
        proofs = self.report.evidence.all() if self.report else []
        return next((proof for proof in proofs if proof.number), None)

    @property
    def why_returned(self) -> str:
        """What the newest report was returned with; empty when it was not."""
        reviews = self.report.reviews.all() if self.report else []
        returned = Review.Decision.RETURNED
        return next((one.reason for one in reviews if one.decision == returned), "")

    @property
    def waiting(self) -> str:
        """What the newest report says and whom it waits for, while it does not count."""
        if self.report is None or not self.assignment.waiting:
            return ""
        said = f"{State(self.report.state).label} {self.report.percent}%"
        return f"{said}: {Waiting(self.assignment.waiting).label}"

    def sent(self) -> Sent:
        """What a line would say that changes nothing: the state that counts."""
        now, report = self.assignment, self.report or StatusReport()
        return Sent(
            id=now.pk,
            version=now.version,
            state=getattr(now, "state_then", now.state),
            percent=getattr(now, "percent_then", now.percent),
            result=_plain(report.result),
            evidence_number=self.document.number.strip() if self.document else "",
            cause_kind=report.cause_kind,
            cause=_plain(report.cause),
            remedy=_plain(report.remedy),
            expected_on=report.expected_on,
        )


def _plain(text: str) -> str:
    """As a cell gives it back: Excel knows one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def current_of(
    assignments: Iterable[Assignment],
    past_day: date | None = None,
    known_at: datetime | None = None,
) -> Iterator[Current]:
    """Each with its newest report, or the one that held on a past day, as known at a moment
    (3 queries, however many)."""
    found = list(assignments)
    of_it = StatusReport.objects.filter(assignment=OuterRef("pk"))
    newest = of_it.order_by("-recorded_at", "-id")
    if past_day:
        newest = of_it.effective_by(past_day).counting(known_at).last_first()
    wanted = Assignment.objects.filter(pk__in=[row.pk for row in found]).order_by()
    reports = StatusReport.objects.filter(
        pk__in=wanted.annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
    ).prefetch_related("reviews", Prefetch("evidence", Evidence.objects.order_by("added_at", "id")))
    by_assignment = {report.assignment_id: report for report in reports}
    for assignment in found:
        yield Current(assignment, by_assignment.get(assignment.pk))


def export(rows: "QuerySet[Assignment]", wanted: ListQuery) -> bytes:
    """The file of these assignments (7 queries, however many; the first 10,000).

    That of a past day shows what held then, and is not taken back.
    """
    assignments = list(rows[:_MOST_ROWS])
    past_day = wanted.day if wanted.is_past else None
    columns = _PAST_COLUMNS if past_day else COLUMNS
    statuses = statuses_on(assignments, wanted.day, wanted.known_at)
    body: list[list[Value]] = []
    with override("vi"):
        for current in current_of(assignments, past_day, wanted.known_at):
            assignment, task, sent = current.assignment, current.assignment.task, current.sent()
            status, kind = statuses.get(assignment.pk), sent.cause_kind
            cells: dict[str, Value] = {
                **asdict(sent),
                "plan": task.plan.number,
                "group": str(task.group) if task.group_id else "",
                "number": task.number,
                "title": task.title_vi,
                "agency": assignment.agency.name_vi,
                "due": getattr(assignment, "due_then", assignment.due_on) or task.due_text,
                "status": str(STATUSES[status].label) if status else "",
                "waiting": current.waiting,
                "returned": current.why_returned,
                "state": str(State(sent.state).label),
                "unchanged": None,
                "cause_kind": str(StatusReport.Fault(kind).label) if kind else "",
            }
            body.append([cells[column.key] for column in columns])
    title = f"{wanted.day:%d-%m-%Y}" if past_day else "Nhiệm vụ"
    return write_columns(title, columns, body)


# Back -------------------------------------------------------------------------------------------


def lines_back(sheet: Sheet) -> list[SheetLine]:
    """The rows that hold anything. Raises Refused: those of ``lines_of``."""
    detail = gettext("One of the first rows must name the columns of the file you took: %(names)s.")
    lines = lines_of(sheet, COLUMNS, detail, str.strip)
    return [line for line in lines if any(line.cells.values())]


def read_line(line: SheetLine) -> Sent:
    """Raises Refused with every fault of the line, each pointing to its column."""
    faults = [formula_fault()] if line.has_formula else []
    values: dict[str, Any] = {}
    for key in ("id", "version", *TYPED):
        try:
            values[key] = _READERS.get(key, str)(line.cells.get(key, ""))
        except ValueError as error:
            faults.append(Fault("invalid_value", str(error), f"/{key}"))
    if faults:
        raise Refused(faults)
    return Sent(**values)


def _code(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        detail = gettext("The code or version of this row is gone; take it from the file again.")
        raise ValueError(detail)
    return int(text)


def _word(key: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        words = values_by_word(CHOICES[key].choices)
        if text and fold(text) not in words:
            allowed = ", ".join(in_vietnamese(CHOICES[key].labels))
            raise ValueError(_UNKNOWN_WORD[key] % {"text": text[:40], "words": allowed})
        return words[fold(text)] if text else ""

    return read


def _percent(text: str) -> int | None:
    if not text:
        return None
    number = _PERCENT.fullmatch(text)
    if number is None or int(number[1]) > _FULL:
        raise ValueError(gettext("A percentage is between 0 and 100."))
    return int(number[1])


def _day(text: str) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = found[1] or found[6], found[2] or found[5], found[3] or found[4]
        return date(int(year), int(month), int(day))
    except ValueError as error:
        detail = gettext("“%(text)s” is no day; write it as 15/11/2025.") % {"text": text[:40]}
        raise ValueError(detail) from error


def _tick(text: str) -> bool:
    if text and fold(text) not in _TICKS:
        raise ValueError(gettext("Write x where nothing changed, or leave the cell empty."))
    return bool(text)


_READERS: Mapping[str, Callable[[str], object]] = {
    "id": _code,
    "version": _code,
    "state": _word("state"),
    "percent": _percent,
    "effective_on": _day,
    "unchanged": _tick,
    "cause_kind": _word("cause_kind"),
    "expected_on": _day,
}
"""Raise ValueError with a sentence for the reader; the other columns are texts."""
