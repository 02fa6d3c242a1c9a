"""What PostgreSQL's planner knows of the tables of a test."""

from django.db import connection


def analyze() -> None:
    """Nobody else does inside a transaction, where it would take all tables for empty. Shared
    catalogs are left out: their locks would stop the other workers until the transaction ends."""
    if connection.vendor != "postgresql":
        return
    tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")
