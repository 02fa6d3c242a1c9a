"""Reviews: which reports wait for whom, and the decisions on them."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Refused, refuse
from core.models import User
from provinces.permissions import (
    Permission,
    grants,
    has_permission,
    holds_anywhere,
    sees_everything,
)
from provinces.roles import REVIEW_FOLLOWERS, Role
from tasks.models import Assignment, Review, StatusReport
from tasks.models.assignment import Waiting
from tasks.models.report import StatusReportQuerySet
from tasks.reporting.checks import CONFLICT, FORBIDDEN
from tasks.status.history import locked, settle


def follows_reviews(user: User) -> bool:
    """Whether the user reviews reports, or sees all of them."""
    return holds_anywhere(user, REVIEW_FOLLOWERS) or sees_everything(user)


def has_queue(user: User) -> bool:
    """Whether reports can wait for the user."""
    return follows_reviews(user) or holds_anywhere(user, [Role.AGENCY_HEAD])


def queue_of(user: User) -> StatusReportQuerySet:
    """The reports that wait for the user, oldest first.

    Reviewers see what waits for the standing agency. Heads see what waits for their approval: work
    led by their agency or one below it.
    """
    turns = Q(pk__in=[])
    if follows_reviews(user):
        turns |= Q(assignment__waiting=Waiting.REVIEW)
    if sees_everything(user):
        turns |= Q(assignment__waiting=Waiting.AGENCY)
    for grant in grants(user):
        if grant.role == Role.AGENCY_HEAD:
            turns |= Q(
                assignment__waiting=Waiting.AGENCY,
                assignment__agency__path__startswith=grant.agency_path,
            )
    rows = StatusReport.objects.visible_to(user).newest().filter(turns)
    return rows.order_by("recorded_at", "id")


_PERMISSIONS: dict[str, tuple[Permission, ...]] = {
    Review.Decision.APPROVED: (Permission.APPROVE_REPORT,),
    Review.Decision.ACCEPTED: (Permission.REVIEW_REPORT,),
}
_DECISIONS = (*_PERMISSIONS, Review.Decision.RETURNED)
EITHER = (Permission.APPROVE_REPORT, Permission.REVIEW_REPORT)


@transaction.atomic
def review_report(
    report: StatusReport,
    *,
    by: User,
    decision: str,
    reason: str = "",
    at: datetime | None = None,
) -> Review:
    """Decide on the newest report of an assignment.

    The head of the agency approves it, then the standing agency accepts it, as the plan asks.
    Either may return it while it waits for them. ``at`` is the moment that many have in common.

    Raises PermissionDenied, and Refused: ``four_eyes`` (403), ``already_decided`` and
    ``awaits_head`` (409), ``reason_missing``, ``unknown_decision``.
    """
    assignment = locked(report.assignment)
    if not has_one_of(by, _PERMISSIONS.get(decision, EITHER), assignment):
        raise PermissionDenied
    if report.reported_by_user_id == by.pk:
        raise refuse(
            "four_eyes", _("Nobody reviews their own report; ask a colleague."), status=FORBIDDEN
        )
    _check_turn(assignment, report, by, decision)
    if decision == Review.Decision.RETURNED and not reason.strip():
        raise refuse("reason_missing", _("Say why the report is returned."), "/reason")
    review = Review.objects.create(
        report=report,
        decision=decision,
        reason=reason.strip(),
        by=by,
        at=at or clock.now(),
        undone_before=report.reviews.filter(decision=Review.Decision.UNDONE).count(),
    )
    settle(
        assignment,
        "assignment.review",
        by=by,
        since=report.effective_on,
        event={
            "report": report.pk,
            "decision": review.decision,
            "reason": review.reason,
        },
    )
    return review


def approve_own(report: StatusReport, head: User) -> None:
    """Approve the head's own report: nobody else in the agency is asked.

    The standing agency still reviews it.
    """
    Review.objects.create(
        report=report, decision=Review.Decision.APPROVED, by=head, at=report.recorded_at
    )


def has_one_of(by: User, permissions: Iterable[Permission], assignment: Assignment) -> bool:
    return any(has_permission(by, permission, assignment) for permission in permissions)


def _check_turn(assignment: Assignment, report: StatusReport, by: User, decision: str) -> None:
    """Raises Refused unless the report waits for somebody like this user, and for that decision."""
    rows = assignment.reports.filter(pk=report.pk)
    for_head = rows.waiting_for_head().exists()
    if not for_head and not rows.waiting_for_review().exists():
        raise _decided(report)
    if decision not in _DECISIONS:
        raise refuse("unknown_decision", _("Accept the report or return it."), "/decision")
    turn, yes = (
        (Permission.APPROVE_REPORT, Review.Decision.APPROVED)
        if for_head
        else (Permission.REVIEW_REPORT, Review.Decision.ACCEPTED)
    )
    if decision in (yes, Review.Decision.RETURNED) and has_permission(by, turn, assignment):
        return
    if for_head:
        raise refuse(
            "awaits_head",
            _("The head of the agency has not approved this report yet."),
            status=CONFLICT,
        )
    raise _decided(report)


def _decided(report: StatusReport) -> Refused:
    """Says who was first, or what came instead."""
    review = report.reviews.in_force().select_related("by").last()
    if not StatusReport.objects.filter(assignment=report.assignment_id).newest().contains(report):
        detail = _("A newer report has replaced this one; decide on that one.")
    elif review:
        detail = decided_words(review)
    else:
        detail = _("This report does not wait for a decision.")
    return refuse("already_decided", detail, status=CONFLICT)


def decided_words(review: Review) -> str:
    """Who decided what, and when, as whoever comes second is told."""
    told_as = {
        Review.Decision.APPROVED: _("%(person)s approved this report on %(time)s."),
        Review.Decision.ACCEPTED: _("%(person)s accepted this report on %(time)s."),
        Review.Decision.RETURNED: _("%(person)s returned this report on %(time)s."),
        Review.Decision.UNDONE: _("%(person)s took the decision back on %(time)s."),
    }
    time = date_format(localtime(review.at), "DATETIME_FORMAT")
    return told_as[Review.Decision(review.decision)] % {"person": review.by, "time": time}
