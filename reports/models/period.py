"""When reports are due: the schedule of a document, and the periods made from it."""

from datetime import date, time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.calendar import clock
from core.models import User
from provinces.models import Agency, Plan


class PeriodLength(models.TextChoices):
    WEEK = "week", _("week")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    HALF = "half", _("six months")
    NINE_MONTHS = "nine_months", _("nine months")
    YEAR = "year", _("year")


class ReportingSchedule(models.Model):
    """One kind of report that is due for a document, and when it closes."""

    class Moves(models.TextChoices):
        BEFORE = "before", _("to the working day before")
        AFTER = "after", _("to the working day after")
        NOWHERE = "", _("stays where it is")

    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="reporting_schedules",
        verbose_name=_("document"),
    )
    kind = models.CharField(_("reporting period"), max_length=12, choices=PeriodLength)
    closing_day = models.PositiveSmallIntegerField(
        _("closing day"),
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Day of the week (1 = Monday) or of the month; 31 is the last of any month."),
    )
    closing_time = models.TimeField(_("closing time"), default=time(16))
    months_early = models.PositiveSmallIntegerField(
        _("months before the last one"), default=0, validators=[MaxValueValidator(2)]
    )
    moves = models.CharField(
        _("on a day off"), max_length=6, choices=Moves, default=Moves.BEFORE, blank=True
    )
    since = models.DateField(_("holds from"))

    class Meta:
        verbose_name = _("reporting schedule")
        verbose_name_plural = _("reporting schedules")
        ordering = ["plan", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind"],
                name="schedule_once_per_kind",
                violation_error_message=_("This document has such a report already."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="week") | Q(closing_day__lte=7),
                name="schedule_week_has_seven_days",
                violation_error_message=_("A week has seven days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.get_kind_display()}"


class Letterhead(models.Model):
    """How an agency's reports are headed and signed; ``NAMES`` is what is frozen with a report."""

    class Layout(models.TextChoices):
        STATE = "state", _("of the State (Decree 30/2020/NĐ-CP)")
        PARTY = "party", _("of the Party")

    NAMES = ("layout", "superior", "name", "symbol", "place", "recipients", "title", "signer")

    agency = models.OneToOneField(
        Agency, on_delete=models.CASCADE, related_name="letterhead", verbose_name=_("agency")
    )
    layout = models.CharField(_("layout"), max_length=5, choices=Layout, default=Layout.STATE)
    superior = models.CharField(_("superior agency"), max_length=200, blank=True)
    name = models.CharField(_("name of the agency"), max_length=200)
    symbol = models.CharField(_("symbol"), max_length=40, blank=True, help_text=_("BC-VPTU"))
    place = models.CharField(_("place"), max_length=80)
    recipients = models.TextField(_("recipients"), blank=True, help_text=_("One a line."))
    title = models.CharField(_("title of the signer"), max_length=120, blank=True)
    signer = models.CharField(_("signer"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")

    def __str__(self) -> str:
        return self.name


class ReportingPeriod(models.Model):
    """One week, month or quarter of a plan, with the moment at which reporting closes."""

    plan = models.ForeignKey(
        Plan,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="reporting_periods",
        verbose_name=_("document"),
    )
    kind = models.CharField(
        _("reporting period"), max_length=12, choices=PeriodLength, default=PeriodLength.WEEK
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    as_of = models.DateField(_("as of"), null=True)
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
            models.UniqueConstraint(
                fields=["plan", "kind", "first_day"], name="period_once_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="period_ends_after_it_starts",
                violation_error_message=_("A period cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.first_day:%d/%m/%Y} – {self.last_day:%d/%m/%Y}"

    @property
    def day(self) -> date:
        """The day of its figures."""
        return self.as_of or self.last_day

    @property
    def has_closed(self) -> bool:
        return self.closes_at <= clock.now()

    @property
    def name(self) -> str:
        """As its report calls it: "Tuần từ 08/11/2025 đến 14/11/2025"."""
        names = {
            PeriodLength.WEEK: _now("Week"),
            PeriodLength.MONTH: _now("Month"),
            PeriodLength.QUARTER: _now("Quarter"),
            PeriodLength.HALF: _now("Six months"),
            PeriodLength.NINE_MONTHS: _now("Nine months"),
            PeriodLength.YEAR: _now("Year"),
        }
        return _now("%(kind)s from %(first)s to %(last)s") % {
            "kind": names[PeriodLength(self.kind)],
            "first": date_format(self.first_day),
            "last": date_format(self.last_day),
        }
