"""The rules that a status report must meet before it is taken."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Fault, Refused
from core.web import editing
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import ENDED_STATES, OPEN_STATES
from tasks.states import State

FORBIDDEN, CONFLICT = 403, 409
FULL = 100


@dataclass(frozen=True)
class Situation:
    """What the rules need to know besides the report.

    ``last_counting_on`` is the last day of which a report counts.
    """

    today: date
    last_counting_on: date | None
    may_backdate: bool
    may_end_or_reopen: bool
    has_evidence: bool


def check_version(assignment: Assignment, if_version: int | None) -> None:
    """Raises Refused (``stale``, 412) when the assignment changed after the caller read it.

    The fault names the colleague, the time and what the newest report says.
    """
    if if_version is None or if_version == assignment.version:
        return
    refused = editing.stale(assignment, since=assignment.last_report_at)
    [fault] = refused.faults
    newest = assignment.reports.order_by("-recorded_at", "-id").first() or assignment
    now = f"{newest.get_state_display()}, {newest.percent}%"
    if assignment.waiting:
        now += f" ({assignment.get_waiting_display()})"
    detail = _("It now stands at: %(now)s.") % {"now": now}
    raise Refused([replace(fault, detail=f"{fault.detail} {detail}")], status=refused.status)


def faults_of_report(report: StatusReport, situation: Situation) -> Iterator[Fault]:
    """Everything that is wrong with the report, field by field.

    What is not theirs to say is named alone.
    """
    if not situation.may_end_or_reopen and (not_theirs := list(_faults_of_own_figure(report))):
        yield from not_theirs
        return
    if report.state not in State.values:
        yield Fault(
            "unknown_state",
            _("Choose a state: not started, in progress, completed or cancelled."),
            "/state",
        )
    if not 0 <= report.percent <= FULL:
        yield Fault(
            "out_of_range", _("Write a whole number from 0 to 100, for example 75."), "/percent"
        )
    if report.cause_kind and report.cause_kind not in StatusReport.Fault.values:
        yield Fault("unknown_cause_kind", _("Choose one of the kinds of cause."), "/cause_kind")
    yield from _faults_of_day(report, situation)

    # Completed work shows its result; cancelled work shows the document that ended it.
    if report.state in ENDED_STATES and not report.result:
        yield Fault(
            "result_missing",
            _("Write what was achieved, for example: issued by Decision 12/QĐ-UBND."),
            "/result",
        )
    if report.state in ENDED_STATES and not situation.has_evidence:
        yield Fault(
            "evidence_missing",
            _("Write the number of a document, for example 12/BC-SKHCN, or add a link or file."),
            "/evidence_number",
        )
    yield from _faults_of_delay(report)


def _faults_of_own_figure(report: StatusReport) -> Iterator[Fault]:
    """Whoever is judged by a figure neither shrinks what it divides by nor takes an end back.

    Where somebody reviews, ended work may be reported on again: their yes decides.
    """
    assignment = report.assignment
    if report.state == State.CANCELLED:
        if assignment.state != State.CANCELLED:
            yield Fault(
                "not_yours_to_cancel",
                _(
                    "Only the coordinator of the document cancels; "
                    "ask for it with a reason on the task's page."
                ),
                "/state",
            )
    elif assignment.state == State.CANCELLED or (
        assignment.state == State.COMPLETED
        and report.state != State.COMPLETED
        and not assignment.task.plan.requires_review
    ):
        yield Fault(
            "not_yours_to_reopen",
            _("This task has ended; only the coordinator of the document opens it again."),
            "/state",
        )


def _faults_of_day(report: StatusReport, situation: Situation) -> Iterator[Fault]:
    """Nobody reports for a day to come; only coordinators report for a closed or earlier one."""
    day, assignment = report.effective_on, report.assignment
    closed = assignment.task.plan.closed_through
    if day > situation.today:
        yield _day_fault("future_date", _("The day has not come yet; choose today or earlier."))
    elif day < assignment.assigned_on:
        yield _day_fault(
            "before_assigned",
            _("The task was assigned on %(day)s; choose that day or a later one.")
            % {"day": date_format(assignment.assigned_on)},
        )
    elif situation.may_backdate:
        return
    elif closed and day <= closed:
        yield _day_fault(
            "period_closed",
            _(
                "Reporting is closed through %(day)s; "
                "only a coordinator of the document may still report for it."
            )
            % {"day": date_format(closed)},
        )
    elif situation.last_counting_on and day < situation.last_counting_on:
        yield _day_fault(
            "earlier_than_last",
            _(
                "A report of %(day)s already counts; "
                "only a coordinator of the document may report an earlier day."
            )
            % {"day": date_format(situation.last_counting_on)},
        )


def _day_fault(code: str, detail: str) -> Fault:
    return Fault(code, detail, "/effective_on")


def _faults_of_delay(report: StatusReport) -> Iterator[Fault]:
    """Overdue work needs its cause, its remedy and the day on which it is now expected."""
    due = report.assignment.due_on
    if report.state not in OPEN_STATES or due is None or report.effective_on <= due:
        return
    if not report.cause:
        yield Fault(
            "cause_missing",
            _("The task is overdue; write why, for example: the ministry's guidance came late."),
            "/cause",
        )
    if not report.remedy:
        yield Fault(
            "remedy_missing",
            _("The task is overdue; write the remedy, for example: the draft goes out this week."),
            "/remedy",
        )
    if report.expected_on is None:
        example = date_format(report.effective_on + timedelta(days=14))
        yield Fault(
            "expected_missing",
            _("The task is overdue; write the day now expected, for example %(day)s.")
            % {"day": example},
            "/expected_on",
        )
    elif report.expected_on < report.effective_on:
        yield Fault(
            "expected_too_early",
            _("The expected day cannot be before the report's day."),
            "/expected_on",
        )
