"""Where the table lies in a sheet: titles above, a header of one or more rows, merged cells.

What the heads mean is the importer's: it says how many of them it knows. Pure.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.tables.child import Looks
from core.tables.reader import Sheet
from core.text.vietnamese import fold

_LOOKED_THROUGH = 30
_MOST_ROWS = 3
"""Of a header."""
_A_FEW = 2
_MOST_MERGED = 500
BETWEEN = " – "
"""The head of a column under a merged one: "Cơ quan thực hiện – Chủ trì"."""


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet that is not empty. ``number`` as Excel counts; ``formulas`` are the columns
    whose cell holds one, ``joined`` those whose cell is one with the cell above and says the same;
    ``is_wide``: a cell goes over several columns."""

    number: int
    cells: Sequence[str]
    formulas: Sequence[int] = ()
    joined: Sequence[int] = ()
    is_wide: bool = False
    is_bold: bool = False
    is_hidden: bool = False

    @cached_property
    def own(self) -> dict[int, str]:
        """What it says itself, by column."""
        texts = ((at, " ".join(cell.split())) for at, cell in enumerate(self.cells))
        return {at: text for at, text in texts if text and at not in self.joined}


@dataclass(frozen=True)
class Layout:
    """The rows ``above`` the header, its heads, and the rows below it; ``last`` of its own rows,
    from 0."""

    last: int
    above: Sequence[SheetRow]
    heads: Sequence[str]
    below: Sequence[SheetRow]


def lay_out(sheet: Sheet, known: Callable[[Sequence[str]], int]) -> Layout:
    """The header is where most heads are ``known``, else the first row."""
    top = [one for one in sheet.looks.merged if one[0] < _LOOKED_THROUGH + _MOST_ROWS]
    grid, best = _Grid(sheet.rows, top[:_MOST_MERGED]), (-1, False, 0)
    place, heads = (0, 0), list[str]()
    for first in range(min(len(sheet.rows), _LOOKED_THROUGH)):
        for last in grid.possible_ends(first):
            found = grid.heads(first, last)
            # Of two that say as much, the one whose cells go over its rows, then the lower one.
            weight = (known(found), grid.is_joined(first, last), first - last)
            if weight > best or not heads:
                best, place, heads = weight, (first, last), found
    first, last = place
    rows = list(rows_of(sheet.rows, sheet.looks, last + 1))
    above = [row for row in rows if row.number <= first]
    return Layout(last, above, heads, [row for row in rows if row.number > last + 1])


@dataclass(frozen=True)
class _Grid:
    """What the cells of a header have to do with each other; rows and columns from 0."""

    rows: Sequence[Sequence[str]]
    merged: Sequence[Sequence[int]]

    def text(self, at: int, column: int) -> str:
        return " ".join(self.rows[at][column].split())

    def said(self, at: int) -> list[int]:
        """The columns in which a row says something."""
        return [column for column, text in enumerate(self.rows[at]) if text.strip()]

    def possible_ends(self, first: int) -> Iterator[int]:
        """Where a header that begins in this row can end."""
        yield first
        if len(self.said(first)) < _A_FEW:
            return  # A title.
        for last in range(first + 1, min(first + _MOST_ROWS, len(self.rows))):
            if not self.parts_heads_above(last):
                return
            yield last

    def parts_heads_above(self, at: int) -> bool:
        """Whether all that a row says lies below nothing, or heads that are parted further."""
        said = self.said(at)
        if self.parts_every_head(at):
            return True
        return bool(said) and all(
            not self.text(at - 1, column)
            or self.left_of_merged(at - 1, column) is not None
            or (column + 1 in said and not self.text(at - 1, column + 1))
            for column in said
        )

    def parts_every_head(self, at: int) -> bool:
        """Words alone, below every head but the first: "Rank" below "2024" and "2025"."""
        below = self.said(at)
        words = not any(_DIGIT.search(self.text(at, column)) for column in below)
        return len(below) > 1 and words and below == self.said(at - 1)[1:]

    def left_of_merged(self, at: int, column: int) -> int | None:
        """The first column of the merged cell that goes over this one and others beside it."""
        for top, left, bottom, right in self.merged:
            if top <= at <= bottom and left <= column <= right and right > left:
                return left
        return None

    def is_joined(self, first: int, last: int) -> bool:
        """Whether a merged cell goes over all the rows."""
        return any(top == first and bottom >= last for top, _, bottom, _ in self.merged)

    def heads(self, first: int, last: int) -> list[str]:
        heads = []
        for column in range(len(self.rows[first])):
            parts = []
            for at in range(first, last + 1):
                text = self.text(at, column)
                if not text and at < last and self.text(last, column):
                    text = self.text_over(at, column)
                if text and text not in parts:
                    parts.append(text)
            heads.append(BETWEEN.join(parts))
        return heads

    def text_over(self, at: int, column: int) -> str:
        """Of the merged cell over a parted head, or the next to the left that says something."""
        left = self.left_of_merged(at, column)
        columns = reversed(range(column)) if left is None else [left]
        return next(filter(None, (self.text(at, one) for one in columns)), "")


def rows_of(rows: Iterable[Sequence[str]], looks: Looks, start: int = 0) -> Iterator[SheetRow]:
    """Every row that says something; from ``start`` on merged cells say the same in each row."""
    begin = defaultdict[int, list[tuple[int, int]]](list)
    wide, bold, hidden = set[int](), set(looks.bold), set(looks.hidden)
    for top, left, bottom, right in looks.merged:
        if right > left:
            wide.add(top)
        if bottom > top >= start:
            begin[top].append((left, bottom))
    last, texts = dict[int, int](), dict[int, str]()  # Of the merged cells that go on, by column.
    for at, row in enumerate(rows):
        cells = list(row)
        joined = [left for left, bottom in last.items() if at <= bottom and left < len(cells)]
        for left in joined:
            cells[left] = texts[left]
        for left, bottom in begin.pop(at, ()):
            if left < len(cells):
                last[left], texts[left] = bottom, cells[left]
        found = SheetRow(
            number=at + 1,
            cells=cells,
            formulas=looks.formulas.get(at, ()),
            joined=sorted(joined),
            is_wide=at in wide,
            is_bold=at in bold,
            is_hidden=at in hidden,
        )
        if found.own:
            yield found


_FEW_COLUMNS = 3
_DIGIT = re.compile(r"\d")
_COLUMN_NUMBER = re.compile(r"\(?(\d{1,2}|[A-Z])\)?(=.*)?")
_TOTAL = re.compile(
    r"(tong( cong| so)?|cong( tong)?|(grand |sub)?total|sum)( nhiem vu| tasks)?[ :.\d]*"
)
_NOTE = re.compile(r"\(?\*|ghi chu|chu thich|luu y|noi nhan|nguon\b|notes?\b|source")


def is_total(row: SheetRow) -> bool:
    return bool(_TOTAL.fullmatch(fold(next(iter(row.own.values())))))


def is_note(row: SheetRow) -> bool:
    """A remark that stands alone in its row."""
    return len(row.own) == 1 and bool(_NOTE.match(fold(next(iter(row.own.values())))))


def counts_columns(row: SheetRow) -> bool:
    """ "(1) (2) (3)", or "A B 1 2 3", as tables count their columns below the heads."""
    texts = row.own.values()
    found = [match[1] for text in texts if (match := _COLUMN_NUMBER.fullmatch(text))]
    numbers = [int(sign) for sign in found if sign.isdigit()]
    first = min(numbers, default=0)
    in_turn = numbers == list(range(first, first + len(numbers)))
    return len(found) == len(texts) >= _FEW_COLUMNS and in_turn and len(numbers) > 1


def repeats_heads(row: SheetRow, heads: Sequence[str]) -> bool:
    """Printed again on top of a page, the whole header or a row of it."""
    return len(row.own) > 1 and all(
        fold(text) in map(fold, heads[at].split(BETWEEN)) for at, text in row.own.items()
    )
