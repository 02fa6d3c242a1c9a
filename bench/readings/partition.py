"""Ten million readings in one table, beside the same in a table of one part for each year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, transaction

from bench.country import databases, sizes
from bench.country.data import ONE_TABLE, READINGS, TABLE_BY_YEAR
from bench.measure import Work, in_turn, medians
from core.calendar import clock
from indicators.models import Indicator, Reading
from provinces.models import Area

_ROUNDS = 9
_WRITTEN = 10_000
_NEW_YEAR = 2026
"""It has a part without rows: they come when a year is filled, and go when it is deleted."""
_COLUMNS = (
    "indicator_id, area_id, first_day, published_on, recorded_at, value, value_text, base, "
    "obs_status, published_is_estimated, period_text, value_qualifier, source, source_url, note"
)
_READY = f"""
CREATE TEMPORARY TABLE ready AS SELECT {_COLUMNS}, period, last_day, 1000 AS revision
FROM {ONE_TABLE} ORDER BY id DESC LIMIT {_WRITTEN}
"""  # noqa: S608 - Our own names.
_WRITE = """
INSERT INTO {table} ({columns}, period, last_day, revision)
SELECT {columns}, period, last_day, revision FROM ready
"""
_FILL = """
INSERT INTO {table} ({columns}, period, last_day, revision)
SELECT {columns}, {year} || substr(period, 5), last_day + 365, revision
FROM {source} WHERE last_day BETWEEN '{before}-01-01' AND '{before}-03-31'
"""


@dataclass(frozen=True)
class Pair:
    """Seconds of one thing in one table and in one by year."""

    name: str
    rows: int
    one_table: float
    by_year: float


def pairs() -> Iterator[Pair]:
    """Medians of questions, asked in turn; the writing of 10,000 is taken back each time. A quarter
    of a new year is written and deleted once, and what was there before is there again."""
    databases.open_kept(sizes.kept(sizes.BY_YEAR))
    databases.take_time()
    for name, (sql, values) in _questions().items():
        works = [
            Work(name, partial(_fetch, sql.replace(f'"{READINGS}"', f'"{table}"'), values))
            for table in (ONE_TABLE, TABLE_BY_YEAR)
        ]
        yield Pair(name, len(_fetch(sql.replace(READINGS, ONE_TABLE), values)), *_timed(works))
    _execute(_READY)
    writing = [Work("", partial(_written, table)) for table in (ONE_TABLE, TABLE_BY_YEAR)]
    yield Pair("readings written", _WRITTEN, *_timed(writing))
    yield from _a_new_year()


def _questions() -> dict[str, tuple[str, Sequence[Any]]]:
    """As the product asks them."""
    today, readings = clock.today(), Reading.objects.all()
    commune = Area.objects.active().filter(level=Area.Level.COMMUNE).earliest("code")
    indicator = Indicator.objects.earliest("code")
    series = readings.of(indicator, commune).as_of(today)
    everywhere = readings.filter(indicator=indicator).as_of(today)
    pages = readings.as_of(today).order_by("id")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {ONE_TABLE}")  # noqa: S608 - Our own name.
        [last] = cursor.fetchone()
    asked = {
        "one series, the vintages in force": series.order_by("last_day"),
        "the latest of an indicator, area by area": everywhere.order_by(
            "area_id", "-last_day"
        ).distinct("area_id"),
        "a page of readings, the first": pages[:100],
        "a page of readings, the last": pages.filter(pk__gt=last - 100)[:100],
    }
    return {name: rows.query.sql_with_params() for name, rows in asked.items()}


def _fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _timed(works: Sequence[Work]) -> list[float]:
    return medians(works, rounds=_ROUNDS)


def _execute(*statements: str) -> int:
    """Rows of the last one."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return int(cursor.rowcount)


def _written(table: str) -> None:
    with transaction.atomic():
        _execute(_WRITE.format(table=table, columns=_COLUMNS))
        transaction.set_rollback(True)


def _a_new_year() -> Iterator[Pair]:
    """A quarter of it comes in, and it goes: rows and their vacuum, or a part at once."""
    names = {"columns": _COLUMNS, "source": ONE_TABLE, "year": _NEW_YEAR, "before": _NEW_YEAR - 1}
    rows: list[int] = []

    def fill(table: str) -> None:
        rows.append(_execute(_FILL.format(table=table, **names)))

    filling = [partial(fill, table) for table in (ONE_TABLE, TABLE_BY_YEAR)]
    part = f"{TABLE_BY_YEAR}_{_NEW_YEAR}"
    deleting = [
        partial(
            _execute,
            f"DELETE FROM {ONE_TABLE} WHERE last_day >= '{_NEW_YEAR}-01-01'",  # noqa: S608
            f"VACUUM {ONE_TABLE}",
        ),
        partial(_execute, f"TRUNCATE {part}"),
    ]
    for name, works in (("written, of a new year", filling), ("deleted, a year", deleting)):
        taken = in_turn([Work(name, work) for work in works], rounds=1, warming=0)
        yield Pair(f"readings {name}", rows[0], *(seconds for (seconds,) in taken))


def table(found: Sequence[Pair]) -> str:
    lines = ["| what | rows | one table ms | by year ms | × |", "|---|--:|--:|--:|--:|"]
    for pair in found:
        one, by_year = pair.one_table * 1000, pair.by_year * 1000
        lines.append(
            f"| {pair.name} | {pair.rows:,} | {one:.2f} | {by_year:.2f} | {by_year / one:.2f} |"
        )
    return "\n".join(lines)
