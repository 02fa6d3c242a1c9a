"""What was promised."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db.fields import ExactDecimalField
from core.text.language import Translated, in_language
from indicators.models import ClientScope, Indicator, seen_by
from provinces.models import Area, Plan
from provinces.permissions import Caller
from targets.kinds import Comparator

_LOWER_BOUND = (">", ">=", "=", "about", "range", "growth_avg", "multiple_of")
_UPPER_BOUND = ("<", "<=", "range", "rank_top")


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, caller: Caller) -> "TargetQuerySet":
        """All for people; for a connected system those of its areas (1 SQL query)."""
        return seen_by(caller, self, ClientScope.within)

    def as_of(self, day: date) -> "TargetQuerySet":
        """Targets of documents issued on or before the day."""
        return self.filter(plan__issued_on__lte=day)

    def within(self, area: Area) -> "TargetQuerySet":
        return self.filter(area__path__startswith=area.path)


class Target(Translated):
    """One bound that a document sets on one indicator; a qualitative target has no indicator.

    ``minimum`` and ``maximum`` are the printed bounds. ``tolerance`` is a percentage of the bound,
    for ``about``. ``code`` never changes, as addresses hold it.
    """

    code = models.CharField(_("code"), max_length=30, unique=True)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="targets", verbose_name=_("assigning document")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="targets", verbose_name=_("area")
    )
    indicator = models.ForeignKey(
        Indicator,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
        verbose_name=_("indicator"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    clause = models.CharField(_("clause"), max_length=120, blank=True)
    horizon_on = models.DateField(_("last day"))
    comparator = models.CharField(_("comparator"), max_length=12, choices=Comparator)
    minimum = ExactDecimalField(_("lower bound"), null=True, blank=True)
    maximum = ExactDecimalField(_("upper bound"), null=True, blank=True)
    tolerance = ExactDecimalField(_("tolerance, %"), null=True, blank=True)
    baseline_value = ExactDecimalField(_("baseline"), null=True, blank=True)
    baseline_period = models.CharField(_("period of the baseline"), max_length=21, blank=True)
    unit_vi = models.CharField(_("unit in Vietnamese"), max_length=120, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=120, blank=True)
    scope_vi = models.CharField(
        _("ranked among, in Vietnamese"),
        max_length=120,
        blank=True,
        help_text=_("For a rank: countries of Southeast Asia, provinces …"),
    )
    scope_en = models.CharField(_("ranked among, in English"), max_length=120, blank=True)
    phrase_vi = models.TextField(_("as printed, in Vietnamese"), blank=True)
    phrase_en = models.TextField(_("as printed, in English"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the source"), max_length=500, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["plan", "position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparator="qualitative") | Q(indicator__isnull=False),
                name="target_number_needs_indicator",
                violation_error_message=_("Only a qualitative target goes without an indicator."),
            ),
            models.CheckConstraint(
                condition=~Q(comparator__in=_LOWER_BOUND) | Q(minimum__isnull=False),
                name="target_has_lower_bound",
                violation_error_message=_("This comparator needs the lower bound."),
            ),
            models.CheckConstraint(
                condition=~Q(comparator__in=_UPPER_BOUND) | Q(maximum__isnull=False),
                name="target_has_upper_bound",
                violation_error_message=_("This comparator needs the upper bound."),
            ),
            models.CheckConstraint(
                condition=Q(baseline_value__isnull=True) | ~Q(baseline_period=""),
                name="target_baseline_has_period",
                violation_error_message=_("A baseline needs the period it was measured in."),
            ),
        ]

    @property
    def unit(self) -> str:
        return in_language(self.unit_vi, self.unit_en)

    @property
    def scope(self) -> str:
        return in_language(self.scope_vi, self.scope_en)

    @property
    def phrase(self) -> str:
        return in_language(self.phrase_vi, self.phrase_en)

    def get_absolute_url(self) -> str:
        return f"/targets/{self.code}/"


class Milestone(models.Model):
    """A value to be reached on the way, through which the required path goes."""

    target = models.ForeignKey(
        Target, on_delete=models.CASCADE, db_index=False, related_name="milestones"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = ExactDecimalField(_("value"))

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["target", "year"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.target.code} {self.year}: {self.value}"
