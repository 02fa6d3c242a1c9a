"""How much is done: computed counts, each row valid from one day to another."""

from datetime import date

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from provinces.models import Agency, Area, Plan, PlanGroup
from tasks.states import DerivedStatus

COUNTS = tuple(status.value for status in DerivedStatus)
"""The names of the eight counts, which add up to the total."""


class CompletionQuerySet(models.QuerySet["Completion"]):
    def as_of(self, day: date) -> "CompletionQuerySet":
        """The row of each cell that holds on the day."""
        return self.filter(day__lte=day, until__gt=day)

    def within(self, area: Area) -> "CompletionQuerySet":
        """The area and all below. ``begins``: ``day``, or the later day on which a commune that was
        merged into it began to count here."""
        rows = self.filter(area__path__startswith=area.path)
        merged = [
            When(area=pk, then=Greatest("day", Value(joined)))
            for pk, joined in area.joined().items()
        ]
        if not merged:
            return rows.annotate(begins=F("day"))
        return rows.annotate(begins=Case(*merged, default=F("day"))).filter(until__gt=F("begins"))


class Completion(models.Model):
    """Counts of the assignments of one cell (plan, area, agency, group).

    A row holds from ``day`` until the day before ``until``, which is ``date.max`` while no change
    is known. So figures as of any day are one filter and one sum. Rows for coming due days are
    written ahead, so that no job is needed when a day begins.
    """

    # The raw rows are held to these constraints; checking every copy of them again took the
    # database longer than writing it.
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="+",
        db_constraint=False,
        verbose_name=_("document"),
    )
    area = models.ForeignKey(
        Area,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        verbose_name=_("area"),
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        verbose_name=_("agency"),
    )
    group = models.ForeignKey(
        PlanGroup,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        verbose_name=_("group"),
    )
    day = models.DateField(_("day"))
    until = models.DateField(_("until"), default=date.max)
    completed_on_time = models.PositiveIntegerField(_("completed on time"), default=0)
    completed_late = models.PositiveIntegerField(_("completed late"), default=0)
    in_progress_on_schedule = models.PositiveIntegerField(_("in progress, on schedule"), default=0)
    in_progress_overdue = models.PositiveIntegerField(_("in progress, overdue"), default=0)
    not_started_on_schedule = models.PositiveIntegerField(_("not started, on schedule"), default=0)
    not_started_overdue = models.PositiveIntegerField(_("not started, overdue"), default=0)
    ongoing = models.PositiveIntegerField(_("ongoing"), default=0)
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    computed_at = models.DateTimeField(_("computed at"))

    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completion")
        ordering = ["plan", "area", "agency", "group", "day"]
        indexes = [models.Index(fields=["plan", "until", "day"])]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "area", "agency", "group", "day"], name="completion_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=F("day")), name="completion_holds_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.area_id}/{self.agency_id}/{self.group_id} {self.day:%d/%m/%Y}"
