"""Assessments, which are computed, and the judgements of people."""

from datetime import date

from django.db import models
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from core.models import User
from targets.kinds import Verdict
from targets.models.target import Target


class Judgement(models.Model):
    """A coordinator's verdict, as of a day, on a target that no number measures."""

    target = models.ForeignKey(
        Target, on_delete=models.PROTECT, related_name="judgements", verbose_name=_("target")
    )
    day = models.DateField(_("day"))
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("judged by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        ordering = ["target", "day", "id"]

    def __str__(self) -> str:
        return f"{self.target.code} {self.day:%d/%m/%Y}: {self.get_verdict_display()}"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def as_of(self, day: date) -> "AssessmentQuerySet":
        """The assessment in force of each target (one window query).

        A subquery, so that later filters choose among those in force.
        """
        newest = Window(RowNumber(), partition_by=[F("target")], order_by=[F("day").desc()])
        in_force = self.filter(day__lte=day).annotate(newest=newest).filter(newest=1)
        return Assessment.objects.filter(pk__in=in_force.values("pk"))


class Assessment(models.Model):
    """A snapshot that holds from ``day`` until the day of the next row.

    ``figures``: the fields of ``GET /targets/<code>/assessment/``. ``working``: the numbers of the
    formula in order, so that the page can print it.
    """

    target = models.ForeignKey(
        Target,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="assessments",
        verbose_name=_("target"),
    )
    day = models.DateField(_("day"))
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict)
    figures = models.JSONField(_("figures"))
    working = models.JSONField(_("working"), default=list)
    computed_at = models.DateTimeField(_("computed at"))

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["target", "day"]
        constraints = [
            models.UniqueConstraint(fields=["target", "day"], name="assessment_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.target.code} {self.day:%d/%m/%Y}: {self.get_verdict_display()}"
