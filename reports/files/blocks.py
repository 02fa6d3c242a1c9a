"""What a document is made of: headings, paragraphs, tables and pictures.

Page, Word, Excel and plain text are all made of these, so that they cannot disagree.
"""

import struct
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from reports.content.figures import LEVELS, ReportRow
from reports.models import FrozenPicture


@dataclass(frozen=True)
class PartTitle:
    text: str


@dataclass(frozen=True)
class Text:
    """``pieces``: the text again, where figures in it have rows behind them."""

    text: str
    pieces: "tuple[TableCell, ...]" = ()


@dataclass(frozen=True)
class TableCell:
    """``figure``: the key of the rows behind it, "" for plain text."""

    text: str
    figure: str = ""
    is_number: bool = False

    @property
    def rows(self) -> str:
        """Where a report's page lists them; "" where there are none."""
        return f"?figure={quote(self.figure)}#rows" if self.figure and self.text != "0" else ""


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


@dataclass(frozen=True)
class Picture:
    """``alt``: what it shows, for whoever does not see it. ``source``: whence and of which day."""

    title: str
    png: bytes
    alt: str
    source: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the head of the file."""
        width, height = struct.unpack(">II", self.png[16:24])
        return width, height

    @property
    def address(self) -> str:
        """The picture itself, for a page."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"


Block = PartTitle | Text | Table | Picture


@dataclass(frozen=True)
class Told:
    """A frozen report, read once for all its parts."""

    content: Mapping[str, Any]
    rows: tuple[ReportRow, ...]
    day: date
    pictures: Sequence[FrozenPicture] = ()
    plan: str = ""

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
        elif isinstance(block, Picture):
            lines += ["", block.alt, block.source]
        else:
            lines += ["", block.text] if isinstance(block, PartTitle) else [block.text]
    return "\n".join(lines).strip() + "\n"
