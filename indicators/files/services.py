"""Files of readings: sent, previewed, applied, cancelled; the work in the background."""

import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.db.locks import exclusive_lock
from core.errors import Fault, Refused, refuse
from core.models import ApiClient
from core.queue.workers import is_over
from core.tables.reader import kind_of
from indicators.files.chunks import Chunks, is_looked_through, write_whole
from indicators.files.layout import merged_answers
from indicators.files.table import LIMITS, all_rows, clear_workroom, prepare
from indicators.models import ImportJob, scopes_of
from provinces.permissions import Caller, holds_anywhere, sees_everything
from provinces.roles import AGENCY_ROLES, MANAGERS

logger = logging.getLogger(__name__)

State = ImportJob.State
OPEN = (State.WAITING, State.RUNNING)
CHUNK = 1000
MAX_ATTEMPTS = 5
_NAME = 200


def may_import(caller: Caller) -> bool:
    """Systems that may write something, people of agencies, coordinators of areas.

    The rights are checked again for each row.
    """
    if isinstance(caller, ApiClient):
        return any(scope.can_write for scope in scopes_of(caller))
    return sees_everything(caller) or holds_anywhere(caller, (*AGENCY_ROLES, *MANAGERS))


def jobs_of(caller: trail.Actor) -> QuerySet[ImportJob]:
    """The caller's own."""
    mine = Q(client=caller) if isinstance(caller, ApiClient) else Q(user=caller)
    return ImportJob.objects.filter(mine)


def submit(
    file: IO[bytes],
    *,
    name: str,
    size: int,
    dry_run: bool,
    mode: str,
    by: trail.Actor,
    warnings: bool = False,
    asks: bool = False,
) -> ImportJob:
    """Store the file and queue it. Nothing is recorded yet. ``mode``: as in ``record_batch``.
    ``warnings``: compare with the last figures, as a dry run always does. ``asks``: any layout is
    taken, since its sender can be asked what it means.

    Raises Refused: those of ``kind_of``.
    """
    kind = kind_of(file, size, LIMITS)
    file.seek(0)
    job = ImportJob(
        file_name=name[-_NAME:],
        dry_run=dry_run,
        mode=mode,
        is_warned=warnings,
        asks=asks,
        language=get_language() or "vi",
    )
    if isinstance(by, ApiClient):
        job.client = by
    else:
        job.user = by
    stored = f"{secrets.token_hex(16)}.{kind}"
    with transaction.atomic():
        job.file.save(stored, File(file), save=False)
        job.save()
        after = {"file": job.file_name, "bytes": size, "dry_run": dry_run, "mode": mode}
        trail.record("importjob.submit", job, by=by, after=after)
    return job


def apply(preview: ImportJob, *, by: trail.Actor) -> ImportJob:
    """A new job that records what the preview looked through. Raises Refused (``wrong_state``)."""
    if not preview.dry_run or preview.state != State.DONE:
        detail = _("Only a finished preview can be applied.")
        raise refuse("wrong_state", detail, status=409)
    with transaction.atomic():
        language = get_language() or "vi"
        told = {"table": preview.table.name, "notes": preview.notes}
        job = _same_file(preview, dry_run=False, language=language, **told)
        job.save()
        after = {"file": job.file_name, "preview": preview.pk}
        trail.record("importjob.apply", job, by=by, after=after)
    return job


def answer(job: ImportJob, answers: Mapping[str, Any], *, by: trail.Actor) -> ImportJob:
    """How the table of a preview is laid out, as ``files.shape.Shape`` says it; it is looked
    through again, by a new job where it was looked through before.

    Raises Refused (``wrong_state``).
    """
    given = merged_answers(job.found, answers)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().get(pk=job.pk)
        if not job.asks or not job.dry_run or job.is_open or not job.found:
            detail = _("The columns of this file cannot be changed any more.")
            raise refuse("wrong_state", detail, status=409)
        if job.state != State.ASKING:
            job = _same_file(job, dry_run=True, language=job.language)
        job.answers, job.state, job.attempts = given, State.WAITING, 0
        job.save()
        said = {**given.get("columns", {}), **given.get("constants", {})}
        columns = [f"{name}: {what}" for name, what in said.items()]
        names = [f"{name}: {code}" for name, code in given.get("names", {}).items()]
        after = {"file": job.file_name, "columns": columns, "names": names}
        trail.record("importjob.columns", job, by=by, after=after)
    return job


_OF_THE_FILE = ("user", "client", "file_name", "mode", "is_warned", "asks")


def _same_file(job: ImportJob, **others: Any) -> ImportJob:
    """A new job, unsaved, for the file of one that was looked through."""
    same = {name: getattr(job, name) for name in _OF_THE_FILE}
    return ImportJob(file=job.file.name, **same, **others)


def cancel(job: ImportJob, *, by: trail.Actor) -> None:
    """What is recorded stays; no further row is taken. Raises Refused (``wrong_state``)."""
    with transaction.atomic():
        still = ImportJob.objects.filter(pk=job.pk, state__in=(*OPEN, State.ASKING))
        if not still.update(state=State.CANCELLED, finished_at=clock.now()):
            raise refuse("wrong_state", _("This import has ended already."), status=409)
        trail.record("importjob.cancel", job, by=by)


# What a worker does. After a crash it goes on where it stopped. -----------------------------------


def work_off(seconds: float) -> None:
    """Work on waiting files, oldest first, until the time is over. Only one process does it.

    A call does at least one chunk, however short the time.
    """
    ends = time.monotonic() + seconds
    with exclusive_lock("imports") as mine:
        while mine:
            job = ImportJob.objects.filter(state__in=OPEN).order_by("id").first()
            if job is None or not _take_up(job, ends) or is_over(ends):
                return


def _take_up(job: ImportJob, ends: float) -> bool:
    """False where it should be tried again later."""
    # Counted before the work, so that a file that kills its reader is not tried for ever.
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
    """Chunk by chunk until the time is over. Raises Refused for a file that cannot be read."""
    if job.rows_total is None and not prepare(job):
        return
    if not is_looked_through(job):
        chunks = Chunks(job)
        with Path(job.rows_path).open("rb") as file:
            rows = islice(all_rows(file), 1, None)
            chunks.pass_over(islice(rows, job.rows_done))
            while chunks.record(list(islice(rows, CHUNK))):
                if is_over(ends):
                    return
        job.refresh_from_db()
    if is_looked_through(job):
        write_whole(job, CHUNK)


def _fail(job: ImportJob, faults: Sequence[Fault]) -> None:
    errors = [{"code": fault.code, "detail": str(fault.detail)} for fault in faults]
    open_ = ImportJob.objects.filter(pk=job.pk, state__in=OPEN)
    open_.update(state=State.FAILED, errors=errors, finished_at=clock.now())
