"""What the log of activity says of people, places and documents."""

from django.utils.translation import gettext_lazy as _

from core.audit.log import AuditedFact, Subject, lying, register
from core.models import User
from provinces.models import (
    AccountList,
    Agency,
    Area,
    Delegation,
    Membership,
    Phase,
    Plan,
    PlanGroup,
)
from provinces.roles import Role

areas_within = lying(Area, "path")
"""The areas and all below them."""
PLACES_OF_PEOPLE = ("memberships__area__path", "memberships__agency__area__path")

people_within = lying(User, *PLACES_OF_PEOPLE)
"""Those with a role there."""


def _document(part: Phase | PlanGroup) -> str:
    return f"/plans/{part.plan_id}/"


def register_own() -> None:
    register(
        words={
            "membership.give": _("Gave a role"),
            "membership.take": _("Took a role away"),
            "user_disabled": _("Disabled the account"),
            "user_enabled": _("Enabled the account"),
            "one_time_code.make": _("Gave a one-time code"),
            "accounts.check": _("Sent a list of accounts"),
            "accounts.import": _("Made the accounts of a list"),
            "accounts.codes": _("Gave new one-time codes for a list"),
            "delegation.lend": _("Let a colleague act for them"),
            "delegation.end": _("Ended a delegation"),
            "agency.create": _("Added an agency"),
            "agency.change": _("Changed an agency"),
            "agency.rename": _("Renamed an agency"),
        },
        subjects=[
            Subject(User, people_within),
            Subject(
                Area,
                areas_within,
                url=lambda area: f"/provinces/{area.code}/" if area.level == "province" else "",
            ),
            Subject(AccountList, lying(AccountList, "user__memberships__area__path")),
            Subject(
                Agency,
                lying(Agency, "area__path"),
                url=lambda agency: f"/agencies/{agency.code}/",
            ),
            Subject(Plan, lying(Plan, "area__path"), url=lambda plan: f"/plans/{plan.pk}/"),
            Subject(Phase, lying(Phase, "plan__area__path"), url=_document),
            Subject(PlanGroup, lying(PlanGroup, "plan__area__path"), url=_document),
            Subject(
                Membership,
                lying(Membership, "area__path", "agency__area__path"),
                related=("user", "area", "agency"),
            ),
            Subject(
                Delegation,
                lying(Delegation, "agency__area__path"),
                related=("delegator", "delegate"),
            ),
        ],
        facts={
            "plan": AuditedFact(_("Document")),
            "accountlist.created": AuditedFact(_("Accounts made")),
            "joined": AuditedFact(_("Roles given to accounts that were there")),
            "existing": AuditedFact(_("Lines that changed nothing")),
            "accounts": AuditedFact(_("Accounts")),
            "roles": AuditedFact(_("Roles")),
            "expires_at": AuditedFact(_("Valid until")),
            "role": AuditedFact(_("Role"), dict(Role.choices)),
            "area": AuditedFact(_("Area")),
            "areas": AuditedFact(_("Areas")),
            "agency": AuditedFact(_("Agency")),
            "successor": AuditedFact(_("Successor")),
            "delegator": AuditedFact(_("Lent by")),
            "delegate": AuditedFact(_("Lent to")),
            "from_day": AuditedFact(_("From")),
            "to_day": AuditedFact(_("To")),
            "within": AuditedFact(_("In")),
            "level": AuditedFact(_("Level"), dict(Area.Level.choices)),
        },
    )
