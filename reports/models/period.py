"""What is handed in: reporting periods, and reports frozen with day and hour."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from core.models import User
from provinces.models import Area, Plan


class ReportingPeriod(models.Model):
    """One week, month or quarter of a plan, with the moment at which reporting closes."""

    plan = models.ForeignKey(
        Plan,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="reporting_periods",
        verbose_name=_("document"),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    closes_at = models.DateTimeField(_("closes at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["plan", "first_day"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "first_day"], name="period_once_per_plan"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="period_ends_after_it_starts",
                violation_error_message=_("A period cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.first_day} – {self.last_day}"


class FrozenReport(AppendOnly, models.Model):
    """The figures as they were reported, on that day and at that hour."""

    period = models.ForeignKey(
        ReportingPeriod,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="reports",
        verbose_name=_("reporting period"),
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="frozen_reports", verbose_name=_("area")
    )
    as_of = models.DateField(_("as of"))
    figures = models.JSONField(_("figures"))
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("frozen by")
    )

    class Meta:
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        ordering = ["-frozen_at"]
        constraints = [
            models.UniqueConstraint(fields=["period", "area"], name="report_frozen_once")
        ]

    def __str__(self) -> str:
        return f"{self.period} – {self.area}"
