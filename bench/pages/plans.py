"""What a page asks the database, bare, and how PostgreSQL goes about it."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.db import connection

_LARGE = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
AND reltuples >= %s
"""


def asked_by(work: Callable[[], object]) -> tuple[int, list[str]]:
    """How many statements there were, and those that read, with their values."""
    found: list[str] = []

    def watch(execute: Any, statement: str, values: Any, *rest: Any) -> Any:
        found.append(psycopg.ClientCursor(connection.connection).mogrify(statement, values).strip())
        return execute(statement, values, *rest)

    with connection.execute_wrapper(watch):
        work()
    return len(found), [text for text in found if text.startswith(("SELECT", "WITH"))]


def run_bare(statement: str) -> float:
    """Seconds, without Django in between."""
    begin = time.perf_counter()
    with connection.connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
    return time.perf_counter() - begin


def slowest(statements: list[str]) -> str:
    """Raises ValueError where there is none."""
    return max(statements, key=run_bare)


def explained(statement: str) -> str:
    return "\n".join(row for (row,) in _explain("EXPLAIN", statement))


def large_tables(rows: int) -> set[str]:
    """Those that have so many, as the statistics say."""
    with connection.cursor() as cursor:
        cursor.execute(_LARGE, [rows])
        return {name for (name,) in cursor.fetchall()}


def scanned(statement: str) -> set[str]:
    """Tables that it would read from end to end."""
    [(found,)] = _explain("EXPLAIN (FORMAT json)", statement)
    plans = json.loads(found) if isinstance(found, str) else found
    return {
        node["Relation Name"]
        for node in _nodes(plans[0]["Plan"])
        if node["Node Type"] in {"Seq Scan", "Parallel Seq Scan"}
    }


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _explain(how: str, statement: str) -> list[tuple[Any, ...]]:
    """On the bare connection: a % in a statement means what it is."""
    with connection.connection.cursor() as cursor:
        cursor.execute(f"{how} {statement}")
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
