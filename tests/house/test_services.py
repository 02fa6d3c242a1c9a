"""A real worker, a real beat and a real broker work off the queue that the database holds."""

import pytest
from django.db import transaction

from core.calendar import clock
from core.queue import recalculation
from faults.product import wait_until
from tests.conftest import CeleryProcesses

pytestmark = pytest.mark.services


def _mark() -> None:
    with transaction.atomic():
        recalculation.mark("house", ["anything"], since=clock.today())


def test_beat_rings_and_the_worker_works_off_what_is_marked(
    celery_processes: CeleryProcesses,
) -> None:
    celery_processes.start_worker()
    celery_processes.start_beat()
    _mark()
    wait_until(lambda: not recalculation.is_pending())


def test_what_is_marked_while_the_worker_is_away_waits_for_it(
    celery_processes: CeleryProcesses,
) -> None:
    celery_processes.start_beat()
    _mark()
    with pytest.raises(TimeoutError):
        wait_until(lambda: not recalculation.is_pending(), seconds=5)
    celery_processes.start_worker()
    wait_until(lambda: not recalculation.is_pending())
