"""What is known of an indicator in an area from day to day, so that no page scans readings."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.indicator import Indicator
from provinces.models import Area


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def on(self, day: date) -> "CoverageQuerySet":
        """One row for each indicator and area with something published by the day."""
        return self.filter(since__lte=day, until__gt=day)

    def last_known_days(self) -> dict[tuple[int, int], date | None]:
        """By (indicator, area): the last day of the newest period that is known."""
        known = self.filter(is_known=True).values_list("indicator", "area", "last_day")
        return {(indicator, area): last_day for indicator, area, last_day in known}


class Coverage(models.Model):
    """Holds from ``since`` until the day before ``until``. Written by ``indicators.coverage``."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, db_index=False)
    area = models.ForeignKey(Area, on_delete=models.CASCADE)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    is_known = models.BooleanField()
    """Not only forecasts and missing values were published."""
    last_day = models.DateField(null=True)
    """Of the newest known period of the length that the indicator's frequency asks for."""

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverages")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area", "since"], name="coverage_once")
        ]
        indexes = [models.Index(fields=["until", "since"], name="coverage_until")]

    def __str__(self) -> str:
        return f"{self.indicator_id} × {self.area_id} ≥ {self.since:%d/%m/%Y}"
