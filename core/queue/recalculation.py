"""The database is the queue: marks go in with the data, one drainer works them off.

A mark says what changed. Each floor registers, in its AppConfig.ready, what follows from a kind of
change, so a lower floor need not know the floors above it.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from core import staleness
from core.calendar import clock
from core.db import bulk, sql
from core.db.locks import exclusive_lock
from core.models import Generation, Recalculation
from core.queue.workers import is_over

logger = logging.getLogger(__name__)

Subjects = Mapping[str, date]
"""Keys of what changed, each with the earliest day from which it changed."""
Handler = Callable[[Subjects], None]

BATCH = 500
MAX_ATTEMPTS = 5
_ENDED_ITS_PROCESS = "The process ended each time this was worked on."
_MANY = 100
_COLUMNS = ("kind", "key", "since", "marked_at", "attempts", "error")
DRAINER = "drain"

_handlers: dict[str, list[Handler]] = {}
_tellers: list[Handler] = []
_touches: dict[str, Callable[[Subjects], Mapping[staleness.Subject, date]]] = {}
_rebuilders: list[Callable[[], int]] = []


def register(kind: str, handler: Handler, *, tells: bool = False) -> None:
    """What must be recomputed when a subject of this kind changed. Running it twice is harmless.

    ``tells``: it tells others of the change, so a recalculation of everything does not replace it.
    """
    if handler not in _handlers.setdefault(kind, []):
        _handlers[kind].append(handler)
    if tells and handler not in _tellers:
        _tellers.append(handler)


def register_touches(
    kind: str, touches: Callable[[Subjects], Mapping[staleness.Subject, date]]
) -> None:
    """Which pages show a subject of this kind; without it, all do."""
    _touches[kind] = touches


def register_rebuild(rebuild: Callable[[], int]) -> None:
    """How a floor recomputes all its snapshots from raw rows; returns how many it wrote."""
    if rebuild not in _rebuilders:
        _rebuilders.append(rebuild)


def mark(kind: str, keys: Iterable[object], *, since: date) -> None:
    """Insert marks in the running transaction. Without a broker, some are drained after it."""
    subjects = [str(key) for key in keys]
    if len(subjects) == 1:
        sql.insert(Recalculation(kind=kind, key=subjects[0], since=since))
    elif len(subjects) < _MANY:
        marks = [Recalculation(kind=kind, key=key, since=since) for key in subjects]
        Recalculation.objects.bulk_create(marks)
    else:
        now = clock.now()
        rows = ((kind, key, since, now, 0, "") for key in subjects)
        bulk.insert(Recalculation, _COLUMNS, rows)
    drain_after_commit()


def drain_after_commit() -> None:
    """For whoever inserts marks themselves; ``mark`` calls it."""
    if settings.R57_DRAIN_AFTER_COMMIT_SECONDS:
        seconds = settings.R57_DRAIN_AFTER_COMMIT_SECONDS
        transaction.on_commit(lambda: drain(seconds), robust=True)


def is_pending() -> bool:
    return Recalculation.objects.waiting().exists()


def generation() -> Generation:
    """The number and time of the latest snapshots."""
    return Generation.objects.order_by("id").first() or Generation(
        number=0, computed_at=clock.now()
    )


def touch_generation() -> None:
    """A new number and time of the snapshots, when the running transaction commits."""
    staleness.forget_old()
    changed = Generation.objects.update(number=F("number") + 1, computed_at=clock.now())
    if not changed:
        Generation.objects.create(number=1, computed_at=clock.now())


def drain(seconds: float = float("inf")) -> int:
    """Work off marks until none waits or the time is over; returns how many were done.

    Only one drainer works at a time; a second one returns 0 at once.
    """
    done, ends = 0, time.monotonic() + seconds
    with exclusive_lock(DRAINER) as mine:
        while mine:
            batch = list(Recalculation.objects.waiting().order_by("id")[:BATCH])
            done += _work(batch)
            if len(batch) < BATCH or is_over(ends):
                break
    return done


def recalculate_all() -> int:
    """Recompute every snapshot from raw rows, in one transaction; returns how many were written."""
    with exclusive_lock(DRAINER, wait=True), transaction.atomic():
        bulk.take_time()
        bulk.refresh_statistics()
        while batch := list(Recalculation.objects.waiting().order_by("id")[:BATCH]):
            _handle(batch, only=_tellers)
            _rows(batch).delete()
        written = sum(rebuild() for rebuild in _rebuilders)
        staleness.touch({(staleness.REST, ""): date.min})
        touch_generation()
    return written


def _work(batch: list[Recalculation]) -> int:
    """All fresh marks at once. Subjects that failed or ended their process before come after them,
    one by one and the least tried first, so that a bad subject holds up no other."""
    worn = [m for m in batch if m.attempts >= MAX_ATTEMPTS]
    if worn:
        logger.error("%d marks ended their process %d times", len(worn), MAX_ATTEMPTS)
        _say_why(worn, _ENDED_ITS_PROCESS)
    suspects = set(Recalculation.objects.parked().values_list("kind", "key"))
    suspects |= {_subject(m) for m in batch if m.attempts}
    fresh = [m for m in batch if _subject(m) not in suspects]
    tried = [m for m in batch if _subject(m) in suspects and m.attempts < MAX_ATTEMPTS]
    done = 0
    if fresh:
        _count_try(fresh)
        try:
            done = _settle(fresh)
        except Exception:
            logger.exception("A batch of %d marks failed; trying each subject alone", len(fresh))
            done = sum(map(_settle_alone, _by_subject(fresh).values()))
    alone = _by_subject(tried).values()
    for marks in sorted(alone, key=lambda same: max(m.attempts for m in same)):
        _count_try(marks)
        done += _settle_alone(marks)
    return done


def _subject(mark: Recalculation) -> tuple[str, str]:
    return mark.kind, mark.key


def _count_try(marks: list[Recalculation]) -> None:
    """Counted before the work, so that a mark that ends its process is not tried for ever."""
    _rows(marks).update(attempts=F("attempts") + 1)


def _say_why(marks: list[Recalculation], error: str) -> None:
    """Keep the error of the marks; those that were tried too often are parked."""
    rows = _rows(marks)
    rows.update(error=error)
    rows.filter(attempts__gte=MAX_ATTEMPTS).update(parked_at=clock.now())


def _rows(marks: list[Recalculation]) -> QuerySet[Recalculation]:
    return Recalculation.objects.filter(id__in=[m.pk for m in marks])


def _by_subject(marks: list[Recalculation]) -> dict[tuple[str, str], list[Recalculation]]:
    subjects: dict[tuple[str, str], list[Recalculation]] = {}
    for item in marks:
        subjects.setdefault(_subject(item), []).append(item)
    return subjects


def _settle(marks: list[Recalculation]) -> int:
    """Run the handlers and delete exactly these marks, in one transaction."""
    with transaction.atomic():
        _handle(marks)
        _rows(marks).delete()
        touch_generation()
    return len(marks)


def _handle(marks: list[Recalculation], only: Collection[Handler] | None = None) -> None:
    since: dict[str, dict[str, date]] = {}
    for (kind, key), group in _by_subject(marks).items():
        since.setdefault(kind, {})[key] = min(m.since for m in group)
    for kind, subjects in since.items():
        for handler in _handlers.get(kind, []):
            if only is None or handler in only:
                handler(subjects)
        if kind in _touches:
            staleness.touch(_touches[kind](subjects))
        else:
            staleness.touch({(staleness.REST, ""): min(subjects.values())})


def _settle_alone(marks: list[Recalculation]) -> int:
    try:
        return _settle(marks)
    except Exception as error:
        logger.exception("Recalculation of %s %s failed", marks[0].kind, marks[0].key)
        _say_why(marks, f"{type(error).__name__}: {error}")
        return 0
