"""The columns of a table: found by their heads, and the lines below them by column."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import refuse
from core.tables.layout import BETWEEN
from core.tables.reader import Sheet
from core.text.vietnamese import fold

_MOST_TITLES = 20
_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Column:
    """A column of a file that is downloaded, filled in and sent back. ``width`` in letters.

    ``words``: all that a cell may hold, offered as a list; where it ``is_open``, others may be
    typed. ``is_ours``: a cell is not typed in. ``note``: what its head says when it is pointed at.
    """

    key: str
    label: str | Promise
    width: int
    words: Sequence[str | Promise] = ()
    is_ours: bool = False
    note: str | Promise = ""
    is_open: bool = False


@dataclass(frozen=True)
class SheetLine:
    """One row of a sheet: its number as Excel counts, and its cells by column key."""

    number: int
    cells: Mapping[str, str]
    has_formula: bool = False


def heads(columns: Sequence[Column]) -> list[str]:
    """The header row, always in Vietnamese."""
    return in_vietnamese(column.label for column in columns)


def in_vietnamese(words: Iterable[str | Promise]) -> list[str]:
    """As they stand in every file, whatever its reader's language."""
    with override("vi"):
        return [str(word) for word in words]


def values_by_word(words: Iterable[tuple[str, str | Promise]]) -> dict[str, str]:
    """(value, word) pairs → the value by its folded word, in either language."""
    pairs, found = list(words), dict[str, str]()
    for language in ("en", "vi"):
        with override(language):
            found |= {fold(str(word)): value for value, word in pairs}
    return found


def guess(header: Sequence[str], heads: Mapping[str, str]) -> dict[str, int]:
    """Key → the column that its head names; a column serves one key.

    ``heads``: by key, folded and parted by commas, the surest first; a head that only begins so
    comes last. Of a head of two rows the lower one is looked at first.
    """
    whole = [_plain(head) for head in header]
    lower = [_plain(head.rpartition(BETWEEN)[2]) for head in header]
    found: dict[str, int] = {}
    for fits in (str.__eq__, str.startswith):
        for names in (lower, whole):
            for key, wanted in heads.items():
                for name in wanted.split(", "):
                    free = [at for at in range(len(names)) if at not in found.values()]
                    column = next((at for at in free if fits(names[at], name)), None)
                    if column is not None:
                        found.setdefault(key, column)
    return found


def _plain(head: str) -> str:
    return _SIGNS.sub(" ", fold(head)).strip()


def keys_of(
    header: Sequence[str], columns: Iterable[Column], more: Mapping[str, str] | None = None
) -> list[str]:
    """The column's key for each head, in Vietnamese or English; "" for one that is not ours.

    ``more``: keys by other folded heads.
    """
    known = {**(more or {}), **values_by_word((one.key, one.label) for one in columns)}
    return [known.get(fold(head), "") for head in header]


def header_row(
    sheet: Sheet,
    columns: Iterable[Column],
    needed: Iterable[str],
    more: Mapping[str, str] | None = None,
) -> int:
    """Index of the first row that names all ``needed`` columns, for people put titles above it;
    0 when none does."""
    columns, needed = list(columns), set(needed)
    for index, row in enumerate(sheet.rows[:_MOST_TITLES]):
        if needed <= set(keys_of(row, columns, more)):
            return index
    return 0


def check_heads(
    keys: Sequence[str], columns: Iterable[Column], needed: Container[str], detail: str
) -> None:
    """``detail`` says that the columns with these ``names`` are needed.

    Raises Refused: ``no_header``, ``duplicate_column``.
    """
    wanted = [column for column in columns if column.key in needed]
    if any(column.key not in keys for column in wanted):
        names = ", ".join(str(column.label) for column in wanted)
        raise refuse("no_header", detail % {"names": names}, "/file")
    if any(keys.count(key) > 1 for key in keys if key):
        raise refuse("duplicate_column", _("A column is there twice."), "/file")


def lines_under(
    sheet: Sheet,
    header: int,
    keys: Sequence[str],
    typed: Container[str],
    tidy: Callable[[str], str],
) -> Iterator[SheetLine]:
    """Every row below the header, a row index. A formula counts only in the ``typed`` columns."""
    for index, row in enumerate(sheet.rows[header + 1 :], start=header + 1):
        cells = {key: tidy(text) for key, text in zip(keys, row, strict=True) if key}
        has_formula = any(keys[at] in typed for at in sheet.formulas.get(index, ()))
        yield SheetLine(index + 1, cells, has_formula)
