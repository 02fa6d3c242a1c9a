"""The roles in one table: where each is held and what it is for. A new role is a new line.

Nothing but the labels comes from Django. ``permissions`` says on which rows a role counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    VIEWER = "viewer", _("Steering Committee (read only)")
    OFFICER = "officer", _("Officer of an agency")
    AGENCY_HEAD = "agency_head", _("Head of an agency")
    REVIEWER = "reviewer", _("Reviewer (standing agency)")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMINISTRATOR = "administrator", _("Administrator")


@dataclass(frozen=True)
class Duties:
    """``in_agency``: held in an agency, else in an area. It covers everything below.

    ``manages``: plans, people, systems and figures of the area. ``reviews``: accepts or returns
    reports for the standing agency. ``follows_reviews``: sees the reports that wait for it.
    ``lends``: the roles that its holder may lend.
    """

    in_agency: bool = False
    manages: bool = False
    reviews: bool = False
    follows_reviews: bool = False
    lends: tuple[Role, ...] = ()


DUTIES: Mapping[Role, Duties] = {
    Role.VIEWER: Duties(),
    Role.OFFICER: Duties(in_agency=True, lends=(Role.OFFICER,)),
    Role.AGENCY_HEAD: Duties(in_agency=True, lends=(Role.AGENCY_HEAD, Role.OFFICER)),
    Role.REVIEWER: Duties(reviews=True, follows_reviews=True),
    Role.COORDINATOR: Duties(manages=True, follows_reviews=True),
    Role.ADMINISTRATOR: Duties(manages=True, reviews=True, follows_reviews=True),
}
AGENCY_ROLES = tuple(role for role, duties in DUTIES.items() if duties.in_agency)
MANAGERS = tuple(role for role, duties in DUTIES.items() if duties.manages)
REVIEWERS = tuple(role for role, duties in DUTIES.items() if duties.reviews)
REVIEW_FOLLOWERS = tuple(role for role, duties in DUTIES.items() if duties.follows_reviews)
