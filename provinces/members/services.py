"""Changes of people and their roles by the coordinators of the places."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.sign_in import GivenCode, end_sessions, give_codes
from core.audit import trail
from core.errors import refuse
from core.models import OneTimeCode, User
from provinces.lookup import Unit
from provinces.models import Membership
from provinces.roles import AGENCY_ROLES, MANAGERS
from provinces.scope import Scope, accounts_within, people_within, scope_of

DETAILS = ("full_name", "office", "phone", "email")
_CONFLICT = 409


@transaction.atomic
def give_role(person: User, *, role: str, unit: Unit, by: User) -> None:
    """Raises PermissionDenied, and Refused: ``wrong_kind_of_unit``, ``has_role`` (409)."""
    reach = scope_of(by)
    _must_reach(person, reach)
    check_role(role, unit, reach)
    membership = new_role(person, role, unit)
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as error:
        detail = _("This role is held there already.")
        raise refuse("has_role", detail, "/role", status=_CONFLICT) from error
    trail.record("membership.give", person, by=by, after=facts_of(membership))


def check_role(role: str, unit: Unit, reach: Scope) -> None:
    """Raises PermissionDenied for a role that is not theirs to give there, and Refused."""
    if not reach.may_give(role, unit.path):
        raise PermissionDenied
    if unit.is_agency != (role in AGENCY_ROLES):
        detail = _("Officers and heads belong to an agency, all other roles to an area.")
        raise refuse("wrong_kind_of_unit", detail, "/role")


def new_role(person: User, role: str, unit: Unit) -> Membership:
    """A row that is not saved yet."""
    where = {"agency_id": unit.pk} if unit.is_agency else {"area_id": unit.pk}
    return Membership(user=person, role=role, **where)


@transaction.atomic
def take_role(membership: Membership, *, by: User) -> None:
    """It counts no more from the next request on.

    Raises PermissionDenied, and Refused ``own_last_role`` if they would shut themselves out.
    """
    reach, person = scope_of(by), membership.user
    _must_reach(person, reach)
    if not reach.may_give(membership.role, membership.area_path):
        raise PermissionDenied
    if person == by and membership.role in MANAGERS:
        others = person.memberships.filter(role__in=MANAGERS).exclude(pk=membership.pk)
        if not others.exists():
            detail = _("This is your last role as a coordinator: somebody else must take it.")
            raise refuse("own_last_role", detail)
    if Membership.objects.filter(pk=membership.pk).delete()[0]:
        trail.record("membership.take", person, by=by, before=facts_of(membership))


@transaction.atomic
def change_details(person: User, *, given: Mapping[str, str], by: User) -> None:
    """Name, office and work contact: no other personal data are kept. Raises PermissionDenied."""
    must_own(person, by)
    changed = {name: given[name] for name in DETAILS if given[name] != getattr(person, name)}
    if not changed:
        return
    before = {name: getattr(person, name) for name in changed}
    for name, value in changed.items():
        setattr(person, name, value)
    person.save(update_fields=[*changed, "name_key", "search_text"])
    trail.record("user_changed", person, by=by, before=before, after=changed)


@transaction.atomic
def shut_account(person: User, *, by: User) -> None:
    """Their sessions end, and their one-time code opens nothing.

    Raises PermissionDenied, and Refused ``own_account``.
    """
    must_own(person, by)
    if person == by:
        raise refuse("own_account", _("You cannot disable your own account."))
    if close_account(person):
        trail.record("user_disabled", person, by=by)


def close_account(person: User) -> bool:
    """Without an event, which the caller writes. Returns False if it is closed already."""
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        return False
    OneTimeCode.objects.filter(user=person).delete()
    end_sessions(person)
    return True


@transaction.atomic
def open_account(person: User, *, by: User) -> None:
    """Raises PermissionDenied."""
    must_own(person, by)
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        trail.record("user_enabled", person, by=by)


@transaction.atomic
def make_code(person: User, *, by: User) -> GivenCode:
    """A new one-time code; the one before opens nothing any more.

    Raises PermissionDenied, and Refused: ``own_account``, ``disabled``.
    """
    must_own(person, by)
    if person == by:
        raise refuse("own_account", _("Change your own password on the page of your account."))
    if not person.is_active:
        raise refuse("disabled", _("This account is disabled: enable it first."))
    [given] = give_codes([person])
    trail.record(
        "one_time_code.make",
        person,
        by=by,
        after={"expires_at": given.expires_at.isoformat()},
    )
    return given


def must_own(person: User, by: User) -> None:
    """Raises PermissionDenied unless all rights of the person lie in the actor's scope."""
    if not accounts_within(scope_of(by)).filter(pk=person.pk).exists():
        raise PermissionDenied


def _must_reach(person: User, reach: Scope) -> None:
    if not people_within(reach).filter(pk=person.pk).exists():
        raise PermissionDenied


def facts_of(membership: Membership) -> dict[str, object]:
    """For the audit; by codes, which outlive rows."""
    facts: dict[str, object] = {"role": membership.role}
    if membership.area:
        facts["area"] = membership.area.code
    if membership.agency:
        facts["agency"] = membership.agency.code
    return facts
