"""What a document is made of: headings, paragraphs and tables.

Page, Word, Excel and plain text are all made of these, so that they cannot disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.content.figures import LEVELS, ReportRow


@dataclass(frozen=True)
class PartTitle:
    text: str


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class TableCell:
    """``figure``: the key of the rows behind it, "" for plain text."""

    text: str
    figure: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """``widths``: parts of the page's width. ``is_wide``: on a page of its own, across."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    is_wide: bool = False

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Each head, and whether numbers stand below it."""
        cells = self.rows[0] if self.rows else [TableCell("")] * len(self.heads)
        return [(head, cell.is_number) for head, cell in zip(self.heads, cells, strict=True)]


Block = PartTitle | Text | Table


@dataclass(frozen=True)
class Told:
    """A frozen report, read once for all its parts."""

    content: Mapping[str, Any]
    rows: tuple[ReportRow, ...]
    day: date

    @property
    def figures(self) -> Mapping[str, Sequence[int]]:
        found: Mapping[str, Sequence[int]] = self.content["figures"]
        return found

    @property
    def levels(self) -> list[str]:
        """Agencies, communes or both; an empty document speaks of agencies."""
        return [one for one in LEVELS if f"{one}.total" in self.figures] or [LEVELS[0]]


def named(blocks: Iterable[Block]) -> list[tuple[str, Block]]:
    """Each with its kind, for a template."""
    return [(type(block).__name__, block) for block in blocks]


def plain_text(blocks: Iterable[Block]) -> str:
    """To be copied into a letter or a message."""
    lines = []
    for block in blocks:
        if isinstance(block, Table):
            lines += ["", block.title, "\t".join(block.heads)]
            lines += ["\t".join(cell.text for cell in row) for row in block.rows]
        else:
            lines += ["", block.text] if isinstance(block, PartTitle) else [block.text]
    return "\n".join(lines).strip() + "\n"
