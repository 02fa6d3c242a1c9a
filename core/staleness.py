"""Which kept pages no longer hold.

Whoever changes something inserts a row that names it, in the same transaction: no writer waits for
another. A kept page remembers which of these rows there were when it was begun, and holds while
there are the same. What it depends on is seen from the tables that it reads, so that nothing can be
forgotten: a page may depend on more than it shows, never on less.

A family is what changes together. A floor says which tables make one up, and may divide it by keys
(a province, an indicator). Tables that nobody names belong to ``REST``, on which all pages depend.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from django.db import connections, models

from core.calendar import clock
from core.db import sql
from core.models import Touch

REST = "rest"
KEPT = timedelta(minutes=10)
"""So long a row stays. A page that depends on one that goes is made once more."""

_Key = TypeVar("_Key")
Subject = tuple[str, str]
"""A family and a key of it; with the key "" all of the family."""

_family_of: dict[str, str] = {}
_touched_by: dict[type[models.Model], Callable[[Any], Iterable[Subject]]] = {}


class Trace(NamedTuple):
    """How many rows there are, and the sum of their numbers: other rows, another state."""

    rows: int = 0
    total: int = 0


@dataclass
class Reads:
    """``keys``: what is read of each family, ``None`` for all of it."""

    keys: dict[str, set[str] | None] = field(default_factory=lambda: {REST: None})
    _narrowed: dict[str, set[str]] = field(default_factory=dict)

    def take(self, family: str) -> None:
        only, known = self._narrowed.get(family), self.keys.get(family, set())
        self.keys[family] = None if only is None or known is None else known | only

    @contextmanager
    def narrowed(self, family: str, keys: set[str]) -> Iterator[None]:
        outer = self._narrowed.get(family)
        self._narrowed[family] = keys
        try:
            yield
        finally:
            if outer is None:
                del self._narrowed[family]
            else:
                self._narrowed[family] = outer


_reads: ContextVar[Reads | None] = ContextVar("reads", default=None)


def register(family: str, tables: Iterable[type[models.Model]]) -> None:
    """Called by AppConfig.ready of the floor that the tables belong to."""
    _family_of.update({model._meta.db_table: family for model in tables})


def register_rows(
    model: type[models.Model], touched_by: Callable[[Any], Iterable[Subject]]
) -> None:
    """What an audited change of a row of the model touches; without this, all of its family."""
    _touched_by[model] = touched_by


def earliest(changed: Iterable[tuple[_Key, date]]) -> dict[_Key, date]:
    """The first day of each key."""
    found: dict[_Key, date] = {}
    for key, since in changed:
        found[key] = min(since, found.get(key, since))
    return found


def touch(changed: Mapping[Subject, date]) -> None:
    """These changed, each from that day on; pages of earlier days still hold. In the running
    transaction (1 SQL query)."""
    rows = [Touch(family=f, key=key, since=since) for (f, key), since in changed.items()]
    if len(rows) == 1:
        sql.insert(rows[0])
    elif rows:
        Touch.objects.bulk_create(rows, batch_size=500)


def touch_row(row: models.Model, since: date) -> None:
    """Somebody changed a row of any model, and more that belongs to the same act."""
    touched_by = _touched_by.get(type(row))
    family = _family_of.get(row._meta.db_table, REST)
    touch(dict.fromkeys(touched_by(row) if touched_by else [(family, "")], since))


@contextmanager
def collecting() -> Iterator[Reads]:
    """What is read inside, by the tables in the statements."""
    reads = Reads()
    tables = re.compile("|".join(map(re.escape, sorted(_family_of, reverse=True))) or "(?!)")

    def watch(execute: Any, statement: str, *rest: Any) -> Any:
        for table in set(tables.findall(statement)):
            reads.take(_family_of[table])
        return execute(statement, *rest)

    token = _reads.set(reads)
    try:
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(watch))
            yield reads
    finally:
        _reads.reset(token)


@contextmanager
def only(family: str, *keys: str) -> Iterator[None]:
    """What is read of the family inside concerns these keys alone."""
    reads = _reads.get()
    if reads is None:
        yield
    else:
        with reads.narrowed(family, set(keys)):
            yield


def state_of(known: Mapping[Subject, Trace], keys: Mapping[str, set[str] | None]) -> Trace:
    """The sum over what a page depends on."""
    rows = total = 0
    for (family, key), state in known.items():
        if family in keys:
            wanted = keys[family]
            if wanted is None or not key or key in wanted:
                rows, total = rows + state.rows, total + state.total
    return Trace(rows, total)


def forget_old() -> int:
    return Touch.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
