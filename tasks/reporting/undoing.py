"""Decisions on reports taken back: by a further entry, and only until somebody built on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Refused, refuse
from core.models import User
from provinces.permissions import Permission, has_permission
from tasks.models import Assignment, CancelRequest, ExtensionRequest, Review, StatusReport
from tasks.models.report import ReviewQuerySet
from tasks.reporting.checks import CONFLICT, FORBIDDEN
from tasks.reporting.reviews import decided_words
from tasks.status.history import locked, settle

_READ = (
    "report__assignment__task__plan",
    "report__assignment__agency__area",
    "report__assignment__area",
)
_REQUESTS = (ExtensionRequest, CancelRequest)
_REMEMBERED = timedelta(days=1)
_MOST, _ACTS = 300, 5


def undoable() -> ReviewQuerySet:
    """Decisions in force on which nobody built.

    A later report builds on a decision, as do a later decision on the report, and more time or an
    end that was asked for or decided since.
    """
    reports = StatusReport.objects.filter(assignment=OuterRef("report__assignment"))
    newer = reports.filter(
        Q(recorded_at__gt=OuterRef("report__recorded_at"))
        | Q(recorded_at=OuterRef("report__recorded_at"), pk__gt=OuterRef("report"))
    )
    later = Review.objects.in_force().filter(report=OuterRef("report"), pk__gt=OuterRef("pk"))
    found = Review.objects.in_force().filter(~Exists(newer), ~Exists(later))
    for kind in _REQUESTS:
        requests = kind._default_manager.filter(assignment=OuterRef("report__assignment"))
        since = Q(requested_at__gte=OuterRef("at")) | Q(decided_at__gte=OuterRef("at"))
        found = found.filter(~Exists(requests.filter(since)))
    return found


def may_undo(review: Review, by: User) -> bool:
    """Whoever the report would wait for again; nobody where it is their own."""
    report = review.report
    return report.reported_by_user_id != by.pk and has_permission(
        by, _turn_of(review, report.assignment), report.assignment
    )


def last_decision(assignment: Assignment, user: User) -> Review | None:
    """The decision on this assignment that the user may take back."""
    review = undoable().filter(report__assignment=assignment).select_related("report").first()
    if not review:
        return None
    review.report.assignment = assignment
    return review if may_undo(review, user) else None


@dataclass(frozen=True)
class Act:
    """Decisions that somebody made in one go: they have one moment."""

    decision: str
    at: datetime
    reviews: Sequence[Review]


def last_acts(user: User) -> list[Act]:
    """The user's own of the last day that they may still take back, newest first (2 SQL queries).

    Older decisions are taken back on the page of their assignment.
    """
    rows = undoable().filter(by=user, at__gt=clock.now() - _REMEMBERED)
    rows = rows.exclude(report__reported_by_user=F("by")).select_related(*_READ)
    rows = rows.prefetch_related("report__reviews__undone").order_by("-at", "-id")
    mine = [row for row in rows[:_MOST] if may_undo(row, user)]
    alike = groupby(mine, key=lambda row: (row.decision, row.at))
    return [Act(decision, at, list(group)) for (decision, at), group in alike][:_ACTS]


@transaction.atomic
def undo_review(review: Review, *, by: User) -> Review:
    """The report waits again for whoever decided; the decision and its end stay in the history.

    Raises PermissionDenied, and Refused: ``four_eyes`` (403), ``already_undone`` and ``built_on``
    (409).
    """
    assignment = locked(review.report.assignment)
    report = review.report = StatusReport.objects.get(pk=review.report_id)
    report.assignment = assignment
    if review.decision == Review.Decision.UNDONE:
        raise PermissionDenied
    if not has_permission(by, _turn_of(review, assignment), assignment):
        raise PermissionDenied
    if report.reported_by_user_id == by.pk:
        detail = _("Nobody takes back the decision on their own report; ask a colleague.")
        raise refuse("four_eyes", detail, status=FORBIDDEN)
    _check_untouched(review)
    undone = Review.objects.create(
        report=report,
        decision=Review.Decision.UNDONE,
        undoes=review,
        undone_before=review.undone_before,
        by=by,
        at=clock.now(),
    )
    settle(
        assignment,
        "assignment.undo_review",
        by=by,
        since=report.effective_on,
        event={"report": report.pk, "decision": review.decision, "decided_by": review.by.username},
    )
    return undone


def _turn_of(review: Review, assignment: Assignment) -> Permission:
    """Heads approve, and return what was not approved yet; the rest is the standing agency's."""
    if review.decision == Review.Decision.APPROVED:
        return Permission.APPROVE_REPORT
    approved = any(
        one.decision == Review.Decision.APPROVED and not hasattr(one, "undone")
        for one in review.report.reviews.all()
    )
    if (
        review.decision == Review.Decision.RETURNED
        and assignment.task.plan.requires_agency_approval
        and not approved
    ):
        return Permission.APPROVE_REPORT
    return Permission.REVIEW_REPORT


def _check_untouched(review: Review) -> None:
    earlier = Review.objects.filter(undoes=review).select_related("by").first()
    if earlier:
        raise _conflict("already_undone", decided_words(earlier))
    if not undoable().filter(pk=review.pk).exists():
        raise _conflict(
            "built_on",
            _(
                "Others have built on this decision: a later report, decision or request. "
                "It can no longer be taken back."
            ),
        )


def _conflict(code: str, detail: str) -> Refused:
    return refuse(code, detail, status=CONFLICT)
