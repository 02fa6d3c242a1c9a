"""Databases of several sizes side by side, and which of them the site works on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection, connections

_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid), k.oid IS NOT NULL
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'u'
WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
"""


def use(name: str) -> None:
    """The site works on this one from now on."""
    connections[DEFAULT_DB_ALIAS] = connections[name]
    cache.clear()  # Rows of two databases may bear the same number.


def open_kept(name: str) -> None:
    """The same of one that is no copy: whoever changes it brings it back."""
    _register(name)
    use(name)


def is_there(name: str) -> bool:
    """To be used in this run."""
    return name in connections.settings


def fork(source: str, name: str) -> None:
    """A copy of a database in place of the one of that name; the site works on it from now on."""
    connections.close_all()
    if _is_postgres():
        _maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _maintain(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
    else:
        _file(source).touch()
        shutil.copy(_file(source), _file(name))
    _register(name)
    use(name)


def keep(name: str, forever: str) -> None:
    """Renames it; it is there in later runs."""
    connections.close_all()
    if _is_postgres():
        _maintain(f'ALTER DATABASE "{name}" RENAME TO "{forever}"')
    else:
        _file(name).rename(_file(forever))


def is_kept(name: str) -> bool:
    return name in _names() if _is_postgres() else _file(name).exists()


def forget(but: str) -> None:
    """Of those that are kept all whose name does not end so are dropped."""
    for name in _names() if _is_postgres() else ():
        if "_" in name and not name.endswith(but):
            _maintain(f'DROP DATABASE "{name}" WITH (FORCE)')


def original() -> str:
    """The database of the settings, which is empty and stays so."""
    return str(connections.settings[DEFAULT_DB_ALIAS]["NAME"])


def _names() -> list[str]:
    found = _maintain("SELECT datname FROM pg_database WHERE NOT datistemplate")
    return [name for (name,) in found if name not in {"postgres", original()}]


def _maintain(statement: str) -> list[tuple[Any, ...]]:
    """From a database that is never copied: none that is copied may be in use."""
    if "postgres" not in connections.settings:
        _register("postgres")
    with connections["postgres"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # A large copy takes a minute.
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _file(name: str) -> Path:
    return Path(original()).with_stem(name) if name != original() else Path(name)


def _register(name: str) -> None:
    """Without a pool, which would hold on to a database that is to be copied."""
    settings = connections.settings[DEFAULT_DB_ALIAS]
    options = {key: value for key, value in settings["OPTIONS"].items() if key != "pool"}
    where = name if _is_postgres() else _file(name)
    connections.settings[name] = {**settings, "NAME": where, "OPTIONS": options}


def settle() -> None:
    """What a database that has run for a while has: up-to-date statistics."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if _is_postgres() else "ANALYZE")


def take_time() -> None:
    """What fills a large table, or copies it, takes minutes."""
    if _is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")


@contextmanager
def filling(table: str) -> Iterator[None]:
    """Millions of rows come in without its indexes, which are made anew at the end, and without a
    look at foreign keys: a few minutes become one. Not inside a transaction."""
    if not _is_postgres() or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(_INDEXES, [table])
        indexes = cursor.fetchall()
        for name, _made, is_constraint in indexes:
            cursor.execute(
                f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'
                if is_constraint
                else f'DROP INDEX "{name}"'
            )
        yield
        for name, made, is_constraint in indexes:
            cursor.execute(made)
            if is_constraint:
                unique = f'ADD CONSTRAINT "{name}" UNIQUE USING INDEX "{name}"'
                cursor.execute(f"ALTER TABLE {table} {unique}")
        cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET session_replication_role = DEFAULT")


def make_bare_table() -> None:
    """Where the bare views insert their row."""
    number = "bigint GENERATED ALWAYS AS IDENTITY" if _is_postgres() else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_row (id {number} PRIMARY KEY, text text NOT NULL)")


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"
