"""What is measured."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.fields import ExactDecimalField
from core.text.language import Translated, in_language
from indicators.direction import Direction
from provinces.models import Agency


class Indicator(Translated):
    """A statistical indicator; its ``code`` is stable for ever."""

    class Kind(models.TextChoices):
        VALUE = "value", _("value")
        SHARE = "share", _("share")
        COUNT = "count", _("count")
        GROWTH = "growth", _("growth rate")
        RANK = "rank", _("rank")
        INDEX = "index", _("index")

    class Frequency(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        HALF = "half", _("half-year")
        YEAR = "year", _("year")
        TWO_YEARS = "two_years", _("two years")
        IRREGULAR = "irregular", _("irregular")

    class Nature(models.TextChoices):
        POINT = "point", _("at a point in time")
        PERIOD = "period", _("in the period")
        CUMULATIVE = "cumulative", _("cumulative")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    unit_vi = models.CharField(_("unit in Vietnamese"), max_length=80, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=80, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, default="up")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default="value")
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency, default="year")
    nature = models.CharField(_("nature"), max_length=10, choices=Nature, default="period")
    expected_after_days = models.PositiveSmallIntegerField(
        _("expected after"), default=90, help_text=_("Days after the end of the period.")
    )
    min_value = ExactDecimalField(_("least allowed value"), null=True, blank=True)
    max_value = ExactDecimalField(_("greatest allowed value"), null=True, blank=True)
    owner = models.ForeignKey(
        Agency,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="indicators",
        verbose_name=_("owner"),
    )
    method_vi = models.TextField(_("method note in Vietnamese"), blank=True)
    method_en = models.TextField(_("method note in English"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]

    @property
    def unit(self) -> str:
        return in_language(self.unit_vi, self.unit_en)

    @property
    def method(self) -> str:
        return in_language(self.method_vi, self.method_en)

    @property
    def is_rank(self) -> bool:
        return self.kind == self.Kind.RANK
