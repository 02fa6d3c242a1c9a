"""Three sizes of the same country: one province at work, all at work, and a long history.

Each is a database of its own and holds the one before it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from django.core.management import call_command

from bench import data, databases, people
from bench.data import Nation
from core.models import User
from core.queue import recalculation
from indicators.models import Indicator, Reading
from indicators.models.indicator import PERIOD_LABELS, everywhere
from provinces.models import Agency, Area
from tasks.models import Assignment, Completion, StatusReport

PROVINCE, NATION, HISTORY = "province", "nation", "history"
OWN = "40"
"""The province that is at work in all three."""
BENCH = "bench"

Sizes = dict[str, dict[str, int]]
"""How many rows there are, by database and kind."""


class WrongFiguresError(AssertionError):
    """What was measured did not do what it should."""


def build() -> Sizes:
    """Makes the three."""
    return dict(_steps())


def _steps() -> Iterator[tuple[str, dict[str, int]]]:
    databases.adopt(PROVINCE)
    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as nowhere:
        call_command("load_reference", stdout=nowhere)
    # Figures are made up for every indicator, day by day and in all areas.
    Indicator.objects.update(levels=everywhere(), other_periods=tuple(PERIOD_LABELS))
    country = Nation(User.objects.create_superuser(BENCH))
    provinces = Area.objects.active().filter(level=Area.Level.PROVINCE)
    country.work_in(provinces.filter(code=OWN))
    people.hire(nation=country.area, agency=_an_agency())
    databases.make_bare_table()
    data.few()
    yield PROVINCE, _settled()
    databases.fork(PROVINCE, NATION)
    country.work_in(provinces.exclude(code=OWN))
    yield NATION, _settled()
    databases.fork(NATION, HISTORY)
    data.many()
    yield HISTORY, _settled()


def _an_agency() -> Agency:
    return Agency.objects.filter(area__code=OWN, assignments__isnull=False).distinct()[:1].get()


def _settled() -> dict[str, int]:
    recalculation.recalculate_all()
    databases.settle()
    return {
        model.__name__: model._default_manager.count()
        for model in (Assignment, StatusReport, Completion, Reading)
    }
