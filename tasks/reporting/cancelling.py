"""An end asked for by the agency, and granted or not by the standing agency; many cancelled at
once, and that taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Refused, refuse
from core.models import User
from core.queue import recalculation
from provinces.models import Plan
from provinces.permissions import Permission, require
from tasks.models import Assignment, CancelRequest, Review, StatusReport
from tasks.reporting.checks import CONFLICT
from tasks.reporting.evidence import NO_PROOF, Proof, attach, faults_of, keep_proof
from tasks.reporting.extensions import check_undecided, put_decision
from tasks.states import State
from tasks.status.history import locked, refresh, settle

AT_ONCE = 1000


@transaction.atomic
def request_cancelling(assignment: Assignment, *, by: User, reason: str) -> CancelRequest:
    """Raises PermissionDenied, and Refused: ``already_ended``, ``already_requested`` (409),
    ``reason_missing``."""
    assignment = locked(assignment)
    require(by, Permission.REPORT_STATUS, assignment)
    _check_open(assignment)
    if assignment.cancel_requests.filter(decision=CancelRequest.Decision.PENDING).exists():
        raise refuse(
            "already_requested",
            _("A request for this assignment is already waiting."),
            status=CONFLICT,
        )
    if not reason.strip():
        raise no_reason()
    request = CancelRequest.objects.create(
        assignment=assignment, reason=reason.strip(), requested_by=by, requested_at=clock.now()
    )
    settle(
        assignment,
        "assignment.request_cancelling",
        by=by,
        since=clock.today(),
        event={"request": request.pk, "reason": request.reason},
    )
    return request


@transaction.atomic
def decide_cancelling(
    request: CancelRequest, *, by: User, granted: bool, note: str = "", proof: Proof = NO_PROOF
) -> CancelRequest:
    """Grant or refuse, as of today. Granted, the work is cancelled with the document that ended it.

    Raises PermissionDenied, and Refused: ``four_eyes`` (403), ``already_ended``,
    ``already_decided`` (409), ``note_missing``, ``evidence_missing``, or the faults of the proof.
    """
    assignment = locked(request.assignment)
    require(by, Permission.DECIDE_REQUEST, assignment)
    request = CancelRequest.objects.get(pk=request.pk)
    check_undecided(request, by=by, granted=granted, note=note)
    at = put_decision(request, by=by, granted=granted, note=note)
    if granted:
        _check_open(assignment)
        _end(assignment, request, proof, by=by, at=at)
    settle(
        assignment,
        "assignment.decide_cancelling",
        by=by,
        since=clock.today(),
        event={
            "request": request.pk,
            "decision": request.decision,
            "note": request.decision_note,
        },
    )
    return request


def _end(
    assignment: Assignment, request: CancelRequest, proof: Proof, *, by: User, at: datetime
) -> None:
    """The agency's report that the work has ended, accepted at the moment of the decision."""
    if not proof:
        detail = _(
            "Write the number of a document, for example 12/BC-SKHCN, or add a link or file."
        )
        raise refuse("evidence_missing", detail, "/evidence_number")
    if faults := list(faults_of(proof)):
        raise Refused(faults)
    report = StatusReport.objects.create(
        assignment=assignment,
        state=State.CANCELLED,
        percent=assignment.percent,
        effective_on=clock.today(),
        result=request.reason,
        reported_by_user=request.requested_by,
        recorded_at=at,
    )
    attach(proof, report, by=by)
    Review.objects.create(report=report, decision=Review.Decision.ACCEPTED, by=by, at=at)


def no_reason() -> Refused:
    return refuse("reason_missing", _("Say why the work is to end."), "/reason")


def _check_open(assignment: Assignment) -> None:
    if not assignment.is_open:
        raise refuse(
            "already_ended",
            _("The task has ended; there is nothing more to report."),
            status=CONFLICT,
        )


# Many at once, inside the write's transaction, which records it and holds the rows -------------


@dataclass(frozen=True)
class HeldBefore:
    """What an assignment (row number) published before it was cancelled; ``returned``: its newest
    report had been returned to the agency."""

    assignment: int
    state: str
    percent: int
    returned: bool


def cancel_all(
    assignments: Sequence[Assignment], *, reason: str, proof: Proof, on: date, by: User
) -> None:
    """Add a report *cancelled* to each; it counts as the plan asks."""
    said = [
        StatusReport(assignment=row, state=State.CANCELLED, percent=row.percent, result=reason)
        for row in assignments
    ]
    reports = _add(said, on, by)
    document = keep_proof(proof, by=by)
    document.reports.add(*reports)
    document.assignments.add(*assignments)
    _follow(reports, on)


def restore_all(plan: Plan, rows: Sequence[HeldBefore], *, on: date, by: User) -> None:
    """Add a report to each that says again what held before; ``on`` is the day of cancelling, so
    that the figures of all days are as if nothing had been cancelled.

    Where somebody approves or reviews, it is decided in the same breath, for it says nothing new:
    accepted, or returned where the report before was.
    """
    words = _("The cancellation was taken back.")
    said = [
        StatusReport(
            assignment_id=row.assignment, state=row.state, percent=row.percent, result=words
        )
        for row in rows
    ]
    reports = _add(said, on, by)
    if plan.requires_review or plan.requires_agency_approval:
        back = {row.assignment for row in rows if row.returned}
        decided = []
        for report in reports:
            review = Review(report=report, by=by, at=report.recorded_at)
            review.decision = review.Decision.ACCEPTED
            if report.assignment_id in back:
                review.decision, review.reason = review.Decision.RETURNED, words
            decided.append(review)
        Review.objects.bulk_create(decided, batch_size=AT_ONCE)
    _follow(reports, on)


def _add(reports: Sequence[StatusReport], on: date, by: User) -> list[StatusReport]:
    now = clock.now()
    for report in reports:
        report.effective_on, report.reported_by_user, report.recorded_at = on, by, now
    return StatusReport.objects.bulk_create(reports, batch_size=AT_ONCE)


def _follow(reports: Sequence[StatusReport], since: date) -> None:
    ids = [report.assignment_id for report in reports]
    refresh(ids)
    recalculation.mark("assignment", ids, since=since)
