"""One word about many assignments: each is taken whole or refused whole, and all are told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Fault, Refused
from core.models import User
from core.text.numbers import whole
from tasks.models import Assignment, StatusReport
from tasks.reporting.evidence import NO_PROOF, Proof
from tasks.reporting.reports import report_status, report_unchanged
from tasks.reporting.reviews import review_report
from tasks.worklist.query import PAGE_SIZES

UNCHANGED = "unchanged"
PASSED_OVER = ("already_ended", "waits")


@dataclass(frozen=True)
class BulkRow:
    """What is said of every row. ``state`` may be ``unchanged``; without a percentage each row
    keeps its own."""

    state: str
    effective_on: date
    percent: int | None = None
    result: str = ""
    cause_kind: str = ""
    cause: str = ""
    remedy: str = ""
    expected_on: date | None = None
    proof: Proof = NO_PROOF


@dataclass(frozen=True)
class BulkOutcome:
    """A row is done when it has no faults and was not passed over.

    Passed over is what "no change" says nothing of: ended work, and a report that waits.
    """

    assignment: Assignment
    faults: Sequence[Fault] = ()
    passed_over: str = ""


def report_many(
    rows: Iterable[tuple[Assignment, int | None]], ask: BulkRow, *, by: User
) -> list[BulkOutcome]:
    """Report on each row (assignment, version it was read with) in a transaction of its own.

    The rows' document is kept once and serves all of them. Nothing is raised for a row that is
    refused: its outcome names the faults.
    """
    outcomes, proof = [], ask.proof
    for assignment, version in rows:
        try:
            report = _report(assignment, version, ask, proof, by)
        except Refused as refused:
            code = refused.faults[0].code
            if ask.state == UNCHANGED and code in PASSED_OVER:
                outcomes.append(BulkOutcome(assignment, passed_over=code))
            else:
                outcomes.append(BulkOutcome(assignment, refused.faults))
        except PermissionDenied:
            fault = Fault("forbidden", _("You may not report on this task."))
            outcomes.append(BulkOutcome(assignment, [fault]))
        else:
            outcomes.append(BulkOutcome(assignment))
            if proof and not proof.kept:
                proof = Proof(kept=report.evidence.get())
    return outcomes


def _report(
    assignment: Assignment, version: int | None, ask: BulkRow, proof: Proof, by: User
) -> StatusReport:
    if ask.state == UNCHANGED:
        return report_unchanged(
            assignment,
            by=by,
            effective_on=ask.effective_on,
            cause_kind=ask.cause_kind,
            cause=ask.cause,
            remedy=ask.remedy,
            expected_on=ask.expected_on,
            if_version=version,
        )
    return report_status(
        assignment,
        by=by,
        state=ask.state,
        effective_on=ask.effective_on,
        result=ask.result,
        percent=assignment.percent if ask.percent is None else ask.percent,
        cause_kind=ask.cause_kind,
        cause=ask.cause,
        remedy=ask.remedy,
        expected_on=ask.expected_on,
        proof=proof,
        if_version=version,
    )


@dataclass(frozen=True)
class BulkReview:
    """A report is decided when it has no faults."""

    report: StatusReport
    faults: Sequence[Fault] = ()


def review_many(
    reports: Iterable[StatusReport], *, by: User, decision: str, reason: str = ""
) -> list[BulkReview]:
    """Decide each report in a transaction of its own; those refused are named with their faults."""
    verdicts = []
    for report in reports:
        try:
            review_report(report, by=by, decision=decision, reason=reason)
        except Refused as refused:
            verdicts.append(BulkReview(report, refused.faults))
        except PermissionDenied:
            fault = Fault("forbidden", _("You may not review this report."))
            verdicts.append(BulkReview(report, [fault]))
        else:
            verdicts.append(BulkReview(report))
    return verdicts


Chosen = list[tuple[Assignment, int]]
_TICK = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
_MOST = PAGE_SIZES[-1]


def chosen_rows(request: HttpRequest, user: User) -> Chosen:
    """Those among the ticked that the user sees, in the order of the ticks (1 query)."""
    ticks = [_TICK.fullmatch(text) for text in request.POST.getlist("chosen")[:_MOST]]
    versions = {int(tick[1]): int(tick[2]) for tick in ticks if tick}
    rows = Assignment.objects.visible_to(user).select_related(
        "task__plan", "task__group", "agency__area", "area"
    )
    found = rows.in_bulk(list(versions))
    return [(found[pk], version) for pk, version in versions.items() if pk in found]


def ticked(sent: QueryDict, name: str = "chosen", most: int | None = None) -> set[int]:
    """The numbers among the first ``most`` that were sent."""
    return {number for text in sent.getlist(name)[:most] if (number := whole(text)) is not None}


def chosen_again(refused: Iterable[BulkOutcome]) -> Chosen:
    """The refused rows as they are now: a second try knows what a colleague wrote."""
    rows = [outcome.assignment for outcome in refused]
    for row in rows:
        row.refresh_from_db(fields=["version", "state", "percent", "due_on"])
    return [(row, row.version) for row in rows]


def back_to_list(request: HttpRequest) -> str:
    """The address of the list as it was filtered; never another page."""
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return f"{reverse('tasks')}?{query}" if query else reverse("tasks")
