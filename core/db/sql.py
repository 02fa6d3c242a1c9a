"""Hand-written statements, for paths where the ORM takes longer to compose SQL than to run it.

After a few calls PostgreSQL has them prepared for the connection.
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from core.db import replica

Row = tuple[Any, ...]
_M = TypeVar("_M", bound=models.Model)


def fetch(
    statement: str,
    values: Sequence[object] | Mapping[str, object],
    *,
    alias: str | None = None,
) -> list[Row]:
    """All rows of a statement; ``%s`` or ``%(name)s`` stands for a value.

    Asked of the database that the request reads from, or of the one that is named.
    """
    with _cursor(alias or replica.alias()) as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def carry_out(statement: str, values: Sequence[object]) -> None:
    """A statement that answers with no rows."""
    with _cursor(DEFAULT_DB_ALIAS) as cursor:
        cursor.execute(statement, values)


def _cursor(alias: str) -> Any:
    """Sends the values apart from the text, so that PostgreSQL can prepare the statement.

    Django's own cursor writes them into the text. Logging and errors are as Django's.
    """
    used = connections[alias]
    if used.vendor != "postgresql":
        return used.cursor()
    used.close_if_health_check_failed()
    used.ensure_connection()
    with used.wrap_database_errors:
        cursor: Any = psycopg.Cursor(used.connection)
    return used.make_debug_cursor(cursor) if used.queries_logged else used.make_cursor(cursor)


def insert(row: models.Model) -> None:
    """One new row, whose key the database draws. Raises as ``save`` does."""
    model = type(row)
    fields = _inserted(model)
    values = _prepared(row, fields, is_new=True)
    row.pk = fetch(_insertion(model), values, alias=DEFAULT_DB_ALIAS)[0][0]
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update(row: models.Model, names: Sequence[str]) -> None:
    """Write these fields of an existing row, as ``save`` does."""
    model = type(row)
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    values = _prepared(row, fields, is_new=False)
    carry_out(_change(model, tuple(field.column for field in fields)), [*values, row.pk])


def _prepared(row: models.Model, fields: Sequence[Any], *, is_new: bool) -> list[object]:
    return [field.get_db_prep_save(field.pre_save(row, is_new), connection) for field in fields]


@cache
def _change(model: type[models.Model], columns: tuple[str, ...]) -> str:
    changes = ", ".join(f"{column} = %s" for column in columns)
    return f"UPDATE {model._meta.db_table} SET {changes} WHERE {model._meta.pk.column} = %s"  # noqa: S608 - Only names of our own.


def _inserted(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def _insertion(model: type[models.Model]) -> str:
    names = [field.column for field in _inserted(model)]
    places = ", ".join(["%s"] * len(names))
    table, key = model._meta.db_table, model._meta.pk.column
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}) RETURNING {key}"  # noqa: S608 - Only names of our own.


class Part(Generic[_M]):
    """Some columns of a model's table; all, if none is named.

    A field that was left out is read when it is used (1 SQL query).
    """

    def __init__(self, model: type[_M], *names: str) -> None:
        known = model._meta.concrete_fields
        fields = [field for field in known if not names or field.attname in names]
        self._model = model
        self._names = [field.attname for field in fields]
        self._columns = [field.get_col(model._meta.db_table) for field in fields]
        self.width = len(fields)

    def of(self, alias: str) -> str:
        """The columns in a SELECT, with the alias of the table."""
        return ", ".join(f"{alias}.{name}" for name in self._names)

    def read(self, values: Sequence[object]) -> _M | None:
        """The row; None where an outer join found none."""
        if values[0] is None:
            return None
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, self.values(values))

    def values(self, sent: Sequence[object]) -> list[Any]:
        """What the driver sent, as the model's fields hold it."""
        found = list(sent)
        for place, converters in self._converters:
            for convert in converters:
                found[place] = convert(found[place], self._columns[place], connection)
        return found

    @cached_property
    def _converters(self) -> list[tuple[int, list[Any]]]:
        """The places of values that must be converted, with how."""
        needed = (
            [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
            for column in self._columns
        )
        return [(place, converters) for place, converters in enumerate(needed) if converters]


def split(row: Row, *parts: Part[Any]) -> list[Any]:
    """The instances of the parts whose columns make up the row, in the same order."""
    found, begin = [], 0
    for part in parts:
        found.append(part.read(row[begin : begin + part.width]))
        begin += part.width
    return found
