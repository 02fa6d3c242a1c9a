"""A list of people from a file: stored, previewed, and applied in one step."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.accounts.sign_in import GivenCode, give_codes
from core.audit import trail
from core.errors import refuse
from core.models import User
from core.tables.importing import NEW, REFUSED, Facts, Importer
from core.tables.reader import Sheet
from provinces.accounts.services import insert_people, insert_roles
from provinces.accounts.sheet import (
    COLUMNS,
    EXISTS,
    JOINS,
    REASON,
    AccountPreview,
    AccountReader,
    people_in,
)
from provinces.models import AccountList
from provinces.permissions import Permission, require
from provinces.scope import accounts_within, scope_of


class PeopleImporter(Importer[AccountList, list[AccountPreview]]):
    kept, columns, reason, returned = AccountList, COLUMNS, REASON, "tai-khoan-chua-nhan"
    most = 5_000
    too_many = (
        "too_many_rows",
        gettext_lazy("A list has at most %(n)d people; send it in parts."),
    )
    sent_act, applied_act = "accounts.check", "accounts.import"
    taken_already = gettext_lazy("This list was taken already; its codes were shown once.")

    def admit(self, by: User) -> None:
        require(by, Permission.MANAGE_MEMBERS)

    def read(self, sheet: Sheet, started: AccountList) -> tuple[int, Facts]:
        started.lines = [*map(asdict, people_in(sheet))]
        return len(started.lines), {"lines": len(started.lines)}

    def look_through(self, started: AccountList, *, by: User) -> list[AccountPreview]:
        """6 to 8 queries, however many lines."""
        reader = AccountReader(scope_of(by))
        return [reader.preview(line) for line in started.sheet_lines()]

    def take(self, started: AccountList, *, by: User) -> tuple[Sequence[AccountPreview], Facts]:
        """Accounts and roles. Raises Refused: ``name_taken`` (409)."""
        previews = self.look_through(started, by=by)
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
        counts = Counter(one.kind for one in previews)
        started.lines, started.people = [], [person.pk for person in people]
        started.joined, started.existing = counts[JOINS], counts[EXISTS]
        return previews, {
            "created": len(people),
            "joined": started.joined,
            "existing": started.existing,
            "refused": counts[REFUSED],
            "roles": [f"{person.username} {role} {unit.code}" for person, role, unit in roles],
        }

    def result(self, started: AccountList) -> str:
        made = len(started.people)
        return ngettext("%(n)s account made", "%(n)s accounts made", made) % {"n": made}


IMPORTER = PeopleImporter()


@transaction.atomic
def apply_list(started: AccountList, *, by: User) -> list[GivenCode]:
    """As the importer applies it, with a code for each new account."""
    made = User.objects.filter(pk__in=IMPORTER.apply(started, by=by).people)
    return give_codes(list(made.order_by("pk")))


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
