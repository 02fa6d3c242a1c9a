"""What is measured."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.calendar.periods import PeriodKind
from core.db.fields import ExactDecimalField, WordsField
from core.text.language import Translated, in_language
from indicators.direction import Direction
from provinces.models import Agency, Area

PERIOD_LABELS = {
    PeriodKind.YEAR: _("year"),
    PeriodKind.HALF: _("half-year"),
    PeriodKind.QUARTER: _("quarter"),
    PeriodKind.MONTH: _("month"),
    PeriodKind.WEEK: _("week"),
    PeriodKind.DAY: _("day"),
    PeriodKind.YEARS: _("several years"),
    PeriodKind.MONTHS: _("several months"),
}
PERIOD_EXAMPLES = {
    PeriodKind.YEAR: "2025",
    PeriodKind.HALF: "2025-S1",
    PeriodKind.QUARTER: "2025-Q3",
    PeriodKind.MONTH: "2025-11",
    PeriodKind.WEEK: "2026-W12",
    PeriodKind.DAY: "2025-11-15",
    PeriodKind.YEARS: "2016/2020",
    PeriodKind.MONTHS: "2025-01/2025-09",
}
_USUAL_LENGTHS = {
    "week": [PeriodKind.WEEK],
    "month": [PeriodKind.MONTH],
    "quarter": [PeriodKind.QUARTER],
    "half": [PeriodKind.HALF],
    "year": [PeriodKind.YEAR],
    "two_years": [PeriodKind.YEAR],
}
"""By frequency."""


def everywhere() -> tuple[str, ...]:
    """All levels of area."""
    return tuple(Area.Level.values)


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
        WEEK = "week", _("week")
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
    other_periods = WordsField(
        _("other lengths of period"),
        words=PERIOD_LABELS.items(),
        max_length=80,
        blank=True,
        default=tuple,
        help_text=_("Taken besides those of the frequency."),
    )
    levels = WordsField(
        _("measured for"),
        words=Area.Level.choices,
        max_length=40,
        default=everywhere,
    )
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
    def lengths(self) -> frozenset[str]:
        """The kinds of period that a figure may speak of; an irregular indicator takes all."""
        usual = _USUAL_LENGTHS.get(self.frequency, PERIOD_LABELS)
        return frozenset((*usual, *self.other_periods))

    @property
    def unit(self) -> str:
        return in_language(self.unit_vi, self.unit_en)

    @property
    def method(self) -> str:
        return in_language(self.method_vi, self.method_en)

    @property
    def is_rank(self) -> bool:
        return self.kind == self.Kind.RANK

    @property
    def is_plain_number(self) -> bool:
        """Digits and a decimal mark write it; a telephone need not offer more."""
        return not self.is_rank and self.min_value is not None and self.min_value >= 0
