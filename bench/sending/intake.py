"""Readings by the ten thousand from two clients, beside COPY of the same rows by two sessions."""

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import count, islice, product
from multiprocessing.pool import Pool
from typing import Any

import psycopg
from django.db import connection, connections, transaction
from psycopg.conninfo import make_conninfo

from bench.country import databases, people
from bench.country.data import WrongFiguresError
from bench.country.sizes import HISTORY
from bench.measure import Ratio, Work, side_by_side
from bench.sending import server
from bench.sending.server import Callers, Letter
from core.models import ApiClient
from indicators.models import Indicator
from provinces.models import Area

CLIENTS, ROWS = 2, 10_000
_ROUNDS, _REQUESTS = 5, 4
"""Turns that are timed, and the requests of each client in a turn."""

_ALL = CLIENTS * _REQUESTS * ROWS
_TABLE = "indicators_reading"
_FIRST_DAY = date(1990, 1, 1)
_PUBLISHED_ON = date(2026, 1, 6)
_COLUMNS = (
    "indicator_id, area_id, period, first_day, last_day, base, revision, value, value_text, "
    "obs_status, published_on, recorded_at, recorded_by_client_id, source, published_is_estimated, "
    "period_text, value_qualifier, source_url, note"
)
_KEYS = {
    "indicator_id": "indicators_indicator",
    "area_id": "provinces_area",
    "recorded_by_client_id": "core_apiclient",
}

Fact = tuple[int, str, int, str, str]
"""Id and code of an indicator and of a province, and a day."""
Rows = list[tuple[Any, ...]]


def bulk() -> list[Ratio]:
    """On PostgreSQL; COPY into a copy of the table, without its foreign keys and with them.

    SQLite has no COPY: there the yardstick is one executemany of the same rows.
    """
    databases.use(HISTORY)
    _make_tables()
    facts = _facts()
    client = ApiClient.objects.get(name="bench").pk
    with server.running(HISTORY) as port, _sessions() as sessions:
        callers = Callers(port, CLIENTS)
        return [
            side_by_side(
                _posting(callers, facts),
                _copying(sessions, facts, table, client, name),
                rounds=_ROUNDS,
                goal=0.5,
                at_most=False,
            )
            for name, table in _yardsticks().items()
        ]


def _yardsticks() -> dict[str, str]:
    """Each with its table."""
    if connection.vendor != "postgresql":
        return {f"executemany of the same rows by {CLIENTS} processes": "bench_reading"}
    name = f"COPY of the same rows by {CLIENTS} sessions"
    return {name: "bench_reading", f"{name} with foreign keys": "bench_reading_keys"}


def _facts() -> Iterator[list[Fact]]:
    """Batches of figures that nobody has sent yet: all provinces and indicators, day by day."""
    provinces = Area.objects.active().filter(level=Area.Level.PROVINCE)
    indicators = Indicator.objects.exclude(kind=Indicator.Kind.RANK)
    series = list(
        product(indicators.values_list("pk", "code"), provinces.values_list("pk", "official_code"))
    )
    days = (str(_FIRST_DAY + timedelta(days=n)) for n in count())
    facts = ((*what, *where, day) for day in days for what, where in series)
    while True:
        yield list(islice(facts, ROWS))


def _posting(callers: Callers, facts: Iterator[list[Fact]]) -> Work:
    """Raises WrongFiguresError unless every reading was created."""
    ready: list[bytes] = []

    def prepare() -> None:
        ready[:] = [_letter(next(facts)).as_bytes() for _request in range(CLIENTS * _REQUESTS)]

    def send() -> None:
        for answer in callers.send(ready, HTTPStatus.OK):
            if json.loads(answer)["created"] != ROWS:
                raise WrongFiguresError(answer[:300].decode())

    return Work(f"{_ALL:,} readings, {ROWS:,} a request, {CLIENTS} clients", send, prepare)


def _letter(batch: Sequence[Fact]) -> Letter:
    readings = [
        {
            "indicator": what,
            "area": where,
            "period": day,
            "value": "1",
            "base": 34,
            "obs_status": "P",
            "published_on": str(_PUBLISHED_ON),
            "source": "bench",
        }
        for _what, what, _where, where, day in batch
    ]
    headers = {
        "Authorization": f"Bearer {people.API_KEY.text}",
        "Idempotency-Key": "-".join(map(str, batch[0])),
    }
    return Letter(
        "/api/v1/readings/bulk/",
        json.dumps({"readings": readings}),
        "application/json",
        HTTPStatus.OK,
        headers,
    )


@contextmanager
def _sessions() -> Iterator[list[Pool]]:
    """As many as there are clients, each in a process of its own."""
    connections.close_all()
    with ExitStack() as stack:
        fork = multiprocessing.get_context("fork")
        yield [stack.enter_context(fork.Pool(1, _connect)) for _client in range(CLIENTS)]


def _copying(
    sessions: Sequence[Pool], facts: Iterator[list[Fact]], table: str, client: int, name: str
) -> Work:
    def prepare() -> None:
        for session in sessions:
            batches = [_rows(next(facts), client) for _request in range(_REQUESTS)]
            session.apply(_load, (table, batches))

    def copy() -> None:
        for running in [session.apply_async(_copy) for session in sessions]:
            running.get()

    return Work(name, copy, prepare)


def _rows(batch: Sequence[Fact], client: int) -> Rows:
    now = datetime.now(UTC)
    return [
        (
            indicator,
            area,
            day,
            day,
            day,
            34,
            1,
            "1",
            "1",
            "P",
            _PUBLISHED_ON,
            now,
            client,
            "bench",
            False,
            "",
            "",
            "",
            "",
        )
        for indicator, _what, area, _where, day in batch
    ]


_loaded: list[Any] = []
"""Of the process of a session: what it is connected to, the table and its batches of rows."""


def _connect() -> None:
    _loaded[:] = [psycopg.connect(_address()) if connection.vendor == "postgresql" else None]


def _load(table: str, batches: list[Rows]) -> None:
    _loaded[1:] = [table, batches]


def _copy() -> None:
    session, table, batches = _loaded
    for rows in batches:
        if session is None:
            _insert(table, rows)
            continue
        with (
            session.transaction(),
            session.cursor() as taker,
            taker.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)


def _insert(table: str, rows: Rows) -> None:
    places = ", ".join(["%s"] * len(rows[0]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({_COLUMNS}) VALUES ({places})", rows)  # noqa: S608 - Our own names.


def _address() -> str:
    known = connection.settings_dict
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    return make_conninfo(**{name: str(known[key]) for name, key in names.items()})


def _make_tables() -> None:
    """Copies of the table with all its rows and indexes."""
    databases.take_time()
    with connection.cursor() as cursor:
        for table in ("bench_reading", "bench_reading_keys"):
            if connection.vendor != "postgresql":
                cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM {_TABLE} WHERE 0")  # noqa: S608 - The same.
                continue
            cursor.execute(f"CREATE TABLE {table} (LIKE {_TABLE} INCLUDING ALL)")
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {_TABLE}")  # noqa: S608 - The same.
            cursor.execute(f"ALTER TABLE {table} ALTER id RESTART WITH 10000000")
        for column, other in _KEYS.items() if connection.vendor == "postgresql" else ():
            cursor.execute(
                f"ALTER TABLE bench_reading_keys ADD FOREIGN KEY ({column}) REFERENCES {other} "
                "DEFERRABLE INITIALLY DEFERRED"
            )
    databases.settle()
