"""A list of people from a file: its columns, the empty form, and the preview of each line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from core.errors import Fault, Refused, refuse
from core.models import User
from core.tables.columns import Column, SheetLine, check_heads, header_row, keys_of, lines_under
from core.tables.importing import NEW, REFUSED, CheckedLine, formula_fault
from core.tables.reader import Sheet
from core.tables.writer import write_columns
from core.text.vietnamese import fold, tidy
from provinces.accounts.usernames import free, is_good, suggested
from provinces.lookup import Lookup, Unit
from provinces.roles import Role
from provinces.scope import Scope, people_within, roles_within

COLUMNS = (
    Column("full_name", _("Full name"), 28),
    Column("office", _("Office held"), 28),
    Column("unit", _("Agency or area"), 44),
    Column("role", _("Role"), 26),
    Column("phone", _("Work telephone"), 18),
    Column("username", _("User name (may stay empty)"), 26),
)
REASON = Column("reason", _("Why it was refused"), 60)
NEEDED = ("full_name", "unit", "role")
PERSONAL = ("full_name", "office", "phone", "username")
"""A line without any of these was not filled in."""
_MORE_HEADS = {
    "ho ten": "full_name",
    "ho va ten": "full_name",
    "don vi": "unit",
    "co quan": "unit",
    "ma don vi": "unit",
    "dien thoai": "phone",
    "so dien thoai": "phone",
    "ten dang nhap": "username",
    "name": "full_name",
    "user name": "username",
}
_LONGEST = {"full_name": 120, "office": 160, "phone": 40}
JOINS, EXISTS = "joins", "exists"


def lines_of(sheet: Sheet) -> list[SheetLine]:
    """The rows that name a person.

    Raises Refused: ``no_header``, ``duplicate_column``, ``empty``.
    """
    header = header_row(sheet, COLUMNS, NEEDED, _MORE_HEADS)
    keys = keys_of(sheet.rows[header], COLUMNS, _MORE_HEADS)
    detail = gettext("One of the first rows must name the columns: %(names)s.")
    check_heads(keys, COLUMNS, NEEDED, detail)
    lines = [
        line
        for line in lines_under(sheet, header, keys, {column.key for column in COLUMNS}, tidy)
        if line.has_formula or any(line.cells.get(key) for key in PERSONAL)
    ]
    if not lines:
        raise refuse("empty", _("The file names nobody: fill in the column of names."), "/file")
    return lines


@cache
def roles_by_word() -> Mapping[str, str]:
    """Role by its name in either language, with or without the part in brackets, or its code."""
    words = {}
    for language in ("en", "vi"):
        with override(language):
            for role in Role:
                label = str(role.label)
                for word in (role.value, label, label.partition("(")[0]):
                    words[fold(word)] = role.value
    return words


def role_words(roles: Iterable[Role]) -> list[str]:
    """What the column of roles takes, in Vietnamese."""
    with override("vi"):
        return [str(role.label) for role in roles]


def form_to_fill_in(units: Iterable[str]) -> bytes:
    """A file with a line for each agency, in which its officer is entered."""
    [role] = role_words([Role.OFFICER])
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
        faults = list(_faults_of_cells(line))
        role = roles_by_word().get(fold(line.cells.get("role", "")), "")
        if not role and line.cells.get("role"):
            detail = gettext("“%(text)s” is no role; write one of these: %(roles)s.") % {
                "text": line.cells["role"][:40],
                "roles": "; ".join(role_words(self.reach.roles)),
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


def _faults_of_cells(line: SheetLine) -> Iterator[Fault]:
    if line.has_formula:
        yield formula_fault()
    for column in COLUMNS:
        text, pointer = line.cells.get(column.key, ""), f"/{column.key}"
        most = _LONGEST.get(column.key, len(text))
        words = {"column": column.label, "n": most}
        if column.key in NEEDED and not text:
            yield Fault("required", gettext("“%(column)s” is empty.") % words, pointer)
        if len(text) > most:
            detail = gettext("“%(column)s” has more than %(n)d characters.")
            yield Fault("too_long", detail % words, pointer)
    if line.cells.get("username") and not is_good(line.cells["username"].lower()):
        detail = gettext(
            "A user name has 3 to 60 small letters without marks, digits, points, hyphens or @."
        )
        yield Fault("invalid_username", detail, "/username")
