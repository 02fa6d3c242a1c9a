"""Every write keeps every index up: none that another one does the work of, none missing."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model, Q, UniqueConstraint

from tests.house.tree import FLOORS

# Django's own tables between two models cannot be told to do without.
MODELS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]


class Held(NamedTuple):
    """An index; a descending column begins with a dash. ``does_more``: refuses doubles or carries
    further columns, so no other can take its place."""

    name: str
    columns: tuple[str, ...]
    does_more: bool
    condition: Q | None = None

    def begins(self, other: "Held") -> bool:
        """A single column can be read in either direction."""
        start = other.columns[: len(self.columns)]
        either_way = len(start) == 1 and start[0].lstrip("-") == self.columns[0].lstrip("-")
        return self.condition == other.condition and (start == self.columns or either_way)


def held(model: type[Model]) -> Iterator[Held]:
    """By expressions is none of these: what it can stand for is not read from its columns."""
    for field in model._meta.local_concrete_fields:
        if field.unique or getattr(field, "db_index", False):
            yield Held(field.name, (field.name,), field.unique)
    for index in model._meta.indexes:
        columns = tuple(f"-{name}" if order else name for name, order in index.fields_orders)
        if columns:
            yield Held(index.name, columns, bool(index.include), index.condition)
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and rule.fields:
            yield Held(rule.name, tuple(rule.fields), True, rule.condition)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_index_is_the_beginning_of_another(model: type[Model]) -> None:
    found = list(held(model))
    doubled = [
        (index.name, other.name)
        for index in found
        for other in found
        if index is not other and not index.does_more and index.begins(other)
    ]
    assert doubled == [], "db_index=False: the second one finds the rows of a parent too"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_rows_of_a_parent_are_found_by_an_index(model: type[Model]) -> None:
    starts = {index.columns[0] for index in held(model) if index.condition is None}
    keys = {f.name for f in model._meta.local_concrete_fields if isinstance(f, ForeignKey)}
    assert keys <= starts
