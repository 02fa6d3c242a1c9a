"""Reminders that were sent, work that was raised to heads, and notices that were seen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from tasks.models.assignment import Assignment


class DigestDay(models.Model):
    """A day on which reminders are sent; ``finished_at`` is set once everybody was served."""

    day = models.DateField(_("day"), primary_key=True)
    begun_at = models.DateTimeField(_("begun at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("day of reminders")
        verbose_name_plural = _("days of reminders")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class Sending(models.Model):
    """One person's message of one day. The row is written first, so it is sent at most once.

    Without ``sent_at`` it was not sent: ``error`` names the kind of failure, or there was a crash.
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", _("daily reminder")

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="sendings",
        verbose_name=_("user"),
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    taken_at = models.DateTimeField(_("taken at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.CharField(_("error"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-day", "id"]
        indexes = [models.Index(fields=["day", "user"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "day", "kind"], name="sending_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day:%d/%m/%Y}"


class Escalation(models.Model):
    """A long overdue assignment raised to the head of its agency, once for each limit of days.

    ``due_on`` is the deadline that was missed. After an extension the limits count anew.
    """

    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="escalations",
        verbose_name=_("assignment"),
    )
    due_on = models.DateField(_("deadline"))
    after_days = models.PositiveSmallIntegerField(_("days overdue"))
    raised_on = models.DateField(_("raised on"), db_index=True)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["-raised_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "due_on", "after_days"], name="escalation_once_per_limit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.after_days}"


class NoticesSeen(models.Model):
    """The moment up to which somebody has seen their notices."""

    user = models.OneToOneField(
        User, primary_key=True, on_delete=models.CASCADE, related_name="notices_seen"
    )
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("notices seen")
        verbose_name_plural = _("notices seen")

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at:%d/%m/%Y %H:%M}"
