"""A list of people from Excel: what each line asks for and would do, then the good lines done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.sign_in import GivenCode, give_codes
from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.tables.spreadsheets import read_sheet
from core.text.vietnamese import fold
from provinces.accounts.services import Newcomer, insert_people, insert_roles, name_for
from provinces.accounts.sheet import (
    COLUMNS,
    NEEDED,
    AccountLine,
    lines_of,
    role_words,
    roles_by_word,
)
from provinces.accounts.usernames import is_good
from provinces.lookup import Lookup, Unit
from provinces.models import AccountList
from provinces.roles import Role
from provinces.scope import Scope, accounts_within, people_within, roles_within, scope_of

NEW, JOINS, EXISTS, REFUSED = "new", "joins", "exists", "refused"
_LONGEST = {"full_name": 120, "office": 160, "phone": 40}


@dataclass(frozen=True)
class AccountPreview:
    """What becomes of a line: a new account, a role for one that is there, nothing, a refusal."""

    line: AccountLine
    kind: str
    username: str = ""
    role: str = ""
    unit: Unit | None = None
    faults: Sequence[Fault] = ()

    @property
    def reason(self) -> str:
        return " ".join(str(fault.detail) for fault in self.faults)

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label) if self.role else ""


@dataclass(frozen=True)
class _NewAccount:
    """One that is there, or that an earlier line makes. ``folded`` is the name without marks."""

    username: str
    folded: str
    is_reached: bool


class AccountReader:
    """Reads one line after the other and remembers what the lines before it make.

    3 queries, and those of ``Units``.
    """

    def __init__(self, reach: Scope) -> None:
        self.reach, self.units = reach, Lookup(reach)
        self.accounts: dict[str, _NewAccount] = {}
        """By user name in small letters."""
        self.here: dict[tuple[str, bool, int], str] = {}
        """Who holds a role in a place, by their name without marks."""
        self.held: dict[tuple[str, str, bool, int], bool] = {}
        """Roles by user name and place; is it a line of this file that gives it?"""
        self._load()

    def _load(self) -> None:
        reached = set(people_within(self.reach).values_list("username", flat=True))
        for username, full_name in User.objects.values_list("username", "full_name"):
            account = _NewAccount(username, fold(full_name), username in reached)
            self.accounts[username.lower()] = account
        rows = roles_within(self.reach).order_by("pk")
        for username, role, area, agency in rows.values_list(
            "user__username", "role", "area", "agency"
        ):
            place = (True, agency) if agency else (False, area)
            self.held[username, role, *place] = False
            if username in reached:
                self.here.setdefault((self.accounts[username.lower()].folded, *place), username)

    def preview(self, line: AccountLine) -> AccountPreview:
        faults = list(_faults_of_cells(line))
        role = roles_by_word().get(fold(line.cells.get("role", "")), "")
        if not role and line.cells.get("role"):
            detail = _("“%(text)s” is no role; write one of these: %(roles)s.") % {
                "text": line.cells["role"][:40],
                "roles": "; ".join(role_words(self.reach.roles)),
            }
            faults.append(Fault("unknown_role", detail, "/role"))
        unit = self._unit(line, role, faults) if role else None
        if faults or unit is None:
            return AccountPreview(line, REFUSED, role=role, unit=unit, faults=faults)
        return self._settled(line, role, unit)

    def _unit(self, line: AccountLine, role: str, faults: list[Fault]) -> Unit | None:
        text = line.cells.get("unit", "")
        if not text:
            return None
        try:
            unit = self.units.find(text, role)
        except Refused as refused:
            faults += refused.faults
            return None
        if not self.reach.may_give(role, unit.path):
            faults.append(Fault("forbidden", _("You may not give this role there."), "/role"))
        return unit

    def _settled(self, line: AccountLine, role: str, unit: Unit) -> AccountPreview:
        """A line whose cells are right: whose account is it?"""
        folded, typed = fold(line.cells["full_name"]), line.cells.get("username", "").lower()
        place = (unit.is_agency, unit.pk)
        account = self.accounts.get(typed or self.here.get((folded, *place), "").lower())
        kind, faults, username = NEW, [], typed
        if account is None:
            username = typed or name_for(line.cells["full_name"], unit, self.accounts)
        elif account.folded != folded or not account.is_reached:
            fault = Fault("name_taken", _("This user name is taken."), "/username")
            return AccountPreview(line, REFUSED, typed, role, unit, [fault])
        else:
            username = account.username
            given_here = self.held.get((username, role, *place))
            kind = JOINS if given_here is None else EXISTS
            if given_here:
                kind, faults = REFUSED, [Fault("duplicate_row", _("This row is there twice."))]
        self.accounts.setdefault(username.lower(), _NewAccount(username, folded, is_reached=True))
        self.here.setdefault((folded, *place), username)
        self.held.setdefault((username, role, *place), True)
        return AccountPreview(line, kind, username, role, unit, faults)


def _faults_of_cells(line: AccountLine) -> Iterator[Fault]:
    if line.has_formula:
        yield Fault("formula", _("A cell holds a formula; type the value instead."))
    for column in COLUMNS:
        text, pointer = line.cells.get(column.key, ""), f"/{column.key}"
        most = _LONGEST.get(column.key, len(text))
        words = {"column": column.label, "n": most}
        if column.key in NEEDED and not text:
            yield Fault("required", _("“%(column)s” is empty.") % words, pointer)
        if len(text) > most:
            detail = _("“%(column)s” has more than %(n)d characters.")
            yield Fault("too_long", detail % words, pointer)
    if line.cells.get("username") and not is_good(line.cells["username"].lower()):
        detail = _(
            "A user name has 3 to 60 small letters without marks, digits, points, hyphens or @."
        )
        yield Fault("invalid_username", detail, "/username")


MOST = 5_000
_CONFLICT = 409


@transaction.atomic
def start_list(data: bytes, file_name: str, *, by: User) -> AccountList:
    """Keep the lines for their preview.

    Raises Refused for a file that cannot be read, and ``too_many_rows``.
    """
    lines = lines_of(read_sheet(data))
    if len(lines) > MOST:
        detail = _("A list has at most %(n)d people; send it in parts.")
        raise refuse("too_many_rows", detail % {"n": MOST}, "/file")
    stored = [
        {"number": line.number, "cells": dict(line.cells), "has_formula": line.has_formula}
        for line in lines
    ]
    started = AccountList.objects.create(
        user=by, made_at=clock.now(), file_name=file_name[:200], lines=stored
    )
    trail.record(
        "accounts.check",
        started,
        by=by,
        after={
            "file": started.file_name,
            "lines": len(lines),
        },
    )
    return started


def check_list(started: AccountList, *, by: User) -> list[AccountPreview]:
    """Every line by the rules of the write; nothing is written (6 to 8 queries, however many)."""
    reader = AccountReader(scope_of(by))
    return [reader.preview(AccountLine(**line)) for line in started.lines]


@transaction.atomic
def apply_list(started: AccountList, *, by: User) -> list[GivenCode]:
    """Make the good accounts and give the roles, in one step with one event.

    Raises Refused: ``already_applied``, ``name_taken`` (409).
    """
    started = AccountList.objects.select_for_update().get(pk=started.pk)
    if started.applied_at:
        detail = _("This list was taken already; its codes were shown once.")
        raise refuse("already_applied", detail, status=_CONFLICT)
    previews = check_list(started, by=by)
    people = insert_people([_newcomer(one) for one in previews if one.kind == NEW])
    given = _give_roles(previews, people)
    codes = give_codes(people)
    started.applied_at, started.lines = clock.now(), []
    started.people = [person.pk for person in people]
    started.joined = sum(one.kind == JOINS for one in previews)
    started.existing = sum(one.kind == EXISTS for one in previews)
    started.refused = [
        {"number": one.line.number, "cells": dict(one.line.cells), "reason": one.reason}
        for one in previews
        if one.kind == REFUSED
    ]
    started.save()
    trail.record(
        "accounts.import",
        started,
        by=by,
        after={
            "file": started.file_name,
            "created": len(people),
            "joined": started.joined,
            "existing": started.existing,
            "refused": len(started.refused),
            "roles": given,
        },
    )
    return codes


@transaction.atomic
def renew_codes(started: AccountList, *, by: User) -> list[GivenCode]:
    """New codes for those of the list who have no password yet: the slips were lost or too old.

    Raises Refused ``nobody_waits``.
    """
    theirs = accounts_within(scope_of(by)).filter(pk__in=started.people, is_active=True)
    waiting = list(theirs.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk"))
    if not waiting:
        raise refuse("nobody_waits", _("Everybody of this list has chosen a password already."))
    codes = give_codes(waiting)
    trail.record(
        "accounts.codes",
        started,
        by=by,
        after={
            "accounts": [one.username for one in waiting],
        },
    )
    return codes


def _newcomer(preview: AccountPreview) -> Newcomer:
    cells, unit = preview.line.cells, preview.unit
    if unit is None:
        raise ValueError("A new account has its place.")
    return Newcomer(
        cells["full_name"],
        cells.get("office", ""),
        cells.get("phone", ""),
        preview.username,
        preview.role,
        unit,
    )


def _give_roles(previews: Sequence[AccountPreview], made: Sequence[User]) -> list[str]:
    """The roles of new and of old accounts, as the audit tells them."""
    giving = [one for one in previews if one.kind in (NEW, JOINS)]
    by_name = {person.username: person for person in made}
    old = {one.username for one in giving} - by_name.keys()
    if old:
        by_name |= {person.username: person for person in User.objects.filter(username__in=old)}
    roles = [(by_name[one.username], one.role, one.unit) for one in giving if one.unit]
    insert_roles(roles)
    return [f"{person.username} {role} {unit.code}" for person, role, unit in roles]
