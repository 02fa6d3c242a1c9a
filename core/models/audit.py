"""Who did what: events that only grow, and the seals that show when one was touched."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from core.models.people import ApiClient, User


class AuditEvent(AppendOnly, models.Model):
    """One write: who, from where, what, on which subject, before and after."""

    at = models.DateTimeField(_("at"), db_index=True)
    user = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    client = models.ForeignKey(
        ApiClient,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("connected system"),
    )
    address = models.GenericIPAddressField(_("address"), null=True)
    request_id = models.CharField(_("number of the request"), max_length=32, blank=True)
    action = models.CharField(_("action"), max_length=60)
    subject_type = models.CharField(_("kind of subject"), max_length=40)
    subject_key = models.CharField(_("subject"), max_length=120)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_key", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(client__isnull=True),
                name="audit_one_actor",
                violation_error_message=_("An event has one actor."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_key}"


class AuditSeal(AppendOnly, models.Model):
    """A block of events under one hash, chained to the block before."""

    first_id = models.BigIntegerField(_("first event"), unique=True)
    last_id = models.BigIntegerField(_("last event"), unique=True)
    count = models.PositiveIntegerField(_("count"))
    previous_hash = models.CharField(_("previous hash"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64, unique=True)
    sealed_at = models.DateTimeField(_("sealed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["first_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_id__gte=models.F("first_id")), name="seal_covers_a_block"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id}"
