"""What the database holds, counted anew."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models

from core.models import AuditEvent, IdempotencyRecord
from core.queue import recalculation
from faults.load import Document
from indicators.models import Reading
from targets.models import Assessment
from tasks.models import CommuneSum, Completion, ProvinceSum

_SNAPSHOTS: tuple[type[models.Model], ...] = (Assessment, Completion, ProvinceSum, CommuneSum)
_NOT_COMPARED = ("id", "computed_at")


@dataclass(frozen=True)
class Count:
    """Readings of one source against what was acknowledged; ``audited``: with an event each."""

    stored: int
    lost: int
    doubled: int
    audited: int

    @property
    def is_right(self) -> bool:
        return not self.lost and not self.doubled and self.stored == self.audited


def readings(documents: Sequence[Document], source: str) -> Count:
    """``lost``: acknowledged, not stored as it was sent; ``doubled``: stored more than once."""
    names = ("indicator__code", "area__code", "period", "value_text")
    rows = Reading.objects.filter(source=source)
    stored = Counter(rows.values_list(*names))
    sent = {(d["indicator"], d["area"], d["period"], d["value"]) for d in documents}
    ids = set(rows.values_list("pk", flat=True))
    events = AuditEvent.objects.filter(action="reading.created").values_list("after__id", flat=True)
    return Count(
        stored=stored.total(),
        lost=len(sent - set(stored)),
        doubled=stored.total() - len(stored),
        audited=sum(pk in ids for pk in events),
    )


def rows_of(source: str) -> int:
    return Reading.objects.filter(source=source).count()


def answers_kept(prefix: str) -> int:
    """Idempotency keys that begin so; one answer a key is the database's own rule."""
    return IdempotencyRecord.objects.filter(key__startswith=f"{prefix}-").count()


def wrong_snapshots() -> tuple[int, int]:
    """(rows that a recount from raw rows does not confirm or adds, rows there were)."""
    before = _snapshots()
    recalculation.recalculate_all()
    after = _snapshots()
    return ((before - after) + (after - before)).total(), before.total()


def _snapshots() -> Counter[str]:
    found: Counter[str] = Counter()
    for model in _SNAPSHOTS:
        fields = model._meta.concrete_fields
        names = [field.attname for field in fields if field.name not in _NOT_COMPARED]
        rows = model._default_manager.order_by().values_list(*names)
        found.update(f"{model.__name__} {row}" for row in rows)
    return found
