"""Status reports: checked, added to the history, and counted as the plan asks."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.trail import Actor
from core.calendar import clock
from core.db import sql
from core.errors import Refused, refuse
from core.models import ApiClient, User
from provinces.permissions import Permission, has_permission, require
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import IN_REVIEW
from tasks.permissions import may_approve
from tasks.reporting.checks import CONFLICT, Situation, check_version, faults_of_report
from tasks.reporting.drafts import drop_draft
from tasks.reporting.evidence import NO_PROOF, Proof, attach, faults_of
from tasks.reporting.reviews import approve_own
from tasks.states import State
from tasks.status.history import last_counting_on, locked, settle

_PERCENT_OF_STATE = {State.COMPLETED.value: 100, State.NOT_STARTED.value: 0}
_EXPLAINED = ("cause_kind", "cause", "remedy", "expected_on")


@transaction.atomic
def report_status(
    assignment: Assignment,
    *,
    by: Actor,
    state: str,
    percent: int,
    effective_on: date,
    result: str = "",
    cause_kind: str = "",
    cause: str = "",
    remedy: str = "",
    expected_on: date | None = None,
    proof: Proof = NO_PROOF,
    if_version: int | None = None,
    dry_run: bool = False,
) -> StatusReport:
    """Add a report to the history of the assignment.

    It counts at once, or after approval by the head of the agency and acceptance by the standing
    agency, as the plan asks. Completed work is at 100 percent and work not started at 0, whatever
    was sent. With ``dry_run`` the report is checked and not stored. Raises PermissionDenied, and
    Refused: ``stale`` (412), or all faults of the report.
    """
    assignment = locked(assignment)
    report = StatusReport(
        assignment=assignment,
        state=state,
        percent=_PERCENT_OF_STATE.get(state, percent),
        effective_on=effective_on,
        result=result.strip(),
        cause_kind=cause_kind,
        cause=cause.strip(),
        remedy=remedy.strip(),
        expected_on=expected_on,
    )
    _check(report, proof, by=by, if_version=if_version)
    return report if dry_run else _keep(report, proof, by=by)


@transaction.atomic
def report_unchanged(
    assignment: Assignment,
    *,
    by: Actor,
    effective_on: date,
    cause_kind: str = "",
    cause: str = "",
    remedy: str = "",
    expected_on: date | None = None,
    if_version: int | None = None,
    dry_run: bool = False,
) -> StatusReport:
    """Report that nothing is new; unlike silence, this shows that somebody looked.

    State and percent are the published ones, so what was returned is not said again. Cause, remedy
    and expected day of overdue work are those given last where they are not given anew.

    Raises as ``report_status``, and Refused: ``already_ended``, ``waits`` for a report that is not
    decided yet (both 409).
    """
    assignment = locked(assignment)
    if not assignment.is_open:
        raise refuse(
            "already_ended",
            _("The task has ended; there is nothing more to report."),
            "/state",
            status=CONFLICT,
        )
    if assignment.waiting in IN_REVIEW:
        raise refuse(
            "waits",
            _("A report of this task waits for its answer; it was left as it is."),
            "/state",
            status=CONFLICT,
        )
    explained = assignment.reports.last_explained()
    report = StatusReport(
        assignment=assignment,
        unchanged=True,
        state=assignment.state,
        percent=assignment.percent,
        effective_on=effective_on,
    )
    given = dict(zip(_EXPLAINED, (cause_kind, cause, remedy, expected_on), strict=True))
    for name, value in given.items():
        setattr(report, name, value or getattr(explained, name, value))
    _check(report, NO_PROOF, by=by, if_version=if_version)
    return report if dry_run else _keep(report, NO_PROOF, by=by)


def _check(report: StatusReport, proof: Proof, *, by: Actor, if_version: int | None) -> None:
    assignment = report.assignment
    require(by, Permission.REPORT_STATUS, assignment)
    check_version(assignment, if_version)
    faults = [
        *faults_of_report(
            report,
            Situation(
                today=clock.today(),
                last_counting_on=last_counting_on(assignment),
                may_backdate=has_permission(by, Permission.BACKDATE_REPORT, assignment),
                may_end_or_reopen=has_permission(by, Permission.END_OR_REOPEN, assignment),
                has_evidence=bool(proof),
            ),
        ),
        *faults_of(proof),
    ]
    if faults:
        raise Refused(faults)


def _keep(report: StatusReport, proof: Proof, *, by: Actor) -> StatusReport:
    """Store the report with its proof, and bring the assignment into step.

    A report of the head of the agency carries their own approval.
    """
    assignment, plan = report.assignment, report.assignment.task.plan
    report.reported_by_user = by if isinstance(by, User) else None
    report.reported_by_client = by if isinstance(by, ApiClient) else None
    report.recorded_at = clock.now()
    sql.insert(report)
    decision: dict[str, str] = {}
    if isinstance(by, User) and plan.requires_agency_approval and may_approve(by, assignment):
        approve_own(report, by)
        decision = {"decision": "approved"}
    if proof:
        attach(proof, report, by=by)
    if isinstance(by, User):
        drop_draft(assignment, by=by)
    settle(
        assignment,
        "assignment.report",
        by=by,
        since=report.effective_on,
        event={
            "report": report.pk,
            "state": report.state,
            "percent": report.percent,
            "effective_on": report.effective_on.isoformat(),
            **decision,
        },
    )
    return report
