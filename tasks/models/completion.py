"""How much is done: computed counts, each row valid from one day to another."""

from datetime import date
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from provinces.models import Agency, Area, Plan, PlanGroup
from tasks.states import DerivedStatus

COUNTS = tuple(status.value for status in DerivedStatus)
"""The names of the eight counts, which add up to the total."""


_Counted = TypeVar("_Counted", bound="CountedRow")


class CountedQuerySet(models.QuerySet[_Counted]):
    def as_of(self, day: date) -> Self:
        """The row of each cell that holds on the day."""
        return self.filter(day__lte=day, until__gt=day)


class CompletionQuerySet(CountedQuerySet["Completion"]):
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


class CountedRow(models.Model):
    """Eight counts of assignments.

    A row holds from ``day`` until the day before ``until``, which is ``date.max`` while no change
    is known. So figures as of any day are one filter and one sum. Rows for coming due days are
    written ahead, so that no job is needed when a day begins.
    """

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

    class Meta:
        abstract = True


class Completion(CountedRow):
    """Counts of the assignments of one cell (plan, area, agency, group)."""

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
        db_index=False,
        related_name="+",
        db_constraint=False,
        verbose_name=_("group"),
    )

    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completion")
        ordering = ["plan", "area", "agency", "group", "day"]
        indexes = [
            models.Index(fields=["plan", "until", "day"]),
            models.Index(fields=["group", "area"], name="completion_of_group"),
        ]
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


class ProvinceSum(CountedRow):
    """All cells of a group in one province, or of what the nation gave itself; those of communes
    apart. So a page of the country adds up some hundred rows."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, db_index=False, related_name="+", db_constraint=False
    )
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    of_communes = models.BooleanField()
    group = models.ForeignKey(
        PlanGroup, on_delete=models.CASCADE, db_index=False, related_name="+", db_constraint=False
    )

    objects = CountedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sum of a province")
        verbose_name_plural = _("sums of provinces")
        indexes = [
            models.Index(fields=["until", "day"], name="province_sum_until"),
            models.Index(fields=["plan", "until", "day"], name="province_sum_plan_until"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "area", "of_communes", "day"], name="province_sum_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.area_id}/{self.group_id} {self.day:%d/%m/%Y}"


class CommuneSum(CountedRow):
    """All cells of a document in one commune, so that a province adds up one row for each."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, db_index=False, related_name="+", db_constraint=False
    )
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, db_index=False, related_name="+", db_constraint=False
    )

    objects = CountedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sum of a commune")
        verbose_name_plural = _("sums of communes")
        indexes = [models.Index(fields=["area", "until", "day"], name="commune_sum_area_until")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "area", "day"], name="commune_sum_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.area_id} {self.day:%d/%m/%Y}"


def counted_in(area: Area) -> CountedQuerySet[Any]:
    """The fewest rows that add up to the counts of the area and all below; each has ``plan``,
    ``group``, ``of_communes``, ``day``, ``until`` and when it ``begins`` to count there."""
    if area.level == Area.Level.COMMUNE:
        return Completion.objects.within(area).annotate(of_communes=Value(True)).order_by()
    rows = ProvinceSum.objects.annotate(begins=F("day"))
    return rows if area.level == Area.Level.NATION else rows.filter(area=area)
