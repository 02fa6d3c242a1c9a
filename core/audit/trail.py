"""Every write leaves an event in its transaction; blocks of events are sealed later."""

import hashlib
import json
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models, transaction

from core import staleness
from core.calendar import clock
from core.db import sql
from core.models import ApiClient, AuditEvent, AuditSeal, User


@dataclass(frozen=True)
class Origin:
    """``address`` is the caller's IP address; both are empty outside a request."""

    address: str | None = None
    request_id: str = ""


NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)

Actor = User | ApiClient
_BLOCK = 1000
_PATIENCE = 5.0


def record(
    action: str,
    subject: models.Model,
    *,
    by: Actor | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    key: str | None = None,
    since: date = date.min,
) -> None:
    """Write one event. ``by=None`` is the system itself (a management command).

    ``since``: pages of earlier days do not show the change.

    Raises TransactionManagementError outside a transaction: an event belongs to its write.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An audit event needs its write's transaction."
        )
    here = origin.get()
    event = AuditEvent(
        at=clock.now(),
        user=by if isinstance(by, User) else None,
        client=by if isinstance(by, ApiClient) else None,
        address=here.address,
        request_id=here.request_id,
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_key=key or str(subject.pk),
        before=before,
        after=after,
    )
    sql.insert(event)
    staleness.touch_row(subject, since)


@dataclass(frozen=True)
class BrokenSeal:
    """A sealed block that no longer matches its seal."""

    first_id: int
    last_id: int
    reason: str


def _digest(events: Iterable[AuditEvent], previous: str) -> tuple[str, int]:
    digest, count = hashlib.sha256(previous.encode()), 0
    for event in events:
        line = [
            event.pk,
            event.at.isoformat(),
            event.user_id,
            event.client_id,
            event.address,
            event.request_id,
            event.action,
            event.subject_type,
            event.subject_key,
            event.before,
            event.after,
        ]
        digest.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode())
        count += 1
    return digest.hexdigest(), count


def _settled_id() -> int:
    """The last id below which no running transaction can still insert; 0 if writers never rest.

    An INSERT locks the table before it draws its id. So when all present holders of that lock have
    ended, every id drawn earlier is committed or lost. Only the sealing waits, never a writer.
    """
    last: int = AuditEvent.objects.aggregate(last=models.Max("id"))["last"] or 0
    if connection.vendor != "postgresql":
        return last
    writers, ends = _writers(), time.monotonic() + _PATIENCE
    while writers and time.monotonic() < ends:
        time.sleep(0.02)
        writers &= _writers()
    return 0 if writers else last


def _writers() -> set[str]:
    """The transactions that hold the insert lock on the table of events (PostgreSQL)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE mode = 'RowExclusiveLock' "
            "AND relation = 'core_auditevent'::regclass AND pid <> pg_backend_pid()"
        )
        return {row[0] for row in cursor.fetchall()}


def seal() -> int:
    """Seal the events that have none yet; returns how many were sealed."""
    sealed, settled = 0, _settled_id()
    with transaction.atomic():
        last = AuditSeal.objects.order_by("-last_id").first()
        start, previous = (last.last_id, last.hash) if last else (0, "")
        while True:
            events = list(
                AuditEvent.objects.filter(id__gt=start, id__lte=settled).order_by("id")[:_BLOCK]
            )
            if not events:
                return sealed
            digest, count = _digest(events, previous)
            AuditSeal.objects.create(
                first_id=events[0].pk,
                last_id=events[-1].pk,
                count=count,
                previous_hash=previous,
                hash=digest,
            )
            sealed, start, previous = sealed + count, events[-1].pk, digest


def verify() -> list[BrokenSeal]:
    """The sealed blocks that were altered, removed or cut out of the chain."""
    faults, previous = [], ""
    for block in AuditSeal.objects.order_by("first_id"):
        events = AuditEvent.objects.filter(id__range=(block.first_id, block.last_id)).order_by("id")
        digest, count = _digest(events.iterator(), block.previous_hash)
        if block.previous_hash != previous:
            faults.append(BrokenSeal(block.first_id, block.last_id, "the seal before it is gone"))
        elif count != block.count:
            faults.append(
                BrokenSeal(block.first_id, block.last_id, f"{count} events, {block.count} sealed")
            )
        elif digest != block.hash:
            faults.append(BrokenSeal(block.first_id, block.last_id, "an event was altered"))
        previous = block.hash
    return faults
