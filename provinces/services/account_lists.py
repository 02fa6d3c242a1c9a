"""A list of people from Excel: what each line would do, then the good lines done at once."""

from collections.abc import Sequence

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.sign_in import GivenCode, give_codes
from core.audit import trail
from core.calendar import clock
from core.errors import refuse
from core.models import User
from core.tables.spreadsheets import read_sheet
from provinces.account_sheet import Line, lines_of
from provinces.models import AccountList
from provinces.reach import accounts_within, reach_of
from provinces.services.account_lines import EXISTS, JOINS, NEW, REFUSED, Preview, Reader
from provinces.services.accounts import Newcomer, insert_people, insert_roles

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
    trail.record("accounts.check", started, by=by, after={
        "file": started.file_name, "lines": len(lines),
    })  # fmt: skip
    return started


def check_list(started: AccountList, *, by: User) -> list[Preview]:
    """Every line by the rules of the write; nothing is written (6 to 8 queries, however many)."""
    reader = Reader(reach_of(by))
    return [reader.preview(Line(**line)) for line in started.lines]


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
    trail.record("accounts.import", started, by=by, after={
        "file": started.file_name, "created": len(people), "joined": started.joined,
        "existing": started.existing, "refused": len(started.refused), "roles": given,
    })  # fmt: skip
    return codes


@transaction.atomic
def renew_codes(started: AccountList, *, by: User) -> list[GivenCode]:
    """New codes for those of the list who have no password yet: the slips were lost or too old.

    Raises Refused ``nobody_waits``.
    """
    theirs = accounts_within(reach_of(by)).filter(pk__in=started.people, is_active=True)
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


def _newcomer(preview: Preview) -> Newcomer:
    cells, unit = preview.line.cells, preview.unit
    if unit is None:
        raise ValueError("A new account has its place.")
    return Newcomer(
        cells["full_name"], cells.get("office", ""), cells.get("phone", ""), preview.username,
        preview.role, unit,
    )  # fmt: skip


def _give_roles(previews: Sequence[Preview], made: Sequence[User]) -> list[str]:
    """The roles of new and of old accounts, as the audit tells them."""
    giving = [one for one in previews if one.kind in (NEW, JOINS)]
    by_name = {person.username: person for person in made}
    old = {one.username for one in giving} - by_name.keys()
    if old:
        by_name |= {person.username: person for person in User.objects.filter(username__in=old)}
    roles = [(by_name[one.username], one.role, one.unit) for one in giving if one.unit]
    insert_roles(roles)
    return [f"{person.username} {role} {unit.code}" for person, role, unit in roles]
