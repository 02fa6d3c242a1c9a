"""From which database a request reads: the streaming replica where it will do, else the primary.

Writes, whatever happens inside a transaction, the worker and commands have the primary. A GET has
the replica if that is no further behind than ``R57_REPLICA_SECONDS`` and has replayed what its
caller wrote last. Positions are bytes of PostgreSQL's write-ahead log, as whole numbers.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections, models

PRIMARY, REPLICA = DEFAULT_DB_ALIAS, "replica"
NOT_YET = 2**62
"""A position that no replica reaches."""

_REST_SECONDS = 5.0
_SAMPLE_SECONDS = 0.5
_REPLAYED = "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint"
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"


@dataclass
class Route:
    """Of one request. ``client`` is the key of the system that makes it."""

    is_safe: bool
    alias: str = PRIMARY
    has_written: bool = False
    client: int | None = None

    def choose(self, written: int) -> None:
        """Read from the replica, if it has what the caller wrote up to that position."""
        if self.is_safe and standby.serves(written):
            self.alias = REPLICA


_route: ContextVar[Route | None] = ContextVar("route", default=None)


@contextmanager
def routing(*, is_safe: bool) -> Iterator[Route]:
    """What is inside is one request."""
    route = Route(is_safe)
    token = _route.set(route)
    try:
        yield route
    finally:
        _route.reset(token)


def current() -> Route | None:
    """None outside a request, and where no replica is set."""
    return _route.get()


def alias() -> str:
    """Of the database to read from now."""
    route = current()
    if route is None or route.has_written or connections[PRIMARY].in_atomic_block:
        return PRIMARY
    return route.alias


def stay_on_primary() -> None:
    """For what a follower must never see go back in time."""
    if route := current():
        route.alias = PRIMARY


def written() -> int:
    """How far the primary has written to disk; at least as far as all that is acknowledged."""
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute(_WRITTEN)
        return int(cursor.fetchone()[0])


class Router:
    """Django's hook: which database for which model."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str:
        return PRIMARY if model._meta.label_lower in settings.R57_ALWAYS_FROM_PRIMARY else alias()

    def db_for_write(self, _model: type[models.Model], **_hints: Any) -> str:
        """Rows locked for a change, too. What follows in the request sees what is written."""
        if route := current():
            route.has_written = True
        return PRIMARY

    def allow_relation(self, _one: models.Model, _other: models.Model, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, alias: str, _app_label: str, **_hints: Any) -> bool:
        return alias == PRIMARY


class Standby:
    """What this process knows of the replica. Replaying is asked for at each request, since after a
    crash a replica may stand before where it stood; the primary's position twice a second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rests_until = 0.0
        self._samples: deque[tuple[float, int]] = deque()

    def serves(self, written: int) -> bool:
        """Is it there, near enough, and past that position?"""
        with self._lock:
            now = time.monotonic()
            if now < self._rests_until:
                return False
            if self._rests_until:  # One request tries, the others need not wait for it.
                self._rests_until = now + _REST_SECONDS
        try:
            replayed = self._replayed()
        except Error:
            self._rests_until = time.monotonic() + _REST_SECONDS
            return False
        self._rests_until = 0.0
        return written <= replayed and self._is_near(replayed)

    def said(self) -> tuple[str, int]:
        """``ok``, ``behind`` or ``unreachable``, and how many bytes it is behind."""
        try:
            replayed = self._replayed()
        except Error:
            return "unreachable", 0
        is_near, behind = self._is_near(replayed), max(0, written() - replayed)
        return "ok" if is_near else "behind", behind

    def _replayed(self) -> int:
        """Raises Error where it cannot be reached. A connection that broke is made anew once."""
        try:
            return self._ask()
        except Error:
            connections[REPLICA].close()
            return self._ask()

    def _ask(self) -> int:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_REPLAYED)
            is_replica, position = cursor.fetchone()
        return int(position or 0) if is_replica else -1

    def _is_near(self, replayed: int) -> bool:
        """It has replayed where the primary stood ``R57_REPLICA_SECONDS`` ago or since. False where
        the primary cannot be asked."""
        now = time.monotonic()
        try:
            if not self._samples or self._samples[-1][0] < now - _SAMPLE_SECONDS:
                self._samples.append((now, written()))
        except Error:
            return False
        with self._lock:
            while self._samples and self._samples[0][0] < now - settings.R57_REPLICA_SECONDS:
                self._samples.popleft()
            return bool(self._samples) and self._samples[0][1] <= replayed


standby = Standby()
