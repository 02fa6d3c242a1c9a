"""Takes waiting files, the oldest first. What a crash interrupts is taken up where it stopped."""

import logging
import time
from collections.abc import Sequence
from http import HTTPStatus
from itertools import islice
from pathlib import Path

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from core.calendar import clock
from core.db.locks import exclusive_lock
from core.errors import Fault, Refused
from core.queue.workers import is_over
from indicators.files.chunks import Chunks, is_looked_through, write_whole
from indicators.files.services import OPEN, State
from indicators.files.table import all_rows, clear_workroom, prepare
from indicators.models import ImportJob

logger = logging.getLogger(__name__)

CHUNK = 1000
MAX_ATTEMPTS = 5


def work_off(seconds: float) -> None:
    """Take waiting files, the oldest first, until the time is over; one process does it.

    However short the time, a call goes on by a chunk.
    """
    ends = time.monotonic() + seconds
    with exclusive_lock("imports") as mine:
        while mine:
            job = ImportJob.objects.filter(state__in=OPEN).order_by("id").first()
            if job is None or not _take_up(job, ends) or is_over(ends):
                return


def _take_up(job: ImportJob, ends: float) -> bool:
    """False where it should be tried again later."""
    # Counted before the work: a file that kills its reader must not be tried for ever.
    taken = ImportJob.objects.filter(pk=job.pk, state__in=OPEN)
    if not taken.update(state=State.RUNNING, attempts=F("attempts") + 1):
        return True
    with translation.override(job.language):
        if job.attempts >= MAX_ATTEMPTS:
            clear_workroom(Path(job.file.path))
            detail = _("Reading this file failed %(n)d times; please tell the administrators.")
            _fail(job, [Fault("gave_up", detail % {"n": MAX_ATTEMPTS})])
            return True
        try:
            _advance(job, ends)
        except Refused as refused:
            if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return False
            _fail(job, refused.faults)
        except Exception:
            logger.exception("Import %d stopped; it is taken up again", job.pk)
            return False
    return True


def _advance(job: ImportJob, ends: float) -> None:
    """Raises Refused for a file that cannot be read at all."""
    if job.rows_total is None:
        prepare(job)
    if not is_looked_through(job) and not _go_through(job, ends):
        return
    if is_looked_through(job):
        write_whole(job, CHUNK)


def _go_through(job: ImportJob, ends: float) -> bool:
    """Chunk by chunk; False where the time is over."""
    chunks = Chunks(job)
    with Path(job.file.path).open("rb") as file:
        rows = islice(all_rows(file), 1, None)
        chunks.pass_over(islice(rows, job.rows_done))
        while chunks.record(list(islice(rows, CHUNK))):
            if is_over(ends):
                return False
    job.refresh_from_db()
    return True


def _fail(job: ImportJob, faults: Sequence[Fault]) -> None:
    errors = [{"code": fault.code, "detail": str(fault.detail)} for fault in faults]
    open_ = ImportJob.objects.filter(pk=job.pk, state__in=OPEN)
    open_.update(state=State.FAILED, errors=errors, finished_at=clock.now())
