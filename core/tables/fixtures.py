"""What the reference loaders of every floor share: fixture tables, and rows made like them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import models

from core.text.numbers import parse_decimal

Row = dict[str, str]
"""One line of a table: column → cell, "" where it is empty."""

_M = TypeVar("_M", bound=models.Model)
_BATCH = 500


@dataclass(frozen=True)
class Tally:
    """How many rows a loader made, changed and left alone."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )

    def __str__(self) -> str:
        return f"{self.created} created, {self.updated} updated, {self.unchanged} unchanged"

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated)


def read_table(name: str) -> list[Row]:
    """The lines of ``fixtures/<name>.csv``, such as "reference/areas"."""
    path = Path(settings.BASE_DIR) / "fixtures" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def number(cell: str) -> Decimal | None:
    return parse_decimal(cell) if cell else None


def columns(row: Row, *names: str) -> dict[str, Any]:
    """The cells that are taken as they stand, for a model with fields of the same names."""
    return {name: row[name] for name in names}


def words(cell: str) -> list[str]:
    """The parts of a cell that holds a list: "a|b" → ["a", "b"]."""
    return cell.split("|") if cell else []


def sync(wanted: Sequence[_M], *, key: Sequence[str], update: Sequence[str]) -> Tally:
    """Make the stored rows like the wanted ones, matched by ``key``. Other rows stay.

    Of an existing row only the columns in ``update`` are written, and only where they differ.
    ``wanted`` are unsaved instances of one model (3 SQL queries and their batches).
    """
    if not wanted:
        return Tally()
    manager = type(wanted[0])._default_manager
    present = {_values(row, key): row for row in manager.all()}
    missing, changed = [], []
    for row in wanted:
        there = present.get(_values(row, key))
        if there is None:
            missing.append(row)
        elif _values(there, update) != _values(row, update):
            for name in update:
                setattr(there, name, getattr(row, name))
            changed.append(there)
    manager.bulk_create(missing, batch_size=_BATCH)
    if changed:
        manager.bulk_update(changed, update, batch_size=_BATCH)
    return Tally(len(missing), len(changed), len(wanted) - len(missing) - len(changed))


def _values(row: models.Model, names: Sequence[str]) -> tuple[Any, ...]:
    """The columns' values as the database would give them back."""
    found: list[Any] = []
    for name in names:
        field = row._meta.get_field(name)
        value = getattr(row, getattr(field, "attname", name))
        found.append(field.to_python(value))  # type: ignore[union-attr]  # never a reverse relation
    return tuple(found)
