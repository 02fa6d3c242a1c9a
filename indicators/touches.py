"""Which kept pages a change in this floor concerns: those of its indicator."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import models

from core import staleness
from core.models import ApiClient, ApiKey
from core.queue import recalculation
from core.queue.recalculation import Subjects
from core.staleness import Subject, earliest
from indicators.models import ClientScope, Coverage, ImportJob, Reading

READING = "reading"
"""Its keys are numbers of indicators."""


def register() -> None:
    staleness.register(READING, [Reading, Coverage])
    recalculation.register_touches("reading", _of_readings)
    # A reading touches when its mark is worked off, and of the others no kept page shows anything.
    for table in (Reading, ImportJob, ClientScope, ApiClient, ApiKey):
        staleness.register_rows(table, _nothing)


def _of_readings(subjects: Subjects) -> Mapping[Subject, date]:
    return earliest(((READING, key.partition(":")[0]), since) for key, since in subjects.items())


def _nothing(_row: models.Model) -> Iterable[Subject]:
    return ()
