"""Readings by the ten thousand from two clients, beside COPY of the same rows by two sessions."""

import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import count, islice, product
from typing import Any

import psycopg
from django.db import connection, connections, transaction
from django.test import Client
from psycopg.conninfo import make_conninfo

from bench import databases, people
from bench.measure import Ratio, Work, side_by_side
from bench.sizes import HISTORY, WrongFiguresError
from core.memory import keep_what_is_loaded
from core.models import ApiClient
from indicators.models import Indicator
from provinces.models import Area

CLIENTS, ROWS = 2, 10_000
_ROUNDS = 5
_TABLE = "indicators_reading"
_FIRST_DAY = date(1990, 1, 1)
_PUBLISHED_ON = date(2026, 1, 6)
_COLUMNS = (
    "indicator_id, area_id, period, first_day, last_day, base, revision, value, value_text, "
    "obs_status, published_on, recorded_at, recorded_by_client_id, source, published_is_estimated, "
    "period_text, value_qualifier, source_url, note"
)
_KEYS = {
    "indicator_id": "indicators_indicator", "area_id": "provinces_area",
    "recorded_by_client_id": "core_apiclient",
}  # fmt: skip

Fact = tuple[int, str, int, str, str]
"""Id and code of an indicator and of a province, and a day."""


def bulk() -> list[Ratio]:
    """On PostgreSQL; COPY into a copy of the table, without its foreign keys and with them.

    SQLite has no COPY: there the yardstick is one executemany of the same rows.
    """
    databases.use(HISTORY)
    tables = {"": "bench_reading", " with foreign keys": "bench_reading_keys"}
    _make_tables()
    facts = _facts()
    return [
        side_by_side(
            _posting(facts), _copying(facts, table, f"COPY of the same rows by 2 sessions{words}"),
            rounds=_ROUNDS, goal=0.5, at_most=False,
        )
        for words, table in tables.items()
    ]  # fmt: skip


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


def _posting(facts: Iterator[list[Fact]]) -> Work:
    browser = Client()
    browser.get("/healthz")
    keep_what_is_loaded()  # As a server does before it takes requests.
    bodies: list[tuple[Client, bytes]] = []

    def prepare() -> None:
        bodies[:] = [(browser, _body(next(facts))) for _client in range(CLIENTS)]

    return Work("20,000 readings, 10,000 a request, 2 clients",
                lambda: _at_once(_post, bodies), prepare)  # fmt: skip


def _body(batch: Sequence[Fact]) -> bytes:
    readings = [
        {"indicator": what, "area": where, "period": day, "value": "1",
         "base": 34, "obs_status": "P", "published_on": str(_PUBLISHED_ON), "source": "bench"}
        for _what, what, _where, where, day in batch
    ]  # fmt: skip
    return json.dumps({"readings": readings}).encode()


def _post(work: tuple[Client, bytes]) -> None:
    """Raises WrongFiguresError unless every reading was created."""
    browser, body = work
    headers = {"Authorization": f"Bearer {people.API_KEY.text}",
               "Idempotency-Key": str(hash(body))}  # fmt: skip
    answer = browser.post(
        "/api/v1/readings/bulk/", body, content_type="application/json", headers=headers
    )
    if answer.status_code != HTTPStatus.OK or answer.json()["created"] != ROWS:
        raise WrongFiguresError(f"{answer.status_code}: {answer.content.decode()[:300]}")


def _copying(facts: Iterator[list[Fact]], table: str, name: str) -> Work:
    batches: list[tuple[str, list[tuple[Any, ...]]]] = []
    client = ApiClient.objects.get(name="bench").pk

    def prepare() -> None:
        batches[:] = [(table, _rows(next(facts), client)) for _session in range(CLIENTS)]

    return Work(name, lambda: _at_once(_copy, batches), prepare)


def _rows(batch: Sequence[Fact], client: int) -> list[tuple[Any, ...]]:
    now = datetime.now(UTC)
    return [
        (indicator, area, day, day, day, 34, 1, "1", "1", "P", _PUBLISHED_ON, now, client,
         "bench", False, "", "", "", "")
        for indicator, _what, area, _where, day in batch
    ]  # fmt: skip


def _copy(work: tuple[str, list[tuple[Any, ...]]]) -> None:
    table, rows = work
    if connection.vendor != "postgresql":
        places = ", ".join(["%s"] * len(rows[0]))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({_COLUMNS}) VALUES ({places})", rows)  # noqa: S608 - Our own names.
        return
    with (
        psycopg.connect(_address()) as session,
        session.cursor() as taker,
        taker.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN".encode()) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _address() -> str:
    known = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST",
             "port": "PORT"}  # fmt: skip
    return make_conninfo(**{name: str(known[key]) for name, key in names.items()})


def _at_once(work: Callable[..., None], parts: Sequence[object]) -> None:
    """Each part in a process of its own, as behind a server with as many workers."""
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    running = [processes.Process(target=work, args=(part,)) for part in parts]
    for process in running:
        process.start()
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise WrongFiguresError(f"{work.__name__} failed")


def _make_tables() -> None:
    """Copies of the table with all its rows and indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")  # On a busy machine a copy takes minutes.
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
