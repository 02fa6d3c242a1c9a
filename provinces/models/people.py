"""Who may do what, where, and from when to when."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.tables.importing import SentLines
from provinces.models.places import Agency, Area
from provinces.roles import AGENCY_ROLES, Role


class Membership(models.Model):
    """A user's role in an area, or in an agency; a user may hold several."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("area"),
    )
    agency = models.ForeignKey(
        Agency,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("agency"),
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=AGENCY_ROLES, agency__isnull=False, area__isnull=True)
                | (~Q(role__in=AGENCY_ROLES) & Q(agency__isnull=True, area__isnull=False)),
                name="membership_place_fits_role",
                violation_error_message=_(
                    "Officers and heads belong to an agency, all other roles to an area."
                ),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"],
                condition=Q(area__isnull=False),
                name="membership_once_per_area",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "agency"],
                condition=Q(agency__isnull=False),
                name="membership_once_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} – {self.area or self.agency}"

    @property
    def area_path(self) -> str:
        """Of the area, or of the agency's area."""
        area = self.area or (self.agency.area if self.agency else None)
        return area.path if area else ""


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def standing(self, on: date) -> "DelegationQuerySet":
        """In force on that day or later."""
        return self.filter(ended_at=None, to_day__gte=on)

    def in_force(self, on: date) -> "DelegationQuerySet":
        """Those that lend a role on that day. A giver who lost the role lends nothing."""
        held = Membership.objects.filter(user=OuterRef("delegator"), agency=OuterRef("agency"))
        same = held.filter(Q(role=OuterRef("role")) | Q(role=Role.AGENCY_HEAD))
        return self.standing(on).filter(Exists(same), from_day__lte=on, delegator__is_active=True)


class Delegation(models.Model):
    """One user acts for another, in one agency, from day to day.

    A head lends their own role, which includes approval, or that of an officer. A lent role cannot
    be lent again: only memberships can be lent.
    """

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("agency")
    )
    delegator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegations_given", verbose_name=_("lent by")
    )
    delegate = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegations_held", verbose_name=_("lent to")
    )
    from_day = models.DateField(_("from"))
    to_day = models.DateField(_("to"))
    role = models.CharField(
        _("role"),
        max_length=16,
        default=Role.OFFICER,
        choices=[(role.value, role.label) for role in AGENCY_ROLES],
    )
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_day__lte=F("to_day")),
                name="delegation_ends_after_it_starts",
                violation_error_message=_("A delegation cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(delegator=F("delegate")),
                name="delegation_to_somebody_else",
                violation_error_message=_("A delegate is somebody else."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=AGENCY_ROLES), name="delegation_of_a_role_in_an_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegator} → {self.delegate}"


class AccountList(SentLines):
    """A list of people that somebody sent, from its preview to its result.

    Its lines are emptied when it is applied. ``people``: the ids of the new accounts.
    """

    joined = models.PositiveIntegerField(_("roles given to accounts that were there"), default=0)
    existing = models.PositiveIntegerField(_("unchanged rows"), default=0)
    people = models.JSONField(default=list)

    class Meta(SentLines.Meta):
        verbose_name = _("list of accounts")
        verbose_name_plural = _("lists of accounts")

    def get_absolute_url(self) -> str:
        return f"/members/import/{self.pk}/"
