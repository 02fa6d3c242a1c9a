"""New accounts, one or a whole list: no password, a one-time code for each."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.sign_in import GivenCode, give_codes
from core.audit import trail
from core.errors import Refused, refuse
from core.models import User
from provinces.accounts.usernames import free, suggested
from provinces.lookup import Unit
from provinces.members.services import check_role, facts_of, new_role
from provinces.models import Membership
from provinces.scope import scope_of

_AT_ONCE = 500
_CONFLICT = 409


@transaction.atomic
def create_account(
    *,
    full_name: str,
    office: str,
    phone: str,
    email: str,
    username: str,
    role: str,
    unit: Unit,
    by: User,
) -> GivenCode:
    """Raises PermissionDenied, and Refused: ``wrong_kind_of_unit``, ``name_taken`` (409)."""
    check_role(role, unit, scope_of(by))
    taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
    if username.lower() in taken:
        raise refuse("name_taken", _("This user name is taken."), "/username", status=_CONFLICT)
    username = username or free(suggested(full_name, unit.word), taken)
    person = User(username=username, full_name=full_name, office=office, phone=phone, email=email)
    insert_people([person])
    [membership] = insert_roles([(person, role, unit)])
    after = {"username": person.username, "full_name": full_name, "office": office}
    trail.record("user_created", person, by=by, after={**after, **facts_of(membership)})
    [given] = give_codes([person])
    return given


def insert_people(people: Sequence[User]) -> list[User]:
    """Accounts without a password (2 queries for each 500). Raises Refused ``name_taken`` (409)."""
    for person in people:
        person.set_unusable_password()
        person.derive()
    try:
        with transaction.atomic():
            return User.objects.bulk_create(people, batch_size=_AT_ONCE)
    except IntegrityError as error:
        raise _taken_meanwhile() from error


def insert_roles(roles: Sequence[tuple[User, str, Unit]]) -> list[Membership]:
    """Raises Refused ``name_taken`` (409) if somebody else gave one of the roles meanwhile."""
    rows = [new_role(person, role, unit) for person, role, unit in roles]
    try:
        with transaction.atomic():
            return Membership.objects.bulk_create(rows, batch_size=_AT_ONCE)
    except IntegrityError as error:
        raise _taken_meanwhile() from error


def _taken_meanwhile() -> Refused:
    detail = _("Somebody else made accounts at the same moment: look again, then send it again.")
    return refuse("name_taken", detail, status=_CONFLICT)
