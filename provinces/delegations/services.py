"""Roles lent from day to day: a head or an officer lets a colleague act for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.audit import trail
from core.audit.log import lying
from core.calendar import clock
from core.db.conditions import under
from core.errors import Fault, Refused, refuse
from core.models import User
from provinces.models import Agency, Delegation, Membership
from provinces.permissions import Permission, has_permission, managed_paths, require
from provinces.roles import AGENCY_ROLES, DUTIES, Role

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Lendable:
    """A role of an agency that somebody holds themselves and may lend."""

    agency: Agency
    role: str

    @property
    def key(self) -> str:
        return f"{self.agency.pk}:{self.role}"

    @property
    def words(self) -> str:
        return f"{Role(self.role).label} – {self.agency.name}"


def lendable(person: User, *, by: User) -> list[Lendable]:
    """What ``by`` may lend in the person's name: in their own all they hold; as a coordinator what
    the person holds in the coordinator's areas."""
    held = Membership.objects.filter(user=person, role__in=AGENCY_ROLES).select_related(
        "agency__area"
    )
    found = {
        Lendable(row.agency, role)
        for row in held
        if row.agency
        and (person == by or has_permission(by, Permission.MANAGE_MEMBERS, row.agency))
        for role in DUTIES[Role(row.role)].lends
    }
    return sorted(found, key=lambda one: (one.agency.name_key, one.role))


def colleagues(agency: Agency) -> QuerySet[User]:
    """Active accounts with a role in the agency's area or below it."""
    held = lying(Membership, "area__path", "agency__area__path")([agency.area.path])
    return User.objects.filter(Exists(held.filter(user=OuterRef("pk"))), is_active=True)


def seen_by(user: User) -> QuerySet[Delegation]:
    """Given by them, held by them, or in agencies of areas that they coordinate."""
    here = under(managed_paths(user), "agency__area__path")
    rows = Delegation.objects.filter(Q(delegator=user) | Q(delegate=user) | here)
    return rows.select_related("agency__area", "delegator", "delegate")


@transaction.atomic
def lend(
    *,
    delegator: User,
    delegate: User,
    agency: Agency,
    role: str,
    from_day: date,
    to_day: date,
    by: User,
) -> Delegation:
    """Lend the role. ``by`` is the delegator themselves or a coordinator of the agency's area.

    Raises PermissionDenied, and Refused with every fault at once.
    """
    if by != delegator:
        require(by, Permission.MANAGE_MEMBERS, agency)
    # Locked, or two at once would not find each other's delegation.
    User.objects.select_for_update().get(pk=delegator.pk)
    lent = Delegation(
        delegator=delegator,
        delegate=delegate,
        agency=agency,
        role=role,
        from_day=from_day,
        to_day=to_day,
    )
    faults = list(_faults(lent, by))
    if faults:
        raise Refused(faults)
    lent.save(force_insert=True)
    trail.record("delegation.lend", lent, by=by, after=_told(lent))
    return lent


def _faults(lent: Delegation, by: User) -> Iterator[Fault]:
    if not any(
        one.agency == lent.agency and one.role == lent.role
        for one in lendable(lent.delegator, by=by)
    ):
        yield Fault("not_held", _("This role cannot be lent: it is not held."), "/what")
    if lent.delegate == lent.delegator:
        yield Fault("oneself", _("A delegate is somebody else."), "/delegate")
    elif lent.delegate == by:
        detail = _("Nobody lends themselves the role of another; ask a colleague.")
        yield Fault("four_eyes", detail, "/delegate")
    elif not colleagues(lent.agency).filter(pk=lent.delegate.pk).exists():
        detail = _("Choose somebody with a role in %(area)s.")
        yield Fault("no_colleague", detail % {"area": lent.agency.area.name}, "/delegate")
    if lent.from_day < clock.today():
        yield Fault("past", _("A delegation begins today or later."), "/from_day")
    if lent.to_day < lent.from_day:
        yield Fault("ends_first", _("A delegation cannot end before it starts."), "/to_day")
    elif lent.to_day - lent.from_day > LONGEST:
        yield Fault("too_long", _("A delegation lasts a year at most."), "/to_day")
    same = Delegation.objects.standing(lent.from_day).filter(
        delegator=lent.delegator, delegate=lent.delegate, agency=lent.agency, role=lent.role
    )
    other = same.filter(from_day__lte=lent.to_day).first()
    if other:
        detail = _("It is lent to them already from %(first)s to %(last)s; end that one first.")
        days = {"first": f"{other.from_day:%d/%m/%Y}", "last": f"{other.to_day:%d/%m/%Y}"}
        yield Fault("overlaps", detail % days, "/from_day")


@transaction.atomic
def end(delegation: Delegation, *, by: User) -> None:
    """From now on; by the giver, the holder or a coordinator.

    Raises Refused: ``already_over`` (409).
    """
    row = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    if row.ended_at or row.to_day < clock.today():
        raise refuse("already_over", _("This delegation is over already."), status=409)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    trail.record("delegation.end", row, by=by, before=_told(row))


def _told(row: Delegation) -> dict[str, object]:
    return {
        "delegator": row.delegator.username,
        "delegate": row.delegate.username,
        "agency": row.agency.code,
        "role": row.role,
        "from_day": row.from_day.isoformat(),
        "to_day": row.to_day.isoformat(),
    }
