"""Assignments with what was last reported of them: what goes out, and what comes back is
compared with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import override

from core.tables.spreadsheets import Value, heads, write_sheet
from tasks.completion.as_of import statuses_on
from tasks.imports.status_sheet.columns import COLUMNS, word_of
from tasks.imports.status_sheet.rows import Sent
from tasks.labels import STATUSES
from tasks.models import Assignment, Evidence, StatusReport
from tasks.states import State
from tasks.worklist.query import ListQuery

_MOST_ROWS = 10_000


@dataclass(frozen=True)
class Current:
    """An assignment and its newest report, whether that counts already or waits."""

    assignment: Assignment
    report: StatusReport | None

    @property
    def document(self) -> Evidence | None:
        """The first document by number of the newest report."""
        proofs = self.report.evidence.all() if self.report else []
        return next((proof for proof in proofs if proof.number), None)

    def sent(self) -> Sent:
        """What a line would say that changes nothing."""
        shown = self.report or self.assignment
        return Sent(
            pk=self.assignment.pk,
            version=self.assignment.version,
            state=shown.state,
            percent=shown.percent,
            result=_plain(self.report.result if self.report else ""),
            evidence_number=self.document.number.strip() if self.document else "",
            cause_kind=self.report.cause_kind if self.report else "",
            cause=_plain(self.report.cause if self.report else ""),
            remedy=_plain(self.report.remedy if self.report else ""),
            expected_on=self.report.expected_on if self.report else None,
        )


def _plain(text: str) -> str:
    """As a cell gives it back: Excel knows one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def current_of(assignments: Iterable[Assignment]) -> Iterator[Current]:
    """Each with its newest report (2 queries, however many)."""
    found = list(assignments)
    newest = StatusReport.objects.filter(assignment=OuterRef("pk")).order_by("-recorded_at", "-id")
    wanted = Assignment.objects.filter(pk__in=[row.pk for row in found]).order_by()
    reports = StatusReport.objects.filter(
        pk__in=wanted.annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
    ).prefetch_related(Prefetch("evidence", Evidence.objects.order_by("added_at", "id")))
    by_assignment = {report.assignment_id: report for report in reports}
    for assignment in found:
        yield Current(assignment, by_assignment.get(assignment.pk))


def export(rows: "QuerySet[Assignment]", wanted: ListQuery) -> bytes:
    """The file of these assignments (6 queries, however many; the first 10,000)."""
    assignments = list(rows[:_MOST_ROWS])
    statuses = statuses_on(assignments, wanted.day)
    with override("vi"):
        body = [
            _row(current, str(STATUSES[status].label) if status else "")
            for current in current_of(assignments)
            for status in [statuses.get(current.assignment.pk)]
        ]
    widths = [column.width for column in COLUMNS]
    return write_sheet("Nhiệm vụ", heads(COLUMNS), body, widths)


def _row(current: Current, status: str) -> list[Value]:
    assignment, sent = current.assignment, current.sent()
    task = assignment.task
    kind = word_of(StatusReport.Fault, sent.cause_kind)
    return [
        assignment.pk,
        assignment.version,
        task.plan.number,
        task.number,
        task.title_vi,
        assignment.agency.name_vi,
        assignment.due_on or task.due_text,
        status,
        word_of(State, sent.state),
        sent.percent,
        None,
        None,
        sent.result,
        sent.evidence_number,
        kind,
        sent.cause,
        sent.remedy,
        sent.expected_on,
    ]
