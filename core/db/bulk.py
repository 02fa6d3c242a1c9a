"""Many rows at once, past the ORM's objects: for rows that the program computed itself."""

from collections.abc import Iterable, Sequence

from django.apps import apps
from django.db import connection, models

_ROWS_AT_ONCE = 2000


def insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Write rows whose values are in the order of ``names``, the columns (``plan_id``, ``day`` …).

    COPY on PostgreSQL, which knows no defaults of the model: a field left out is drawn by the
    database, as ids are, or may be empty. Returns how many were written.
    """
    if connection.vendor == "postgresql":
        return _copy(model, names, rows)
    objects = (model(**dict(zip(names, row, strict=True))) for row in rows)
    return len(model._default_manager.bulk_create(objects, batch_size=_ROWS_AT_ONCE))


def _copy(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return int(cursor.rowcount)


def refresh_statistics() -> None:
    """Let PostgreSQL look at its tables before all of them are read at once.

    Right after a bulk load it still plans for empty tables, and a join then took minutes.
    """
    if connection.vendor == "postgresql":
        quote = connection.ops.quote_name
        tables = ", ".join(quote(model._meta.db_table) for model in apps.get_models())
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")
