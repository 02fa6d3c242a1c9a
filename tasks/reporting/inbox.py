"""The reports that wait for one person's yes."""

from django.db.models import Q

from core.models import User
from provinces.permissions import grants, holds_anywhere, sees_everything
from provinces.roles import REVIEW_FOLLOWERS, Role
from tasks.models import StatusReport
from tasks.models.assignment import Waiting
from tasks.models.report import StatusReportQuerySet


def follows_reviews(user: User) -> bool:
    """Reviewers, and those who look on."""
    return holds_anywhere(user, REVIEW_FOLLOWERS) or sees_everything(user)


def has_queue(user: User) -> bool:
    return follows_reviews(user) or holds_anywhere(user, [Role.AGENCY_HEAD])


def queue_of(user: User) -> StatusReportQuerySet:
    """Oldest first: what the standing agency is to review, and what waits for the user as the head
    of the agency that leads it or of one above."""
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
