"""Readings: what was published, vintage on vintage, never overwritten."""

from datetime import date, datetime
from operator import attrgetter

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from core.db.fields import ExactDecimalField
from core.models import ApiClient, User
from indicators.models.indicator import Indicator
from indicators.models.intake import ClientScope, seen_by
from provinces.models import Area
from provinces.permissions import Caller


class ObsStatus(models.TextChoices):
    """SDMX code list CL_OBS_STATUS, as far as the offices use it."""

    FINAL = "A", _("Final")
    PRELIMINARY = "P", _("Preliminary")
    ESTIMATE = "E", _("Estimate")
    FORECAST = "F", _("Forecast")
    BREAK = "B", _("Break in series")
    MISSING = "O", _("Missing")
    UNVALIDATED = "V", _("Unvalidated")


SERIES = ("indicator", "area", "period", "base")
"""Vintages of one figure have these in common."""

vintage_order = attrgetter("published_on", "revision")
"""Of the vintages published by a day the last in this order is in force."""


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, caller: Caller) -> "ReadingQuerySet":
        return seen_by(caller, self, ClientScope.readings)

    def of(self, indicator: Indicator, area: Area) -> "ReadingQuerySet":
        return self.filter(indicator=indicator, area=area)

    def published_by(self, day: date, known_at: datetime | None = None) -> "ReadingQuerySet":
        rows = self.filter(published_on__lte=day)
        return rows.known_at(known_at) if known_at else rows

    def known_at(self, moment: datetime) -> "ReadingQuerySet":
        return self.filter(recorded_at__lte=moment)

    def current(self) -> "ReadingQuerySet":
        """The vintage in force of each period: no later one is among the rows selected so far.

        Each row is asked by the index of its series, so a page of a long list costs as much as its
        rows, wherever it lies. Later filters choose among the vintages in force.
        """
        series = self.order_by().filter(**{name: OuterRef(name) for name in SERIES})
        day = Q(published_on=OuterRef("published_on"), revision__gt=OuterRef("revision"))
        later = series.filter(Q(published_on__gt=OuterRef("published_on")) | day)
        return self.filter(~Exists(later))

    def as_of(self, day: date, known_at: datetime | None = None) -> "ReadingQuerySet":
        """The vintages in force on a day, withdrawn ones included (status O)."""
        return self.published_by(day, known_at).current()


class Reading(AppendOnly, models.Model):
    """One vintage of one fact: an indicator, an area, a period.

    Current on a day is the top by (published_on, revision) on or before it. Arithmetic uses
    ``value`` (or ``rank``); ``value_text`` is the number as it was sent. ``base`` is the number of
    provinces the fact was counted among (63 or 34), 0 where none was stated. A fact published only
    for "recent years" has ``period_text`` and no period: it is shown, never judged.
    """

    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="readings",
        verbose_name=_("indicator"),
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="readings", verbose_name=_("area")
    )
    period = models.CharField(_("period"), max_length=21, blank=True)
    period_text = models.CharField(_("period as published"), max_length=60, blank=True)
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    base = models.PositiveSmallIntegerField(_("number of provinces"), default=0)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    value = ExactDecimalField(_("value"), null=True)
    value_text = models.CharField(_("value as sent"), max_length=40, blank=True)
    value_qualifier = models.CharField(_("qualifier"), max_length=1, blank=True)
    rank = models.PositiveIntegerField(_("rank"), null=True)
    rank_of = models.PositiveIntegerField(_("among"), null=True)
    obs_status = models.CharField(_("status"), max_length=1, choices=ObsStatus, default="A")
    published_on = models.DateField(_("published on"))
    published_is_estimated = models.BooleanField(_("day of publication estimated"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by_user = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_by_client = models.ForeignKey(
        ApiClient,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("sending system"),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the source"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["indicator", "area", "last_day", "published_on", "revision"]
        indexes = [
            models.Index(
                F("indicator"),
                F("area"),
                F("base"),
                F("period"),
                F("published_on").desc(),
                F("revision").desc(),
                name="reading_latest_vintage",
            ),
            models.Index(fields=["indicator", "last_day"]),
            models.Index(fields=["published_on"]),  # What came in between two days.
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "period", "base", "revision"],
                name="reading_vintage_once",
                violation_error_message=_("Somebody else recorded this figure at the same moment."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(rank__isnull=False) | Q(obs_status="O"),
                name="reading_missing_is_said",
                violation_error_message=_("A reading without a figure has the status Missing (O)."),
            ),
            models.CheckConstraint(
                condition=~Q(obs_status="O") | Q(value__isnull=True, rank__isnull=True),
                name="reading_missing_has_no_value",
                violation_error_message=_("A reading with the status Missing (O) has no figure."),
            ),
            models.CheckConstraint(
                condition=~Q(period="") | ~Q(period_text=""),
                name="reading_has_a_period",
                violation_error_message=_("A reading needs its period."),
            ),
            models.CheckConstraint(
                condition=Q(value_qualifier__in=["", "<", ">", "~"]), name="reading_qualifier_known"
            ),
            models.CheckConstraint(
                condition=Q(base__in=[0, 34, 63]),
                name="reading_base_known",
                violation_error_message=_("The base is 63 or 34 provinces."),
            ),
            models.CheckConstraint(
                condition=Q(recorded_by_user__isnull=True) | Q(recorded_by_client__isnull=True),
                name="reading_one_recorder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.area.code} {self.period} = {self.value_text}"
