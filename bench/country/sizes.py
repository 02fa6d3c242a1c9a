"""Four sizes of the same country, each in a database of its own that holds the one before it.

They are made once and kept until what makes them changes. What is measured works on copies, which
have the migrations, the reference data and the people of today.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from bench.country import data, databases, people
from bench.environment import ROOT
from bench.measure import step
from core.queue import recalculation
from indicators.models import Reading
from tasks.models import Assignment, Completion, StatusReport

SIZES = PROVINCE, NATION, HISTORY, TENFOLD = "province", "nation", "history", "tenfold"
"""One province at work, all of them, these with a long history, ten times as much of everything."""
BY_YEAR = "years"
"""Readings alone, once in one table and once in one for each year."""
_MAKING = "making"
_MADE_FROM = "bench/country/data.py"


class _Step(NamedTuple):
    source: str
    make: Callable[[], None]


_STEPS: Mapping[str, _Step] = {
    PROVINCE: _Step("", data.make_province),
    NATION: _Step(PROVINCE, data.make_nation),
    HISTORY: _Step(NATION, data.many),
    TENFOLD: _Step(HISTORY, data.make_tenfold),
    BY_YEAR: _Step(PROVINCE, data.make_years),
}


def copy(names: Collection[str]) -> None:
    """Makes what is missing; each of the names is a copy from now on."""
    databases.forget(but=_digest())
    for name in (one for one in _STEPS if one in names):
        source = kept(name)
        with step(f"a copy of {name}"):
            databases.fork(source, name)
            databases.take_time()
            data.bring_up_to_date()
            people.hire()
            recalculation.drain()
            databases.settle()


def kept(name: str) -> str:
    """Its name among those that are kept."""
    found = f"{name}_{_digest()}"
    if not databases.is_kept(found):
        source, make = _STEPS[name]
        original = kept(source) if source else databases.original()
        with step(f"{name} is made"):
            databases.fork(original, _MAKING)
            databases.take_time()
            make()
            recalculation.recalculate_all()
            databases.settle()
            databases.keep(_MAKING, found)
    return found


def _digest() -> str:
    return hashlib.sha256((ROOT / _MADE_FROM).read_bytes()).hexdigest()[:8]


def rows() -> dict[str, int]:
    """How many there are in the database in use, by kind."""
    return {
        model.__name__: model._default_manager.count()
        for model in (Assignment, StatusReport, Completion, Reading)
    }
