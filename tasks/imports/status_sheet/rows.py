"""What a row of the file says: texts of cells to values, or the faults in plain words."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Fault, Refused, refuse
from core.tables.spreadsheets import Sheet
from core.text.vietnamese import fold
from tasks.imports.status_sheet.columns import COLUMNS, NEEDED, TYPED, keys_of, words_of
from tasks.models import StatusReport
from tasks.states import State

Cells = Mapping[str, str]
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})\s*%?", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_TICKS = {"x", "co", "yes", "1", "true"}
_FULL = 100


@dataclass(frozen=True)
class SheetLine:
    """One row of the sheet: its number as Excel counts, and its cells by column key."""

    number: int
    cells: Cells
    has_formula: bool = False


@dataclass(frozen=True)
class Sent:
    """What a line says; None and "" mean that the cell is empty."""

    pk: int
    version: int
    state: str = ""
    percent: int | None = None
    effective_on: date | None = None
    unchanged: bool = False
    result: str = ""
    evidence_number: str = ""
    cause_kind: str = ""
    cause: str = ""
    remedy: str = ""
    expected_on: date | None = None


def lines_of(sheet: Sheet) -> list[SheetLine]:
    """The rows that hold anything. Raises Refused: ``no_header``, ``duplicate_column``."""
    keys = keys_of(sheet.rows[0]) if sheet.rows else []
    if any(key not in keys for key in NEEDED):
        names = ", ".join(str(column.label) for column in COLUMNS if column.key in NEEDED)
        detail = _("The first row must name the columns as in the file you took: %(names)s.")
        raise refuse("no_header", detail % {"names": names}, "/file")
    if any(keys.count(key) > 1 for key in keys if key):
        raise refuse("duplicate_column", _("A column is there twice."), "/file")
    lines = []
    for index, row in enumerate(sheet.rows[1:], start=1):
        cells = {key: text.strip() for key, text in zip(keys, row, strict=True) if key}
        if any(cells.values()):
            formulas = {column for at, column in sheet.formulas if at == index}
            has_formula = any(keys[column] in (*NEEDED, *TYPED) for column in formulas)
            lines.append(SheetLine(index + 1, cells, has_formula))
    return lines


def read_line(line: SheetLine) -> Sent:
    """Raises Refused with every fault of the line, each pointing to its column."""
    faults: list[Fault] = []
    if line.has_formula:
        faults.append(Fault("formula", _("A cell holds a formula; type the value instead.")))
    values = dict(_values(line.cells, faults))
    if faults:
        raise Refused(faults)
    return Sent(**values)


def _values(cells: Cells, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    readers: dict[str, Callable[[str], object]] = {
        "state": _state,
        "percent": _percent,
        "effective_on": _day,
        "unchanged": _tick,
        "cause_kind": _cause_kind,
        "expected_on": _day,
    }
    for name, key in (("pk", "id"), ("version", "version")):
        number = _NUMBER.fullmatch(cells.get(key, ""))
        if number is None:
            detail = _("The code or version of this row is gone; take it from the file again.")
            faults.append(Fault("no_code", detail, f"/{key}"))
        yield name, int(number[0]) if number else 0
    for key in TYPED:
        text = cells.get(key, "")
        try:
            yield key, readers[key](text) if key in readers else text
        except ValueError as error:
            faults.append(Fault("invalid_value", str(error), f"/{key}"))


def _state(text: str) -> str:
    return _word(text, words_of(State), _("“%(text)s” is no state."))


def _cause_kind(text: str) -> str:
    return _word(text, words_of(StatusReport.Fault), _("“%(text)s” is no kind of cause."))


def _word(text: str, words: Mapping[str, str], detail: str) -> str:
    if text and fold(text) not in words:
        raise ValueError(detail % {"text": text[:40]})
    return words[fold(text)] if text else ""


def _percent(text: str) -> int | None:
    if not text:
        return None
    number = _PERCENT.fullmatch(text)
    if number is None or int(number[1]) > _FULL:
        raise ValueError(_("A percentage is between 0 and 100."))
    return int(number[1])


def _day(text: str) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = found[1] or found[6], found[2] or found[5], found[3] or found[4]
        return date(int(year), int(month), int(day))
    except ValueError as error:
        detail = _("“%(text)s” is no day; write it as 15/11/2025.") % {"text": text[:40]}
        raise ValueError(detail) from error


def _tick(text: str) -> bool:
    if text and fold(text) not in _TICKS:
        raise ValueError(_("Write x where nothing changed, or leave the cell empty."))
    return bool(text)
