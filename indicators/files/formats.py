"""Readings as tables, read and written: our own columns or SDMX-CSV. Pure.

Text that a spreadsheet would take for a formula is written behind an apostrophe, and read without
it. Numbers stay numbers, negative ones too.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from core.errors import refuse
from core.text.numbers import SentNumber
from indicators.recording.validation import FIELDS

SDMX_COLUMNS = {
    "INDICATOR": "indicator",
    "REF_AREA": "area",
    "TIME_PERIOD": "period",
    "OBS_VALUE": "value",
    "OBS_STATUS": "obs_status",
    "VALUE_QUALIFIER": "value_qualifier",
    "RANK": "rank",
    "RANK_OF": "rank_of",
    "PUBLISHED_ON": "published_on",
    "BASE": "base",
    "UNIT": "unit",
    "SOURCE": "source",
    "SOURCE_URL": "source_url",
    "NOTE": "note",
}
"""Dimensions, the measure and attributes of SDMX-CSV 2.0, with our fields."""

_STRUCTURE = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
_SDMX = SDMX_COLUMNS | {name: name for name in _STRUCTURE}
"""With the three that only say what kind of table it is."""
_OURS = {name: name for name in FIELDS}
_OUR_STRUCTURE = ("dataflow", "R57:READINGS(1.0)", "I")
_ACTIONS = ("I", "A", "M", "R")
"""Information, append, merge, replace: each is a new vintage here. Deleting (D) is refused."""
_TEXTS = ("unit", "source", "source_url", "note")
_COUNTS = ("rank", "rank_of", "base")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SHOWN = 40

Document = dict[str, object]


def read_table(text: str, *, delimiter: str = ",", most: int | None = None) -> list[Document]:
    """Documents of ``validation.FIELDS``, all cells as text; an empty cell is a field left out.

    The header says which of the two kinds of columns it is. Reading ends one row past ``most``.
    Raises Refused: ``invalid_csv``, ``unknown_field``, ``duplicate_key``, ``unsupported_action``.
    """
    if "\x00" in text:
        raise refuse("invalid_csv", _("The table holds a NUL character."))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(rows, [])
        is_sdmx = header[:1] == ["STRUCTURE"]
        known = _SDMX if is_sdmx else _OURS
        for name in header:
            if name not in known:
                detail = _("There is no column “%(name)s”.") % {"name": name[:_SHOWN]}
                raise refuse("unknown_field", detail)
        if len(set(header)) < len(header):
            raise refuse("duplicate_key", _("A column is there twice."))
        return list(_documents(rows, [known[name] for name in header], most, is_sdmx=is_sdmx))
    except csv.Error as error:
        detail = _("Line %(line)d cannot be read as CSV.") % {"line": rows.line_num}
        raise refuse("invalid_csv", detail) from error


def _documents(
    rows: Iterable[list[str]], names: Sequence[str], most: int | None, *, is_sdmx: bool
) -> Iterator[Document]:
    texts, numbers = (frozenset(kind).intersection(names) for kind in (_TEXTS, _COUNTS))
    index = 0
    for row in rows:
        if not row:
            continue
        if len(row) != len(names):
            detail = _("This row has %(cells)d cells, the header %(columns)d.")
            words = {"cells": len(row), "columns": len(names)}
            raise refuse("invalid_csv", detail % words, f"/readings/{index}")
        document: Document = {
            name: cell for name, cell in zip(names, row, strict=True) if cell != ""
        }
        for name in texts.intersection(document):
            document[name] = _from_cell(str(document[name]))
        for name in numbers.intersection(document):
            document[name] = SentNumber(document[name])  # A cell has no quotes to show a text.
        if is_sdmx:
            _take_off_structure(document, index)
        yield document
        index += 1
        if most is not None and index > most:
            return


def _take_off_structure(document: Document, index: int) -> None:
    for name in _STRUCTURE:
        sent = document.pop(name, "")
        if name == "ACTION" and sent not in _ACTIONS:
            detail = _(
                "The action is one of I, A, M and R; a reading is withdrawn by the status O."
            )
            raise refuse("unsupported_action", detail, f"/readings/{index}/ACTION")


def write_table(readings: Iterable[Mapping[str, object]]) -> str:
    """What ``representation.represent`` returns, in our own columns."""
    return _write(FIELDS, (_cells(reading, FIELDS) for reading in readings))


def write_sdmx(readings: Iterable[Mapping[str, object]]) -> str:
    """The same as SDMX-CSV 2.0."""
    names = tuple(SDMX_COLUMNS.values())
    rows = ([*_OUR_STRUCTURE, *_cells(reading, names)] for reading in readings)
    return _write((*_STRUCTURE, *SDMX_COLUMNS), rows)


def _write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()


def _cells(reading: Mapping[str, object], names: Sequence[str]) -> list[object]:
    return [
        _to_cell(str(reading[name])) if name in _TEXTS else reading[name] for name in names
    ]  # None is written as an empty cell.


def _to_cell(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _from_cell(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
