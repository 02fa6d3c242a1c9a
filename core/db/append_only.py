"""Tables that only grow: the database itself refuses UPDATE, DELETE and TRUNCATE.

On SQLite a migration that remakes a table drops its triggers. So they are put back after every
migration, and a system check names missing ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from collections.abc import Sequence


class AppendOnly:
    """Mixed into a model whose rows are inserted and never changed or deleted."""


def tables() -> list[str]:
    return sorted(m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnly))


_REFUSE = """
CREATE OR REPLACE FUNCTION r57_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_CREATE = {"sqlite": "CREATE TRIGGER IF NOT EXISTS", "postgresql": "CREATE OR REPLACE TRIGGER"}
_ABORT = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
_TRIGGERS = {
    "sqlite": {
        "update": f"BEFORE UPDATE ON {{table}} {_ABORT}",
        "delete": f"BEFORE DELETE ON {{table}} {_ABORT}",
    },
    "postgresql": {
        "change": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION r57_refuse()",
        "truncate": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION r57_refuse()",
    },
}


def _trigger_names(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    return [f"{table}_no_{kind}" for kind in _TRIGGERS[connection.vendor]]


def _existing_tables(connection: BaseDatabaseWrapper) -> list[str]:
    present = set(connection.introspection.table_names())
    return [table for table in tables() if table in present]


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    vendor = connection.vendor
    with connection.cursor() as cursor:
        if vendor == "postgresql":
            cursor.execute(_REFUSE)
        for table in _existing_tables(connection):
            for kind, refuses in _TRIGGERS[vendor].items():
                name = f"{table}_no_{kind}"
                cursor.execute(f"{_CREATE[vendor]} {name} {refuses.format(table=table)}")


def remove_triggers(connection: BaseDatabaseWrapper) -> None:
    suffix = "" if connection.vendor == "sqlite" else " ON {table}"
    with connection.cursor() as cursor:
        for table in _existing_tables(connection):
            for name in _trigger_names(connection, table):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + suffix.format(table=table))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without triggers inside the block; only for the flush of tests."""
    remove_triggers(connection)
    try:
        yield
    finally:
        install_triggers(connection)


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    expected = [n for t in _existing_tables(connection) for n in _trigger_names(connection, t)]
    return [name for name in expected if name not in present]


@register(Tags.database)
def check_triggers(databases: "Sequence[str] | None" = None, **_: object) -> list[CheckMessage]:
    """Runs with ``manage.py check --database default`` and before every migration."""
    return [
        Error(
            f"The append-only trigger {name} is missing.",
            hint="Run manage.py migrate.",
            id="core.E001",
        )
        for alias in databases or []
        for name in missing_triggers(connections[alias])
    ]


def _after_migrate(using: str, **_: object) -> None:
    install_triggers(connections[using])


def connect() -> None:
    """Called once by the app's ready()."""
    post_migrate.connect(_after_migrate, dispatch_uid="core.db.append_only")
