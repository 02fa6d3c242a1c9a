"""Files of readings: handed in, looked through, applied, cancelled. Who may, and what is kept."""

import secrets
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import refuse
from core.models import ApiClient
from core.tables.files import check_text
from indicators.files.table import MAX_BYTES, is_bounded_workbook
from indicators.models import ImportJob, scopes_of
from provinces.permissions import Caller, holds_anywhere, sees_everything
from provinces.roles import AGENCY_ROLES, MANAGERS

State = ImportJob.State
OPEN = (State.WAITING, State.RUNNING)
_NAME = 200


def may_import(caller: Caller) -> bool:
    """Systems that may write something, people of agencies, coordinators of areas; each row is
    asked for again."""
    if isinstance(caller, ApiClient):
        return any(scope.can_write for scope in scopes_of(caller))
    return sees_everything(caller) or holds_anywhere(caller, (*AGENCY_ROLES, *MANAGERS))


def jobs_of(caller: trail.Actor) -> QuerySet[ImportJob]:
    """One's own."""
    mine = Q(client=caller) if isinstance(caller, ApiClient) else Q(user=caller)
    return ImportJob.objects.filter(mine)


def submit(
    file: IO[bytes], *, name: str, size: int, dry_run: bool, mode: str, by: trail.Actor
) -> ImportJob:
    """Keep the file and queue it; nothing of it is recorded yet. ``mode``: as in ``record_batch``.

    Raises Refused: ``file_too_large`` (413), ``required``, those of ``filecheck``.
    """
    if size > MAX_BYTES:
        raise refuse("file_too_large", _("A file has at most 50 MB."), "/file", status=413)
    if not size:
        raise refuse("required", _("The file is empty."), "/file")
    extension = "xlsx" if is_bounded_workbook(file) else "csv"
    if extension == "csv":
        check_text(file)
    file.seek(0)
    job = ImportJob(
        file_name=name[-_NAME:], dry_run=dry_run, mode=mode, language=get_language() or "vi"
    )
    if isinstance(by, ApiClient):
        job.client = by
    else:
        job.user = by
    stored = f"{secrets.token_hex(16)}.{extension}"
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
        job = ImportJob.objects.create(
            user=preview.user,
            client=preview.client,
            file=preview.file.name,
            file_name=preview.file_name,
            dry_run=False,
            mode=preview.mode,
            language=get_language() or "vi",
        )
        after = {"file": job.file_name, "preview": preview.pk}
        trail.record("importjob.apply", job, by=by, after=after)
    return job


def cancel(job: ImportJob, *, by: trail.Actor) -> None:
    """What is recorded stays; no further row is taken. Raises Refused (``wrong_state``)."""
    with transaction.atomic():
        still = ImportJob.objects.filter(pk=job.pk, state__in=OPEN)
        if not still.update(state=State.CANCELLED, finished_at=clock.now()):
            raise refuse("wrong_state", _("This import has ended already."), status=409)
        trail.record("importjob.cancel", job, by=by)
