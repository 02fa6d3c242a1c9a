"""Databases of several sizes side by side, and which of them the site works on."""

import shutil
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection, connections


def adopt(name: str) -> None:
    """The database of the settings is known by this name, too."""
    _register(name, dict(connections.settings[DEFAULT_DB_ALIAS]))
    use(name)


def use(name: str) -> None:
    """The site works on this one from now on."""
    connections[DEFAULT_DB_ALIAS] = connections[name]
    cache.clear()  # Generations of two databases may bear the same number.


def fork(source: str, name: str) -> None:
    """A copy of a database, under a name of its own; the site works on it from now on."""
    connections.close_all()
    settings = dict(connections.settings[source])
    if _is_postgres():
        _copy_database(str(settings["NAME"]), name)
        settings["NAME"] = name
    else:
        settings["NAME"] = Path(settings["NAME"]).with_stem(name)
        shutil.copy(connections.settings[source]["NAME"], settings["NAME"])
    _register(name, settings)
    use(name)


def _copy_database(source: str, name: str) -> None:
    """From a third one: neither may be in use."""
    _register("maintenance", {**connections.settings[DEFAULT_DB_ALIAS], "NAME": "postgres"})
    with connections["maintenance"].cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def _register(name: str, settings: dict[str, Any]) -> None:
    """Without a pool, which would hold on to a database that is to be copied."""
    options = {key: value for key, value in settings["OPTIONS"].items() if key != "pool"}
    connections.settings[name] = {**settings, "OPTIONS": options}


def settle() -> None:
    """What a database that has run for a while has: up-to-date statistics."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if _is_postgres() else "ANALYZE")


def make_bare_table() -> None:
    """Where the bare views insert their row."""
    number = "bigint GENERATED ALWAYS AS IDENTITY" if _is_postgres() else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_row (id {number} PRIMARY KEY, text text NOT NULL)")


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"
