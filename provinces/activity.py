"""What the log of activity says of people, places and documents."""

from django.utils.translation import gettext_lazy as _

from core.audit.log import Subject, Words, lying
from core.models import User
from provinces.models import (
    AccountList,
    Agency,
    Area,
    Delegation,
    DisplayKey,
    Membership,
    Phase,
    Plan,
    PlanGroup,
)

areas_within = lying(Area, "path")
"""The areas and all below them."""
PLACES_OF_PEOPLE = ("memberships__area__path", "memberships__agency__area__path")
PLACES_OF_USERS = " ".join(f"user__{place}" for place in PLACES_OF_PEOPLE)

people_within = lying(User, *PLACES_OF_PEOPLE)
"""Those with a role there."""


def _document(part: Phase | PlanGroup) -> str:
    return f"/plans/{part.plan_id}/"


SENTENCES: dict[str, Words] = {
    "membership.give": _("Gave a role"),
    "membership.take": _("Took a role away"),
    "user_disabled": _("Disabled the account"),
    "user_enabled": _("Enabled the account"),
    "one_time_code.make": _("Gave a one-time code"),
    "accounts.check": _("Sent a list of accounts: %(file)s"),
    "accounts.import": _("Made the accounts of a list: %(created)s"),
    "accounts.codes": _("Gave new one-time codes for a list: %(accounts)s"),
    "delegation.lend": _("Let a colleague act for them"),
    "delegation.end": _("Ended a delegation"),
    "display.create": _("Made a display key: %(name)s"),
    "display.revoke": _("Revoked a display key: %(name)s"),
    "agency.create": _("Added an agency"),
    "agency.change": _("Changed an agency"),
    "agency.rename": _("Renamed an agency"),
    "agency.alias": _("Kept another name of an agency: %(aliases)s"),
}
SUBJECTS = [
    Subject(User, " ".join(PLACES_OF_PEOPLE)),
    Subject(
        Area,
        "path",
        url=lambda area: f"/provinces/{area.code}/" if area.level == "province" else "",
    ),
    Subject(AccountList, "user__memberships__area__path"),
    Subject(Agency, "area__path", url=lambda agency: f"/agencies/{agency.code}/"),
    Subject(Plan, "area__path", url=lambda plan: f"/plans/{plan.pk}/"),
    Subject(Phase, "plan__area__path", url=_document),
    Subject(PlanGroup, "plan__area__path", url=_document),
    Subject(Membership, "area__path agency__area__path", related=("user", "area", "agency")),
    Subject(DisplayKey, "area__path", url=lambda _display: "/displays/"),
    Subject(Delegation, "agency__area__path", related=("delegator", "delegate")),
]
LABELS: dict[str, Words] = {
    "accounts": _("Accounts"),
    "roles": _("Roles"),
    "areas": _("Areas"),
    "within": _("In"),
}
