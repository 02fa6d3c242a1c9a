"""A page of readings in force, as the API asks for it, against as many rows by their key."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from bench.country import databases
from bench.measure import Ratio, Work, side_by_side
from core.calendar import clock
from indicators.models import Reading

_ROWS = 100


def paging(database: str) -> list[Ratio]:
    databases.use(database)
    last = Reading.objects.order_by("-id").values_list("id", flat=True)[_ROWS]
    return [
        side_by_side(
            Work(f"{_ROWS} readings in force, the {name} page, {database}", _in_force(after)),
            Work(f"{_ROWS} rows by primary key", _by_key(after)),
            rounds=200,
            goal=3,
        )
        for name, after in (("first", 0), ("last", last))
    ]


def _in_force(after: int) -> Callable[[], object]:
    rows = Reading.objects.published_by(clock.today()).current().order_by("id")
    sql, values = rows.filter(pk__gt=after)[:_ROWS].query.sql_with_params()
    return lambda: _fetch(sql, values)


def _by_key(after: int) -> Callable[[], object]:
    sql = "SELECT * FROM indicators_reading WHERE id > %s ORDER BY id LIMIT %s"
    return lambda: _fetch(sql, [after, _ROWS])


def _fetch(sql: str, values: Sequence[Any]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
