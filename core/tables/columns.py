"""The columns of a table: found by their heads, and the lines below them by column."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import Fault, refuse
from core.tables.layout import BETWEEN, lay_out
from core.tables.reader import Sheet
from core.text.vietnamese import fold

_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Column:
    """A column of a file that is sent, or filled in and sent back. ``width`` in letters.

    ``heads``: what it is called besides, folded and parted by commas, the surest first.
    ``longest``: characters of a cell; 0 where its reader says so. ``words``: all that a cell may
    hold, offered as a list; where it ``is_open``, others may be typed. ``is_ours``: a cell is not
    typed in. ``note``: what its head says when it is pointed at.
    """

    key: str
    label: str | Promise
    width: int = 0
    words: Sequence[str | Promise] = ()
    is_ours: bool = False
    note: str | Promise = ""
    heads: str = ""
    is_needed: bool = False
    longest: int = 0
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


def labels(columns: Iterable[Column], keys: Iterable[str]) -> str:
    """The columns as the screens call them, with commas."""
    names = {column.key: str(column.label) for column in columns}
    return ", ".join(names[key] for key in keys)


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


# A table of any office ------------------------------------------------------------------------


def guess(header: Sequence[str], columns: Iterable[Column]) -> dict[str, int]:
    """Key → the column that its head names, by ``Column.heads``; a column serves one key.

    A head that only begins so comes last. Of a head of two rows the lower one is looked at first.
    """
    whole = [_plain(head) for head in header]
    lower = [_plain(head.rpartition(BETWEEN)[2]) for head in header]
    wanted = [(one.key, name) for one in columns for name in one.heads.split(", ") if name]
    found: dict[str, int] = {}
    for fits in (str.__eq__, str.startswith):
        for names in (lower, whole):
            for key, name in wanted:
                free = [at for at in range(len(names)) if at not in found.values()]
                column = next((at for at in free if fits(names[at], name)), None)
                if column is not None:
                    found.setdefault(key, column)
    return found


def _plain(head: str) -> str:
    return _SIGNS.sub(" ", fold(head)).strip()


# A table that we made, filled in ----------------------------------------------------------------


def keys_of(header: Sequence[str], columns: Iterable[Column]) -> list[str]:
    """The column's key for each head, in Vietnamese or English; "" for one that is not ours."""
    ours = list(columns)
    known = {name: one.key for one in ours for name in one.heads.split(", ") if name}
    known |= values_by_word((one.key, one.label) for one in ours)
    return [known.get(fold(head), "") for head in header]


def lines_of(
    sheet: Sheet, columns: Sequence[Column], detail: str, tidy: Callable[[str], str]
) -> Iterator[SheetLine]:
    """Every row below the header. ``detail`` says that the columns with these ``names`` are needed.
    A formula counts where a cell is typed in or needed.

    Raises Refused: ``no_header``, ``duplicate_column``.
    """
    found = lay_out(sheet, lambda header: len({*keys_of(header, columns)} - {""}))
    keys = keys_of(found.heads, columns)
    needed = [column.key for column in columns if column.is_needed]
    if not {*needed} <= {*keys}:
        raise refuse("no_header", detail % {"names": labels(columns, needed)}, "/file")
    if any(keys.count(key) > 1 for key in keys if key):
        raise refuse("duplicate_column", _("A column is there twice."), "/file")
    read = {column.key for column in columns if column.is_needed or not column.is_ours}
    for row in found.below:
        cells = {key: tidy(text) for key, text in zip(keys, row.cells, strict=True) if key}
        yield SheetLine(row.number, cells, any(keys[at] in read for at in row.formulas))


def faults_of(cells: Mapping[str, str], columns: Iterable[Column]) -> Iterator[Fault]:
    """Of cells that are empty or too long."""
    for column in columns:
        text, pointer = cells.get(column.key, ""), f"/{column.key}"
        words = {"column": column.label, "n": column.longest}
        if column.is_needed and not text:
            yield Fault("required", _("“%(column)s” is empty.") % words, pointer)
        if 0 < column.longest < len(text):
            detail = _("“%(column)s” has more than %(n)d characters.")
            yield Fault("too_long", detail % words, pointer)
