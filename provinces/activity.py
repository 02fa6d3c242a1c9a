"""What the log of activity says of people, places and documents."""

from django.utils.translation import gettext_lazy as _

from core.activity import Fact, Subject, lying, register
from core.models import User
from provinces.models import (
    Agency,
    Area,
    Delegation,
    Membership,
    Phase,
    Plan,
    PlanGroup,
    Role,
)

areas_within = lying(Area, "path")
"""The areas and all below them."""
PLACES_OF_PEOPLE = ("memberships__area__path", "memberships__agency__area__path")

people_within = lying(User, *PLACES_OF_PEOPLE)
"""Those with a role there."""


def _document(part: Phase | PlanGroup) -> str:
    return f"/plans/{part.plan_id}/"


def register_own() -> None:
    register(
        subjects=[
            Subject(User, people_within),
            Subject(
                Area, areas_within,
                url=lambda area: f"/provinces/{area.code}/" if area.level == "province" else "",
            ),
            Subject(Agency, lying(Agency, "area__path")),
            Subject(Plan, lying(Plan, "area__path"), url=lambda plan: f"/plans/{plan.pk}/"),
            Subject(Phase, lying(Phase, "plan__area__path"), url=_document),
            Subject(PlanGroup, lying(PlanGroup, "plan__area__path"), url=_document),
            Subject(
                Membership, lying(Membership, "area__path", "agency__area__path"),
                related=("user", "area", "agency"),
            ),
            Subject(
                Delegation, lying(Delegation, "agency__area__path"),
                related=("delegator", "delegate"),
            ),
        ],
        facts={
            "role": Fact(_("Role"), dict(Role.choices)),
            "area": Fact(_("Area")),
            "areas": Fact(_("Areas")),
            "agency": Fact(_("Agency")),
            "successor": Fact(_("Successor")),
            "delegator": Fact(_("Lent by")),
            "delegate": Fact(_("Lent to")),
            "from_day": Fact(_("From")),
            "to_day": Fact(_("To")),
            "within": Fact(_("In")),
            "level": Fact(_("Level"), dict(Area.Level.choices)),
        },
    )  # fmt: skip
