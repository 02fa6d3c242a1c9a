"""Many rows at once, without validation: for rows that the program computed itself."""

from collections.abc import Iterable, Sequence

from django.apps import apps
from django.db import connection, models

_ROWS_AT_ONCE = 2000


def insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Write rows whose values are in the order of the columns ``names`` (``plan_id``, ``day`` …).

    COPY of PostgreSQL does not apply the model's defaults, so a column that is left out needs one
    in the database, as ids have, or may be NULL. Returns how many rows were written.
    """
    if connection.vendor != "postgresql":
        objects = (model(**dict(zip(names, row, strict=True))) for row in rows)
        return len(model._default_manager.bulk_create(objects, batch_size=_ROWS_AT_ONCE))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return int(cursor.rowcount)


def refresh_statistics() -> None:
    """ANALYZE all tables of PostgreSQL.

    Right after a bulk load it plans for empty tables, and a join took minutes.
    """
    if connection.vendor == "postgresql":
        quote = connection.ops.quote_name
        tables = ", ".join(quote(model._meta.db_table) for model in apps.get_models())
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def take_time() -> None:
    """No limit of PostgreSQL's on what one statement takes, nor on what we do between two, until
    the running transaction ends: 500,000 assignments of one document are counted for minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
