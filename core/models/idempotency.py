"""Answers already given, so that a client may send again."""

from django.db import models


class IdempotencyRecord(models.Model):
    """The stored answer to one Idempotency-Key, written in the transaction of its effect."""

    caller = models.CharField(max_length=24)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key} → {self.status}"
