"""Four sizes of the same country: one province at work, all at work, a long history, and ten times
as much of everything.

Each is a database of its own and holds the one before it. They are made once and kept as long as
nothing changes that they are made from; what is measured works on copies.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from django.core.management import call_command
from django.db import models

from bench import data, databases, people
from bench.data import Nation
from bench.environment import ROOT
from core.models import User
from core.queue import recalculation
from indicators.models import Indicator, Reading
from indicators.models.indicator import PERIOD_LABELS, everywhere
from provinces.models import Agency, Area
from tasks.models import Assignment, Completion, StatusReport

SIZES = PROVINCE, NATION, HISTORY, TENFOLD = "province", "nation", "history", "tenfold"
OWN = "40"
"""The province that is at work in all of them."""
BENCH = "bench"
_MAKING = "making"
_MADE_FROM = (
    "bench/data.py",
    "bench/people.py",
    "bench/sizes.py",
    "fixtures/**/*",
    "tests/security/cast.py",
    "*/migrations/*.py",
)

Sizes = dict[str, dict[str, int]]
"""How many rows there are, by database and kind."""


class WrongFiguresError(AssertionError):
    """What was measured did not do what it should."""


def build(largest: str) -> Sizes:
    """Up to the largest."""
    found, source, digest = {}, databases.original(), _digest()
    databases.forget(digest)
    for name, make in _STEPS.items():
        kept = f"{name}_{digest}"
        if not databases.is_kept(kept):
            databases.fork(source, _MAKING)
            databases.take_time()
            make()
            recalculation.recalculate_all()
            databases.settle()
            databases.keep(_MAKING, kept)
        databases.fork(kept, name)
        people.give_key()
        found[name], source = _rows(), kept
        if name == largest:
            break
    return found


def _digest() -> str:
    paths = sorted(path for each in _MADE_FROM for path in ROOT.glob(each) if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]


def make_province() -> None:
    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as nowhere:
        call_command("load_reference", stdout=nowhere)
    # Figures are made up for every indicator, day by day and in all areas.
    Indicator.objects.update(levels=everywhere(), other_periods=tuple(PERIOD_LABELS))
    country = Nation(User.objects.create_superuser(BENCH))
    country.work_in(provinces().filter(code=OWN))
    databases.make_bare_table()
    agencies = Agency.objects.filter(area__code=OWN, assignments__isnull=False)
    people.hire(nation=country.area, agency=agencies.distinct()[:1].get())
    data.few()


def _make_nation() -> None:
    work_in(provinces().exclude(code=OWN))


def work_in(provinces: Iterable[Area]) -> None:
    """These are at work, too."""
    Nation(User.objects.get(username=BENCH)).work_in(provinces)


def provinces() -> models.QuerySet[Area]:
    return Area.objects.active().filter(level=Area.Level.PROVINCE)


def _make_tenfold() -> None:
    data.very_many()
    data.work_again(9)


_STEPS: Mapping[str, Callable[[], None]] = dict(
    zip(SIZES, (make_province, _make_nation, data.many, _make_tenfold), strict=True)
)


def _rows() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in (Assignment, StatusReport, Completion, Reading)
    }
