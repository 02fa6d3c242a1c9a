"""Large pieces of office work in one step, in seconds: work for all, the list out and in again."""

import io
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import TypeVar

from django.db.models import F, Sum
from django.http import QueryDict
from openpyxl import Workbook, load_workbook

from bench.country import databases
from bench.country.data import BENCH, OWN, WrongFiguresError
from bench.country.sizes import NATION
from core.calendar import clock
from core.models import AuditEvent, User
from core.queue import recalculation
from core.tables.reader import to_csv
from indicators.files.table import LIMITS
from provinces.models import Area
from tasks.imports.status_sheet.services import CHANGED, IMPORTER
from tasks.imports.status_sheet.sheet import COLUMNS, export
from tasks.models import Completion, StatusReport, Task
from tasks.planning.fan_out import fan_out
from tasks.states import DerivedStatus, State
from tasks.worklist.listing import chosen_by
from tasks.worklist.query import read_list_query

_TITLE = "Nhiệm vụ cho mọi xã"
_EDITED = 40
_BOOK_ROWS = 240_000
_KEYS = [column.key for column in COLUMNS]
_COUNTS = [status.value for status in DerivedStatus]
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Piece:
    """What was done, how many rows it was about, and how long it took."""

    name: str
    rows: int
    seconds: float


def pieces() -> list[Piece]:
    """Raises WrongFiguresError where a count is not what it should be."""
    databases.use(NATION)
    return [*_given_to_all(OWN), *_given_to_all("VN"), *_round_trip()]


def _given_to_all(code: str) -> Iterator[Piece]:
    by, within = User.objects.get(username=BENCH), Area.objects.get(code=code)
    places = Area.objects.active().within(within).filter(level=Area.Level.COMMUNE)
    communes = places.filter(agencies__isnull=False).distinct().count()
    task, before = _new_task(code), _total()
    done, seconds = _timed(
        lambda: fan_out(
            task,
            level="commune",
            within=within,
            assigned_on=clock.today(),
            due_on=date(2027, 12, 31),
            by=by,
        )
    )
    yield Piece("one task given to all communes", _expect(done.given, communes), seconds)
    _, seconds = _timed(recalculation.drain)
    yield Piece("its figures", _expect(_total() - before, communes), seconds)


def _new_task(number: str) -> Task:
    like = Task.objects.filter(plan__number="bench-communes").first()
    if like is None:
        raise WrongFiguresError("The nation has no work to do.")
    return Task.objects.create(
        plan=like.plan,
        group=like.group,
        number=number,
        title_vi=f"{_TITLE} {number}",
        due_kind=like.due_kind,
        provenance=like.provenance,
    )


def _total() -> int:
    """All assignments that count today."""
    today = clock.today()
    rows = Completion.objects.filter(day__lte=today, until__gt=today)
    return rows.aggregate(total=Sum(reduce(add, map(F, _COUNTS))))["total"] or 0


def _round_trip() -> Iterator[Piece]:
    """The last task's rows as an Excel file, edited in 40 places, previewed and taken."""
    by = User.objects.get(username=BENCH)
    wanted = read_list_query(QueryDict(f"level=communes&q={_TITLE} VN"))
    rows = chosen_by(by, wanted)
    data, seconds = _timed(lambda: export(rows, wanted))
    yield Piece("the list as an Excel file", rows.count(), seconds)
    edited = _edited(data)
    started, seconds = _timed(lambda: IMPORTER.send(edited, "bench.xlsx", by=by))
    yield Piece("the file read and compared", started.unchanged + len(started.lines), seconds)
    previews, seconds = _timed(lambda: IMPORTER.look_through(started, by=by))
    changed = sum(preview.kind == CHANGED for preview in previews)
    yield Piece("its preview", _expect(changed, _EDITED), seconds)
    before = StatusReport.objects.count()
    _, seconds = _timed(lambda: IMPORTER.apply(started, by=by))
    yield Piece("its rows taken", _expect(StatusReport.objects.count() - before, _EDITED), seconds)
    event = AuditEvent.objects.filter(action="tasks.import").latest("id")
    _expect(len((event.after or {})["reports"]), _EDITED)


def _edited(data: bytes) -> bytes:
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    every = (sheet.max_row - 1) // _EDITED
    for row in range(2, 2 + _EDITED * every, every):
        label = str(State.IN_PROGRESS.label)
        values = {"state": label, "percent": "50", "result": "Đang làm"}
        for key, text in values.items():
            sheet.cell(row, _KEYS.index(key) + 1, text)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _expect(found: int, expected: int) -> int:
    if found != expected:
        raise WrongFiguresError(f"{found} instead of {expected}.")
    return found


def _timed(work: Callable[[], _Made]) -> tuple[_Made, float]:
    begin = time.perf_counter()
    made = work()
    return made, time.perf_counter() - begin


def table(found: Sequence[Piece]) -> str:
    """The pieces as a Markdown table."""
    lines = ["| in one step | rows | s |", "|---|--:|--:|"]
    return "\n".join(lines + [f"| {one.name} | {one.rows} | {one.seconds:.2f} |" for one in found])


@dataclass(frozen=True)
class LargeBook:
    """An Excel file of readings, read by the capped child. ``megabytes`` is the most that any
    process begun by the bench had resident."""

    rows: int
    file_megabytes: float
    seconds: float
    megabytes: int

    def __str__(self) -> str:
        return (
            f"{self.rows:,} rows of .xlsx ({self.file_megabytes} MB) are read in {self.seconds} s "
            f"and {self.megabytes} MB."
        )


def large_book() -> LargeBook:
    """Raises WrongFiguresError where a row is lost."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "rows.xlsx"), Path(folder, "rows.csv")
        _write_book(source)
        begin = time.perf_counter()
        to_csv(source, target, LIMITS)
        seconds = time.perf_counter() - begin
        with target.open(encoding="utf-8") as file:
            rows = sum(1 for _ in file) - 1
        size = source.stat().st_size / 2**20
    if rows != _BOOK_ROWS:
        raise WrongFiguresError(f"{rows} rows instead of {_BOOK_ROWS}.")
    most = getrusage(RUSAGE_CHILDREN).ru_maxrss // 2**10
    return LargeBook(rows, round(size, 1), round(seconds, 1), most)


def _write_book(path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["indicator", "area", "period", "value", "source"])
    for number in range(_BOOK_ROWS):
        day = f"{1900 + number // 365}-{number % 12 + 1:02}"
        sheet.append(["bench", f"{number % 34:02}", day, number / 100, "Cục Thống kê"])
    book.save(path)
