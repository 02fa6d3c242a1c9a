"""A list of people from a file: stored, previewed, and applied in one step."""

from collections import Counter
from dataclasses import asdict

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.sign_in import GivenCode, give_codes
from core.audit import trail
from core.errors import refuse
from core.models import User
from core.tables.columns import SheetLine
from core.tables.importing import NEW, REFUSED
from core.tables.reader import read_sheet
from provinces.accounts.services import insert_people, insert_roles
from provinces.accounts.sheet import EXISTS, JOINS, AccountPreview, AccountReader, lines_of
from provinces.models import AccountList
from provinces.scope import accounts_within, scope_of

MOST = 5_000


@transaction.atomic
def start_list(data: bytes, file_name: str, *, by: User) -> AccountList:
    """Store the lines for a preview.

    Raises Refused for a file that cannot be read, and ``too_many_rows``.
    """
    lines = lines_of(read_sheet(data))
    if len(lines) > MOST:
        detail = _("A list has at most %(n)d people; send it in parts.")
        raise refuse("too_many_rows", detail % {"n": MOST}, "/file")
    facts = {"lines": len(lines)}
    return AccountList.keep(file_name, by=by, facts=facts, lines=[*map(asdict, lines)])


def check_list(started: AccountList, *, by: User) -> list[AccountPreview]:
    """A preview of every line; nothing is written (6 to 8 queries, however many lines)."""
    reader = AccountReader(scope_of(by))
    return [reader.preview(SheetLine(**line)) for line in started.lines]


@transaction.atomic
def apply_list(started: AccountList, *, by: User) -> list[GivenCode]:
    """Make the accounts and roles of all good lines, with one event.

    Raises Refused: ``already_applied``, ``name_taken`` (409).
    """
    started = AccountList.held(started.pk)
    previews = check_list(started, by=by)
    people = insert_people(
        [
            User(
                username=one.username,
                full_name=one.line.cells["full_name"],
                office=one.line.cells.get("office", ""),
                phone=one.line.cells.get("phone", ""),
            )
            for one in previews
            if one.kind == NEW
        ]
    )
    giving = [one for one in previews if one.kind in (NEW, JOINS)]
    made = {person.username: person for person in people}
    old = User.objects.filter(username__in={one.username for one in giving} - made.keys())
    by_name = made | {person.username: person for person in old}
    roles = [(by_name[one.username], one.role, one.unit) for one in giving if one.unit]
    insert_roles(roles)
    codes = give_codes(people)
    counts = Counter(one.kind for one in previews)
    facts = {
        "created": len(people),
        "joined": counts[JOINS],
        "existing": counts[EXISTS],
        "refused": counts[REFUSED],
        "roles": [f"{person.username} {role} {unit.code}" for person, role, unit in roles],
    }
    started.close(
        [one for one in previews if one.kind == REFUSED],
        by=by,
        facts=facts,
        lines=[],
        people=[person.pk for person in people],
        joined=counts[JOINS],
        existing=counts[EXISTS],
    )
    return codes


@transaction.atomic
def renew_codes(started: AccountList, *, by: User) -> list[GivenCode]:
    """New codes for people of the list who have no password yet, as slips get lost or too old.

    Raises Refused ``nobody_waits``.
    """
    theirs = accounts_within(scope_of(by)).filter(pk__in=started.people, is_active=True)
    waiting = list(theirs.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk"))
    if not waiting:
        raise refuse("nobody_waits", _("Everybody of this list has chosen a password already."))
    codes = give_codes(waiting)
    after = {"accounts": [one.username for one in waiting]}
    trail.record("accounts.codes", started, by=by, after=after)
    return codes
