"""Given answers, so that a client may send again."""

from datetime import datetime, timedelta

from django.db import models

KEPT = timedelta(days=7)


class IdempotencyRecordQuerySet(models.QuerySet["IdempotencyRecord"]):
    def expired(self, at: datetime) -> "IdempotencyRecordQuerySet":
        """Answers past their days at that moment."""
        return self.filter(created_at__lt=at - KEPT)


class IdempotencyRecord(models.Model):
    """The stored answer to one Idempotency-Key, written in the transaction of its effect."""

    caller = models.CharField(max_length=24)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = IdempotencyRecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key} → {self.status}"
