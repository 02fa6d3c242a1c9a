"""The program that ``child.convert`` starts, without Django:

    python -I program.py book.xlsx rows.csv '{"rows": …, "columns": …}'

It answers on standard output what ``child.Looks`` holds, or ``{"fault": code}``. Of several sheets
it takes the first that is shown and holds a table, unless one is asked for by its name. A tidy
table has no empty rows, every row is as wide as the header, and a cell is one line. Text that only
looks like a formula gets an apostrophe, so a cell that begins with "=" is one. In a table that is
not tidy a formula of .xlsx is given by its stored value, where it has one, and ``Looks`` says which
they are.
"""

import csv
import ctypes
import datetime as dt
import json
import os
import re
import resource
import signal
import sys
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

_QUOTED = re.compile(r'\[[^]]*]|"[^"]*"|\\.')
"""Parts of a number format that never mean a day, a month or a year."""
_TYPED = re.compile(r"\s*-?[\d., \u00a0]*\d\s*%?\s*")
_LONGEST = 40
"""Characters of a number."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_A_TABLE = 2
_LOOKED_THROUGH = 60
"""Rows of a sheet that say whether it holds a table."""
_MOST_MERGED = 20_000
_ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_CELLS = (f"{_ODS}table-cell", f"{_ODS}covered-table-cell")
_WAYS = ("rows", "columns")


class _BadTableError(Exception):
    """Its argument is a code as ``child.BadTableError`` has it."""


def main() -> None:
    source, target, limits = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    # If the waiting process is killed, this one ends as well.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != limits["parent"]:  # Killed already.
        sys.exit(1)
    for kind, most in (("AS", "memory"), ("CPU", "seconds"), ("FSIZE", "output")):
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (limits[most],) * 2)
    answer: dict[str, Any] = {}
    try:
        with target.open("w", encoding="utf-8", newline="") as table, source.open("rb") as file:
            book = _BOOKS[source.suffix](file, limits)
            found = _write(book.rows, book.bold, table, limits)
            answer = {**found, **book.looks()}
    except _BadTableError as error:
        answer = {"fault": str(error)}
    except (MemoryError, OSError):
        answer = {"fault": "too_large"}
    except BaseException as error:  # noqa: BLE001 - broken files raise anything
        is_locked = type(error).__name__ == "PasswordError"
        answer = {"fault": "protected" if is_locked else "damaged"}
    json.dump(answer, sys.stdout)


class Book(NamedTuple):
    """``rows`` of the chosen sheet: a cell has a value, a number format and a data type, "f" for a
    formula, as openpyxl's have. ``bold`` are styles; ``looks`` is asked once all rows were read."""

    rows: Iterable[Sequence[Any]]
    looks: Callable[[], Mapping[str, Any]]
    bold: Container[int] = ()


class Plain(NamedTuple):
    """A cell of .xls or .ods, which say no number format here."""

    value: Any
    number_format: str = "d"
    data_type: str = "n"


def _xlsx(file: IO[bytes], limits: Mapping[str, Any]) -> Book:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # Spared: half the start-up time.
    from openpyxl import load_workbook  # After the limits, so that they hold for it too.
    from openpyxl.worksheet import _read_only
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        raise ValueError
    # A read-only sheet forgets merged cells and hidden rows; the parser it uses knows them.
    reading: Any = _read_only
    parsers = list[Any]()

    class Parser(reading.WorkSheetParser):  # type: ignore[misc]
        col_counter: int

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            parsers[:] = [self]

        def parse_cell(self, element: Any) -> Any:
            before = self.col_counter
            cell = super().parse_cell(element)
            if cell["data_type"] == "f" and not limits["tidy"]:
                self.col_counter, self.data_only = before, True
                stored = super().parse_cell(element)["value"]
                self.data_only = False
                cell["value"] = cell["value"] if stored is None else stored
            return cell

    reading.WorkSheetParser = Parser
    book: Any = load_workbook(file, read_only=True, keep_links=False)
    sheets = book.worksheets
    for sheet in sheets:
        sheet.reset_dimensions()  # What the file claims of its size is not believed.
    states = [(sheet.title, sheet.sheet_state != "visible") for sheet in sheets]
    chosen = _choose(
        states, limits["sheet"], lambda at: sheets[at].iter_rows(max_row=_LOOKED_THROUGH)
    )

    def looks() -> Mapping[str, Any]:
        ranges = parsers[0].merged_cells.mergeCell if parsers[0].merged_cells else ()
        return {
            "merged": [
                [one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1]
                for one in islice(ranges, _MOST_MERGED)
            ],
            "hidden": [
                int(row) - 1
                for row, given in parsers[0].row_dimensions.items()
                if given.get("hidden") in ("1", "true")
            ],
            "others": states[:chosen] + states[chosen + 1 :],
            "sheet": states[chosen][0],
        }

    fonts, styles = book._fonts, book._cell_styles
    bold = {at for at, style in enumerate(styles) if fonts[style.fontId].b}
    return Book(sheets[chosen].iter_rows(), looks, bold)


def _xls(file: IO[bytes], limits: Mapping[str, Any]) -> Book:
    return _calamine(file, limits["sheet"], _merged_in_xls)


def _ods(file: IO[bytes], limits: Mapping[str, Any]) -> Book:
    return _calamine(file, limits["sheet"], _shown_in_ods)


def _calamine(
    file: IO[bytes], wanted: str, looks: Callable[[IO[bytes], Any, int], dict[str, Any]]
) -> Book:
    """It knows no number formats, which is why .xlsx is not read with it."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(file.name)  # Its suffix says which it is.
    states = [
        (sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in book.sheets_metadata
    ]
    sheet_at = cache(book.get_sheet_by_index)

    def rows(at: int) -> Iterator[list[Plain]]:
        for row in sheet_at(at).to_python(skip_empty_area=False):
            yield [Plain(None if value == "" else value) for value in row]

    chosen = _choose(states, wanted, rows)
    which = {"others": states[:chosen] + states[chosen + 1 :], "sheet": states[chosen][0]}
    return Book(rows(chosen), lambda: looks(file, sheet_at(chosen), chosen) | which)


def _merged_in_xls(file: IO[bytes], sheet: Any, at: int) -> dict[str, Any]:
    ranges = islice(sheet.merged_cell_ranges or (), _MOST_MERGED)
    return {"merged": [[*first, *last] for first, last in ranges]}


def _shown_in_ods(file: IO[bytes], _sheet: Any, at: int) -> dict[str, Any]:
    from defusedxml.ElementTree import iterparse

    merged, hidden = list[list[int]](), list[int]()
    sheet, row, column = -1, 0, 0
    with zipfile.ZipFile(file) as packed, packed.open("content.xml") as content:
        for event, tag in iterparse(content, events=("start", "end")):
            if event == "start" and tag.tag == f"{_ODS}table":
                sheet, row, column = sheet + 1, 0, 0
            elif sheet == at and event == "end" and tag.tag == f"{_ODS}table-row":
                times = int(tag.get(f"{_ODS}number-rows-repeated", 1))
                # Rows below the table are repeated to the end of the sheet.
                if tag.get(f"{_ODS}visibility", "visible") != "visible" and times < _MOST_MERGED:
                    hidden += range(row, row + times)
                row, column = row + times, 0
            elif sheet == at and event == "end" and tag.tag in _ODS_CELLS:
                down, right = (int(tag.get(f"{_ODS}number-{way}-spanned", 1)) for way in _WAYS)
                if (down > 1 or right > 1) and len(merged) < _MOST_MERGED:
                    merged.append([row, column, row + down - 1, column + right - 1])
                column += int(tag.get(f"{_ODS}number-columns-repeated", 1))
            if event == "end":
                tag.clear()
    return {"merged": merged, "hidden": hidden}


_BOOKS = {".xlsx": _xlsx, ".xls": _xls, ".ods": _ods}


def _choose(
    states: Sequence[tuple[str, bool]], wanted: str, rows: Callable[[int], Iterable[Any]]
) -> int:
    """The sheet of that name, else the first that is shown and holds a table: rows of several
    cells, or one such row, where none has more; none does: the first that is shown."""
    named = [at for at, (name, _) in enumerate(states) if name == wanted]
    shown = named or [at for at, (_, is_hidden) in enumerate(states) if not is_hidden] or [0]
    if len(shown) == 1:
        return shown[0]
    sizes = [
        sum(
            sum(cell.value is not None for cell in row) > 1
            for row in islice(rows(at), _LOOKED_THROUGH)
        )
        for at in shown
    ]
    best = min(max(sizes), _A_TABLE)
    return shown[next(at for at, size in enumerate(sizes) if size >= best)]


def _write(
    rows: Iterable[Sequence[Any]],
    styles: Container[int],
    table: IO[str],
    limits: Mapping[str, Any],
) -> dict[str, list[Any]]:
    """Rows without the empty cells at their end; returns what ``Looks`` says of cells, and as
    ``bold`` the rows in ``styles``.

    Raises _BadTableError.
    """
    writer, width, widest, tidy = csv.writer(table), 0, limits["columns"], limits["tidy"]
    formulas, typed, bold = [], [], []
    for index, cells in enumerate(rows):
        if index >= limits["rows"]:
            raise _BadTableError("too_many_rows")
        if any(cell.value is not None for cell in cells[widest:]):
            raise _BadTableError("too_many_columns")
        used = cells[:widest]
        if found := [at for at, cell in enumerate(used) if cell.data_type == "f"]:
            formulas.append((index, found))
        texts = [(at, cell.value) for at, cell in enumerate(used) if isinstance(cell.value, str)]
        if not tidy and (found := [at for at, text in texts if _TYPED.fullmatch(text[:_LONGEST])]):
            typed.append((index, found))
        row = [_text(cell, tidy=tidy) for cell in used]
        while row and not row[-1]:
            row.pop()
        if any(len(text) > limits["text"] for text in row):
            raise _BadTableError("text_too_long")
        if row and not tidy and _is_all_in(styles, used):
            bold.append(index)
        if row or not tidy:
            width = width or len(row)
            writer.writerow([*row, *[""] * (width - len(row))] if tidy else row)
    return {"formulas": formulas, "typed": typed, "bold": bold}


def _is_all_in(styles: Container[int], cells: Sequence[Any]) -> bool:
    filled = (cell for cell in cells if cell.value is not None)
    return all(getattr(cell, "_style_id", None) in styles for cell in filled)


def _text(cell: Any, *, tidy: bool) -> str:
    """As a person would type it: days as 2025-11-15, months that Excel stored as days as 2025-11,
    numbers in their shortest digits; 0.145 that is shown as 14.5% is "14.5%"."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        text = str(value).upper()
    elif isinstance(value, dt.datetime):
        signs = _QUOTED.sub("", cell.number_format).lower()
        text = value.date().isoformat() if "d" in signs else f"{value:%Y-%m}"
    elif isinstance(value, int | float) and "%" in _QUOTED.sub("", cell.number_format):
        text = f"{(Decimal(repr(value)) * 100).normalize():f}%"
    elif isinstance(value, float):
        text = str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    else:
        text = str(value)
    if not tidy:
        return text
    text = text.replace("\r\n", " ").replace("\n", " ").strip()
    return f"'{text}" if text.startswith("=") and cell.data_type != "f" else text


if __name__ == "__main__":
    main()
