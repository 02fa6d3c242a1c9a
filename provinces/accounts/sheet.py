"""A list of people from a file: its columns, the empty form, and the preview of each line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Fault, Refused, refuse
from core.models import User
from core.tables.columns import (
    Column,
    SheetLine,
    faults_of,
    in_vietnamese,
    lines_of,
    values_by_word,
)
from core.tables.importing import NEW, REFUSED, CheckedLine, formula_fault
from core.tables.reader import Sheet
from core.tables.writer import write_columns
from core.text.vietnamese import fold, tidy
from provinces.accounts.usernames import free, is_good, suggested
from provinces.lookup import Lookup, Unit
from provinces.roles import Role
from provinces.scope import Scope, people_within, roles_within

COLUMNS = (
    Column(
        "full_name",
        _("Full name"),
        28,
        heads="ho ten, ho va ten, name",
        is_needed=True,
        longest=120,
    ),
    Column("office", _("Office held"), 28, longest=160),
    Column("unit", _("Agency or area"), 44, heads="don vi, co quan, ma don vi", is_needed=True),
    Column("role", _("Role"), 26, is_needed=True),
    Column("phone", _("Work telephone"), 18, heads="dien thoai, so dien thoai", longest=40),
    Column("username", _("User name (may stay empty)"), 26, heads="ten dang nhap, user name"),
)
REASON = Column("reason", _("Why it was refused"), 60)
PERSONAL = ("full_name", "office", "phone", "username")
"""A line without any of these was not filled in."""
BAD_USERNAME = _(
    "A user name has 3 to 60 small letters without marks, digits, points, hyphens or @."
)
JOINS, EXISTS = "joins", "exists"


def people_in(sheet: Sheet) -> list[SheetLine]:
    """The rows that name a person. Raises Refused: ``empty``, those of ``lines_of``."""
    detail = gettext("One of the first rows must name the columns: %(names)s.")
    lines = [
        line
        for line in lines_of(sheet, COLUMNS, detail, tidy)
        if line.has_formula or any(line.cells.get(key) for key in PERSONAL)
    ]
    if not lines:
        raise refuse("empty", _("The file names nobody: fill in the column of names."), "/file")
    return lines


@cache
def roles_by_word() -> Mapping[str, str]:
    """Role by its name in either language, with or without the part in brackets, or its code."""
    names = values_by_word((role.value, role.label) for role in Role)
    short = {name.partition("(")[0].strip(): role for name, role in names.items()}
    return {**short, **names, **{fold(role.value): role.value for role in Role}}


def form_to_fill_in(units: Iterable[str]) -> bytes:
    """A file with a line for each agency, in which its officer is entered."""
    [role] = in_vietnamese([Role.OFFICER.label])
    return write_columns("Tài khoản", COLUMNS, (["", "", unit, role, "", ""] for unit in units))


@dataclass(frozen=True)
class AccountPreview(CheckedLine):
    """What a line does: a new account, a role for an existing one, nothing, or it is refused."""

    line: SheetLine
    kind: str
    username: str = ""
    role: str = ""
    unit: Unit | None = None
    faults: Sequence[Fault] = ()

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label) if self.role else ""


@dataclass(frozen=True)
class _NewAccount:
    """An account that exists or that an earlier line makes. ``folded``: name without diacritics."""

    username: str
    folded: str
    is_reached: bool


class AccountReader:
    """Previews one line after the other, and remembers what earlier lines make.

    3 queries, and those of ``Lookup``.
    """

    def __init__(self, reach: Scope) -> None:
        self.reach, self.units = reach, Lookup(reach)
        self.accounts: dict[str, _NewAccount] = {}
        """By user name in lower case."""
        self.here: dict[tuple[str, bool, int], str] = {}
        """User names of people with a role in a place, by name without diacritics and place."""
        self.held: dict[tuple[str, str, bool, int], bool] = {}
        """Roles by user name and place. True: a line of this file gives it."""
        reached = set(people_within(reach).values_list("username", flat=True))
        for username, full_name in User.objects.values_list("username", "full_name"):
            account = _NewAccount(username, fold(full_name), username in reached)
            self.accounts[username.lower()] = account
        rows = roles_within(reach).order_by("pk")
        for username, role, area, agency in rows.values_list(
            "user__username", "role", "area", "agency"
        ):
            place = (True, agency) if agency else (False, area)
            self.held[username, role, *place] = False
            if username in reached:
                self.here.setdefault((self.accounts[username.lower()].folded, *place), username)

    def preview(self, line: SheetLine) -> AccountPreview:
        faults = [formula_fault()] if line.has_formula else []
        faults += faults_of(line.cells, COLUMNS)
        if line.cells.get("username") and not is_good(line.cells["username"].lower()):
            faults.append(Fault("invalid_username", str(BAD_USERNAME), "/username"))
        role = roles_by_word().get(fold(line.cells.get("role", "")), "")
        if not role and line.cells.get("role"):
            detail = gettext("“%(text)s” is no role; write one of these: %(roles)s.") % {
                "text": line.cells["role"][:40],
                "roles": "; ".join(in_vietnamese(role.label for role in self.reach.roles)),
            }
            faults.append(Fault("unknown_role", detail, "/role"))
        unit = self._unit(line, role, faults) if role else None
        if faults or unit is None:
            return AccountPreview(line, REFUSED, role=role, unit=unit, faults=faults)
        return self._settled(line, role, unit)

    def _unit(self, line: SheetLine, role: str, faults: list[Fault]) -> Unit | None:
        text = line.cells.get("unit", "")
        if not text:
            return None
        try:
            unit = self.units.find(text, role)
        except Refused as refused:
            faults += refused.faults
            return None
        if not self.reach.may_give(role, unit.path):
            detail = gettext("You may not give this role there.")
            faults.append(Fault("forbidden", detail, "/role"))
        return unit

    def _settled(self, line: SheetLine, role: str, unit: Unit) -> AccountPreview:
        """Of a line with sound cells: whose account is it?"""
        folded, typed = fold(line.cells["full_name"]), line.cells.get("username", "").lower()
        place = (unit.is_agency, unit.pk)
        account = self.accounts.get(typed or self.here.get((folded, *place), "").lower())
        kind, faults = NEW, []
        if account is None:
            username = typed or free(suggested(line.cells["full_name"], unit.word), self.accounts)
        elif account.folded != folded or not account.is_reached:
            fault = Fault("name_taken", gettext("This user name is taken."), "/username")
            return AccountPreview(line, REFUSED, typed, role, unit, [fault])
        else:
            username = account.username
            given_here = self.held.get((username, role, *place))
            kind = JOINS if given_here is None else EXISTS
            if given_here:
                faults = [Fault("duplicate_row", gettext("This row is there twice."))]
                kind = REFUSED
        self.accounts.setdefault(username.lower(), _NewAccount(username, folded, is_reached=True))
        self.here.setdefault((folded, *place), username)
        self.held.setdefault((username, role, *place), True)
        return AccountPreview(line, kind, username, role, unit, faults)
