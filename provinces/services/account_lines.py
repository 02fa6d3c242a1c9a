"""What a line of the list of people asks for, and whether it may have it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import Fault, Refused
from core.models import User
from core.text.vietnamese import fold
from provinces.account_sheet import COLUMNS, NEEDED, Line, role_words, roles_by_word
from provinces.models import Role
from provinces.reach import Reach, people_within, roles_within
from provinces.services.accounts import name_for
from provinces.units import Unit, Units
from provinces.usernames import is_good

NEW, JOINS, EXISTS, REFUSED = "new", "joins", "exists", "refused"
_LONGEST = {"full_name": 120, "office": 160, "phone": 40}


@dataclass(frozen=True)
class Preview:
    """What becomes of a line: a new account, a role for one that is there, nothing, a refusal."""

    line: Line
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
class _Account:
    """One that is there, or that an earlier line makes. ``folded`` is the name without marks."""

    username: str
    folded: str
    is_reached: bool


class Reader:
    """Reads one line after the other and remembers what the lines before it make.

    3 queries, and those of ``Units``.
    """

    def __init__(self, reach: Reach) -> None:
        self.reach, self.units = reach, Units(reach)
        self.accounts: dict[str, _Account] = {}
        """By user name in small letters."""
        self.here: dict[tuple[str, bool, int], str] = {}
        """Who holds a role in a place, by his name without marks."""
        self.held: dict[tuple[str, str, bool, int], bool] = {}
        """Roles by user name and place; is it a line of this file that gives it?"""
        self._load()

    def _load(self) -> None:
        reached = set(people_within(self.reach).values_list("username", flat=True))
        for username, full_name in User.objects.values_list("username", "full_name"):
            account = _Account(username, fold(full_name), username in reached)
            self.accounts[username.lower()] = account
        rows = roles_within(self.reach).order_by("pk")
        for username, role, area, agency in rows.values_list(
            "user__username", "role", "area", "agency"
        ):
            place = (True, agency) if agency else (False, area)
            self.held[username, role, *place] = False
            if username in reached:
                self.here.setdefault((self.accounts[username.lower()].folded, *place), username)

    def preview(self, line: Line) -> Preview:
        faults = list(_faults_of_cells(line))
        role = roles_by_word().get(fold(line.cells.get("role", "")), "")
        if not role and line.cells.get("role"):
            detail = _("“%(text)s” is no role; write one of these: %(roles)s.") % {
                "text": line.cells["role"][:40], "roles": "; ".join(role_words(self.reach.roles)),
            }  # fmt: skip
            faults.append(Fault("unknown_role", detail, "/role"))
        unit = self._unit(line, role, faults) if role else None
        if faults or unit is None:
            return Preview(line, REFUSED, role=role, unit=unit, faults=faults)
        return self._settled(line, role, unit)

    def _unit(self, line: Line, role: str, faults: list[Fault]) -> Unit | None:
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

    def _settled(self, line: Line, role: str, unit: Unit) -> Preview:
        """A line whose cells are right: whose account is it?"""
        folded, typed = fold(line.cells["full_name"]), line.cells.get("username", "").lower()
        place = (unit.is_agency, unit.pk)
        account = self.accounts.get(typed or self.here.get((folded, *place), "").lower())
        kind, faults, username = NEW, [], typed
        if account is None:
            username = typed or name_for(line.cells["full_name"], unit, self.accounts)
        elif account.folded != folded or not account.is_reached:
            fault = Fault("name_taken", _("This user name is taken."), "/username")
            return Preview(line, REFUSED, typed, role, unit, [fault])
        else:
            username = account.username
            given_here = self.held.get((username, role, *place))
            kind = JOINS if given_here is None else EXISTS
            if given_here:
                kind, faults = REFUSED, [Fault("duplicate_row", _("This row is there twice."))]
        self.accounts.setdefault(username.lower(), _Account(username, folded, is_reached=True))
        self.here.setdefault((folded, *place), username)
        self.held.setdefault((username, role, *place), True)
        return Preview(line, kind, username, role, unit, faults)


def _faults_of_cells(line: Line) -> Iterator[Fault]:
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
