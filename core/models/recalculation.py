"""The queue: marks of what changed, the age of the figures, and the feed of what was settled."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecalculationQuerySet(models.QuerySet["Recalculation"]):
    def waiting(self) -> "RecalculationQuerySet":
        return self.filter(parked_at__isnull=True)

    def parked(self) -> "RecalculationQuerySet":
        """Marks that failed too often: an operator must look."""
        return self.filter(parked_at__isnull=False)


class Recalculation(models.Model):
    """A mark: this changed, from that day on. Inserted beside the data, in its transaction.

    It names what changed, not what must be recomputed, so writers never wait for one another.
    """

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("subject"), max_length=80)
    since = models.DateField(_("since"))
    marked_at = models.DateTimeField(_("marked at"), auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    parked_at = models.DateTimeField(_("parked at"), null=True, blank=True)

    objects = RecalculationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recalculation")
        verbose_name_plural = _("recalculations")
        ordering = ["id"]
        indexes = [models.Index(fields=["parked_at", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ≥ {self.since:%d/%m/%Y}"


class Generation(models.Model):
    """One row. Its number changes with the snapshots and is part of every cache key."""

    number = models.PositiveBigIntegerField(default=0)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} ({self.computed_at:%d/%m/%Y %H:%M})"


class Touch(models.Model):
    """Something that pages show changed, from that day on (see ``core.staleness``)."""

    family = models.CharField(max_length=12)
    key = models.CharField(max_length=40)
    since = models.DateField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.family} {self.key} ≥ {self.since:%d/%m/%Y}"


class FeedEntry(models.Model):
    """Something that changed, in the order in which it was settled.

    ``kind`` and ``key`` name it (see ``core.queue.feed``); ``since`` is the first day whose figures
    it may change.
    """

    kind = models.CharField(_("kind"), max_length=16)
    key = models.CharField(_("subject"), max_length=80)
    since = models.DateField(_("since"))
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "key"], name="core_feedentry_kind_key")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind} {self.key} ≥ {self.since:%d/%m/%Y}"
