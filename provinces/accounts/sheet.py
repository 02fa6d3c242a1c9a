"""The Excel list of people: its columns, a form to fill in, and the lines that came back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.errors import refuse
from core.tables.spreadsheets import Column, Sheet, heads, write_sheet
from core.text.vietnamese import fold, tidy
from provinces.roles import Role

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
"""What a line that was not filled in leaves empty."""
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


@dataclass(frozen=True)
class AccountLine:
    """One row: its number as Excel counts, and its cells by column key."""

    number: int
    cells: Mapping[str, str]
    has_formula: bool = False


def lines_of(sheet: Sheet) -> list[AccountLine]:
    """The rows that name somebody.

    Raises Refused: ``no_header``, ``duplicate_column``, ``empty``.
    """
    known = _known_heads()
    keys = [known.get(fold(head), "") for head in sheet.rows[0]] if sheet.rows else []
    if any(key not in keys for key in NEEDED):
        names = ", ".join(str(column.label) for column in COLUMNS if column.key in NEEDED)
        detail = _("The first row must name the columns: %(names)s.")
        raise refuse("no_header", detail % {"names": names}, "/file")
    if any(keys.count(key) > 1 for key in keys if key):
        raise refuse("duplicate_column", _("A column is there twice."), "/file")
    lines = list(_filled_in(sheet, keys))
    if not lines:
        raise refuse("empty", _("The file names nobody: fill in the column of names."), "/file")
    return lines


def _filled_in(sheet: Sheet, keys: Sequence[str]) -> Iterator[AccountLine]:
    formulas: dict[int, set[int]] = {}
    for at, column in sheet.formulas:
        formulas.setdefault(at, set()).add(column)
    for index, row in enumerate(sheet.rows[1:], start=1):
        cells = {key: tidy(text) for key, text in zip(keys, row, strict=True) if key}
        has_formula = any(keys[column] for column in formulas.get(index, ()))
        if has_formula or any(cells.get(key) for key in PERSONAL):
            yield AccountLine(index + 1, cells, has_formula)


@cache
def _known_heads() -> Mapping[str, str]:
    """In both languages, and as offices write them."""
    known = dict(_MORE_HEADS)
    for language in ("en", "vi"):
        with override(language):
            known |= {fold(str(column.label)): column.key for column in COLUMNS}
    return known


@cache
def roles_by_word() -> Mapping[str, str]:
    """Role by its name in either language, with or without what stands in brackets, or its code."""
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
    """One line for each agency, waiting for the name of its officer."""
    with override("vi"):
        role = str(Role.OFFICER.label)
    return _sheet("Tài khoản", COLUMNS, (["", "", unit, role, "", ""] for unit in units))


def refused_sheet(refused: Iterable[Mapping[str, object]]) -> bytes:
    """The lines as they were typed, with the reason in the last column; the file is taken back."""
    rows = []
    for line in refused:
        cells = line["cells"] if isinstance(line["cells"], dict) else {}
        rows.append([*(cells.get(column.key, "") for column in COLUMNS), str(line["reason"])])
    return _sheet("Chưa nhận", [*COLUMNS, REASON], rows)


def _sheet(title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> bytes:
    return write_sheet(title, heads(columns), rows, [column.width for column in columns])
