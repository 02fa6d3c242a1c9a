"""What each row under the header is: a task, the heading of a group, a note, a total. Pure.

Nothing is dropped: a row becomes a task, goes on with the task above, or is passed over by name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.tables.layout import SheetRow, counts_columns, is_note, is_total, repeats_heads
from core.text.vietnamese import fold


class Passed(TextChoices):
    """Why a row is no task."""

    TITLE = "title", _("above the header")
    HEADING = "heading", _("heading of a group")
    HEADER = "header", _("the header again")
    COLUMN_NUMBERS = "column_numbers", _("numbers of the columns")
    TOTAL = "total", _("total")
    NOTE = "note", _("note")
    GOES_ON = "goes_on", _("goes on with the task above")


@dataclass(frozen=True)
class PassedRow:
    row: SheetRow
    why: Passed

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def text(self) -> str:
        return " · ".join(self.row.own.values())


@dataclass
class TaskRow:
    """A task: its row, the cells of the rows that go on with it, and the heading it lies under.

    ``numbered`` is given where numbers begin again under each heading: "II.1".
    """

    row: SheetRow
    cells: list[str]
    heading: int | None = None
    group: str = ""
    numbered: str = ""


@dataclass(frozen=True)
class Outline:
    tasks: Sequence[TaskRow]
    passed: Sequence[PassedRow]
    has_headings: bool = False
    is_renumbered: bool = False


@dataclass(frozen=True)
class Heading:
    """``sign`` is its numeral as printed: "II", "A", or "" where it has none."""

    sign: str
    name: str


_SIGN = r"(?:phần |mục |nhóm |chương )?(?P<sign>(?-i:[IVXLC]{1,6}|[A-HĐ]))"
_ROMAN_CELL = re.compile(rf"\s*{_SIGN}\s*[.):/]?\s*", re.IGNORECASE)
_ROMAN_TEXT = re.compile(
    rf"\s*{_SIGN}\s*(?:[.):/]|\s[–-])\s*(?P<name>\S.*)", re.IGNORECASE | re.DOTALL
)
_GROUP_TEXT = re.compile(r"(nhom|group) [^.:]*\d")
_NUMBER = re.compile(r"[^\W_]{0,6}[.\-/]?\d[\w.\-/]*")


def arrange(rows: Iterable[SheetRow], columns: Mapping[str, int], heads: Sequence[str]) -> Outline:
    """The rows below the header, by the columns that hold number and title."""
    rows, number, title = list(rows), columns.get("number"), columns.get("title")
    if number is None or title is None:
        return Outline([TaskRow(row, list(row.cells)) for row in rows], [])
    reading = _Reading(number, title, heads)
    for row, following in zip_longest(rows, rows[1:]):
        reading.take(row, following.cells[number].strip() if following else "")
    return reading.outline(may_number="phase" not in columns)


@dataclass
class _Reading:
    """The rows so far."""

    number: int
    title: int
    heads: Sequence[str]
    headings: list[Heading] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    passed: list[PassedRow] = field(default_factory=list)
    is_after_header: bool = True

    def take(self, row: SheetRow, following: str) -> None:
        """``following``: the number of the next row."""
        why = self.why_passed(row)
        if not why and (heading := self.heading_in(row, following)):
            self.headings.append(heading)
            why = Passed.HEADING
        elif not why and self.tasks and {self.number, self.title} <= set(row.joined):
            self.go_on(row)
            why = Passed.GOES_ON
        if why:
            self.passed.append(PassedRow(row, why))
        else:
            over = len(self.headings) - 1 if self.headings else None
            self.tasks.append(TaskRow(row, list(row.cells), over))
        self.is_after_header = why == Passed.HEADER or (self.is_after_header and bool(why))

    def why_passed(self, row: SheetRow) -> Passed | None:
        if repeats_heads(row, self.heads):
            return Passed.HEADER
        if self.is_after_header and counts_columns(row):
            return Passed.COLUMN_NUMBERS
        if _NUMBER.fullmatch(row.own.get(self.number, "")):
            return None
        if is_total(row):
            return Passed.TOTAL
        if is_note(row):
            return Passed.NOTE
        is_lonely = len(row.own) == 1 and not row.joined and not _looks_like_heading(row)
        return Passed.NOTE if is_lonely else None

    def heading_in(self, row: SheetRow, following: str) -> Heading | None:
        """A heading has a name and at the most a sign before it."""
        own = dict(row.own)
        sign = own.pop(self.number, "") if len(own) > 1 else ""
        if len(own) != 1 or row.joined:
            return None
        [text] = own.values()
        if match := _ROMAN_CELL.fullmatch(sign):
            return Heading(match["sign"], text)
        if sign:
            # A number with nothing but a name, and the next row is numbered below it.
            is_above = following.startswith(f"{sign.rstrip('. ')}.") and sign[0].isdigit()
            return Heading(sign.rstrip(". "), text) if is_above else None
        if not _looks_like_heading(row):
            return None
        match = _ROMAN_TEXT.match(text)
        return Heading(match["sign"], match["name"].strip()) if match else Heading("", text)

    def go_on(self, row: SheetRow) -> None:
        cells = self.tasks[-1].cells
        for column, text in row.own.items():
            if text not in cells[column].split("\n"):
                cells[column] = "\n".join(filter(None, (cells[column], text)))

    def outline(self, *, may_number: bool) -> Outline:
        """Tasks take the name of the heading above them; headings after the last task are notes.

        A sign that several headings share ("I" under "A" and under "B") names none of them.
        """
        used = {task.heading for task in self.tasks if task.heading is not None}
        last = max((task.row.number for task in self.tasks), default=0)
        passed = [
            replace(one, why=Passed.NOTE)
            if one.why == Passed.HEADING and one.row.number > last
            else one
            for one in self.passed
        ]
        signs = Counter(self.headings[at].sign for at in used if self.headings[at].sign)
        are_plain = all(sign.isdigit() for sign in signs)
        for task in self.tasks:
            if task.heading is not None:
                heading = self.headings[task.heading]
                task.group = heading.name
                if signs[heading.sign] == 1 and (not heading.sign.isdigit() or are_plain):
                    task.group = f"{heading.sign}. {heading.name}"
        return Outline(self.tasks, passed, bool(used), may_number and self.number_apart())

    def number_apart(self) -> bool:
        """Where numbers begin again under each heading, its sign goes before them."""
        printed = [task.cells[self.number].strip().rstrip(". ") for task in self.tasks]
        places: dict[str, set[int | None]] = {}
        for task, number in zip(self.tasks, printed, strict=True):
            places.setdefault(number, set()).add(task.heading)
        places.pop("", None)
        if all(len(headings) == 1 for headings in places.values()):
            return False
        signs = Counter(heading.sign for heading in self.headings if heading.sign)
        for task, number in zip(self.tasks, printed, strict=True):
            if number and task.heading is not None:
                sign = self.headings[task.heading].sign
                task.numbered = f"{sign if signs[sign] == 1 else task.heading + 1}.{number}"
        return True


def _looks_like_heading(row: SheetRow) -> bool:
    text = next(iter(row.own.values()))
    is_numbered = bool(_ROMAN_TEXT.match(text) or _GROUP_TEXT.match(fold(text)))
    return row.is_bold or row.is_wide or is_numbered
