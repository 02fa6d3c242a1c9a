"""The program that ``child.convert`` starts, without Django:

    python -I program.py book.xlsx rows.csv '{"rows": …, "columns": …}'

It answers on standard output what ``child.Looks`` holds, or ``{"fault": code}``. Of several sheets
it takes the first that is shown and holds a table, unless one is asked for by its name. A tidy
table has no empty rows, every row is as wide as the header, and a cell is one line. Text that only
looks like a formula gets an apostrophe, so a cell that begins with "=" is one. In a table that is
not tidy a formula of .xlsx is given by its stored value, where it has one, and ``Looks`` says which
they are; so it is in .ods. Of .xls nobody knows here which cells are formulas or in percent.
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
_TYPED = re.compile(r"\s*[-−–]?[\d.,\s]*\d\s*%?\s*")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_A_TABLE = 2
_LOOKED_THROUGH = 60
"""Rows of a sheet that say whether it holds a table."""
_MOST_MERGED = 20_000
_ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_SHOWN = f"{_ODS}visibility"
_ODS_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_WAYS, _YES, _AWAY = ("rows", "columns"), ("1", "true"), ("collapse", "filter")


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
    """A cell of .xls or .ods; of number formats only percent is known, in .ods."""

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
        rows, columns = parsers[0].row_dimensions, parsers[0].column_dimensions
        return {
            "merged": [
                [one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1]
                for one in islice(ranges, _MOST_MERGED)
            ],
            "hidden": [int(row) - 1 for row, given in rows.items() if given.get("hidden") in _YES],
            "hidden_columns": [
                at
                for given in columns.values()
                if given.get("hidden") in _YES
                for at in range(int(given["min"]) - 1, int(given["max"]))
            ],
            "others": states[:chosen] + states[chosen + 1 :],
            "sheet": states[chosen][0],
        }

    fonts, styles = book._fonts, book._cell_styles
    bold = {at for at, style in enumerate(styles) if fonts[style.fontId].b}
    return Book(sheets[chosen].iter_rows(), looks, bold)


def _xls(file: IO[bytes], limits: Mapping[str, Any]) -> Book:
    return _calamine(file, limits, _merged_in_xls)


def _ods(file: IO[bytes], limits: Mapping[str, Any]) -> Book:
    return _calamine(file, limits, _shown_in_ods)


_Row = dict[int, tuple[str, str]]
"""By column: the number format and the formula of a cell, "" where it has none."""
_Told = Mapping[int, _Row]


def _calamine(
    file: IO[bytes],
    limits: Mapping[str, Any],
    look: Callable[[IO[bytes], Any, int], tuple[dict[str, Any], _Told]],
) -> Book:
    """It knows no number formats, which is why .xlsx is not read with it."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(file.name)  # Its suffix says which it is.
    states = [
        (sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in book.sheets_metadata
    ]
    sheet_at = cache(book.get_sheet_by_index)

    def rows(at: int, told: _Told) -> Iterator[list[Plain]]:
        for index, row in enumerate(sheet_at(at).to_python(skip_empty_area=False)):
            cells = [Plain(None if value == "" else value) for value in row]
            for column, (form, formula) in told.get(index, {}).items():
                value = cells[column].value if column < len(cells) else None
                if formula and (limits["tidy"] or value is None):
                    value = formula
                cells[column : column + 1] = [Plain(value, form or "d", "f" if formula else "n")]
            yield cells

    chosen = _choose(states, limits["sheet"], lambda at: rows(at, {}))
    looks, told = look(file, sheet_at(chosen), chosen)
    looks |= {"others": states[:chosen] + states[chosen + 1 :], "sheet": states[chosen][0]}
    return Book(rows(chosen, told), lambda: looks)


def _merged_in_xls(file: IO[bytes], sheet: Any, at: int) -> tuple[dict[str, Any], _Told]:
    ranges = islice(sheet.merged_cell_ranges or (), _MOST_MERGED)
    return {"merged": [[*first, *last] for first, last in ranges], "is_bare": True}, {}


def _shown_in_ods(file: IO[bytes], _sheet: Any, at: int) -> tuple[dict[str, Any], _Told]:
    from defusedxml.ElementTree import iterparse

    found, sheet = _OdsSheet(), -1
    with zipfile.ZipFile(file) as packed, packed.open("content.xml") as content:
        for event, tag in iterparse(content, events=("start", "end")):
            if event == "start":
                sheet += tag.tag == f"{_ODS}table"
                continue
            if sheet == at and tag.tag in found.takes:
                found.takes[tag.tag](tag)
            tag.clear()
    looks = {"merged": found.merged, "hidden": found.rows, "hidden_columns": found.columns}
    return looks, found.told


class _OdsSheet:
    """What the elements of a sheet say of its cells, each once it was read; ``rows`` and
    ``columns`` are those that are hidden."""

    def __init__(self) -> None:
        self.merged, self.rows, self.columns = list[list[int]](), list[int](), list[int]()
        self.told, self._cells = dict[int, _Row](), _Row()
        self._over = self._row = self._at = 0
        self.takes = {f"{_ODS}table-column": self._take_columns, f"{_ODS}table-row": self._take_row}
        for kind in ("table-cell", "covered-table-cell"):
            self.takes[_ODS + kind] = self._take_cells

    def _take_cells(self, tag: Any) -> None:
        row, these = self._row, _repeated(tag, "columns", self._at)
        self._at = these.stop
        down, right = (int(tag.get(f"{_ODS}number-{way}-spanned", 1)) - 1 for way in _WAYS)
        if (down or right) and len(self.merged) < _MOST_MERGED:
            self.merged.append([row, these.start, row + down, these.start + right])
        form = "%" if tag.get(_ODS_TYPE) == "percentage" else ""
        formula = tag.get(f"{_ODS}formula", "")  # "of:=[.A1]+1"
        if (form or formula) and len(these) < _MOST_MERGED:
            self._cells |= dict.fromkeys(these, (form, formula[formula.find("=") :]))

    def _take_columns(self, tag: Any) -> None:
        these = _repeated(tag, "columns", self._over)
        self._over = these.stop
        self.columns += these[:_MOST_MERGED] if tag.get(_ODS_SHOWN) in _AWAY else ()

    def _take_row(self, tag: Any) -> None:
        these = _repeated(tag, "rows", self._row)
        if len(these) < _MOST_MERGED:  # Not those to the end of the sheet.
            self.rows += these if tag.get(_ODS_SHOWN) in _AWAY else ()
            self.told |= dict.fromkeys(these if self._cells else (), self._cells)
        self._row, self._at, self._cells = these.stop, 0, {}


def _repeated(tag: Any, way: str, start: int) -> range:
    """Like cells, columns or rows side by side are one element."""
    return range(start, start + int(tag.get(f"{_ODS}number-{way}-repeated", 1)))


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
        seen = [(at, _UNSEEN.sub("", text[:40])) for at, text in texts]  # No number is longer.
        if not tidy and (found := [at for at, text in seen if _TYPED.fullmatch(text)]):
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
    """As a person would type it: days as 2025-11-15, months and years that Excel stored as days as
    2025-11 and 2025, numbers in their shortest digits; 0.145 that is shown as 14.5% is "14.5%"."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        text = str(value).upper()
    elif isinstance(value, dt.datetime):
        signs = _QUOTED.sub("", cell.number_format).lower()
        form = "%Y-%m-%d" if "d" in signs else "%Y-%m" if "m" in signs else "%Y"
        text = value.strftime(form)
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
