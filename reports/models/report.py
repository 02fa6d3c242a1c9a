"""Reports: the text that is being written, and what was frozen, which never changes."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.calendar import clock
from core.db.append_only import AppendOnly
from core.db.conditions import any_of, under
from core.models import ApiClient, User
from provinces.models import Area, PlanScope
from provinces.permissions import Caller, grants, sees_everything
from reports.models.period import ReportingPeriod


def in_areas(caller: Caller, path: str = "area__path") -> Q:
    """The filter for rows in the areas that a person holds a role in, and in those below.

    ``path`` is the lookup from the row to the path of its area.
    """
    if not isinstance(caller, User) or not caller.is_active:
        return Q(pk__in=[])
    if sees_everything(caller):
        return Q()
    return under((grant.area_path for grant in grants(caller) if grant.area_path), path)


class ReportDraft(models.Model):
    """What the standing agency writes before, between and after the figures of a period."""

    WRITTEN = ("before", "between", "after")
    CHOSEN = (*WRITTEN, "charts")

    period = models.ForeignKey(
        ReportingPeriod,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="drafts",
        verbose_name=_("reporting period"),
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="report_drafts", verbose_name=_("area")
    )
    before = models.TextField(_("before the figures"), blank=True)
    between = models.TextField(_("after the figures"), blank=True)
    after = models.TextField(_("at the end"), blank=True)
    charts = models.JSONField(_("charts"), default=list, blank=True)
    ready_at = models.DateTimeField(_("ready since"), default=clock.now)

    class Meta:
        verbose_name = _("draft of a report")
        verbose_name_plural = _("drafts of reports")
        constraints = [
            models.UniqueConstraint(fields=["period", "area"], name="draft_once_per_area")
        ]

    def __str__(self) -> str:
        return f"{self.period} – {self.area}"

    def get_absolute_url(self) -> str:
        return f"/reports/periods/{self.period_id}/{self.area.code}/draft/"


class TypedText(models.Model):
    """What somebody typed into a draft and has not saved: texts by name of the field."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="+")
    draft = models.ForeignKey(ReportDraft, on_delete=models.CASCADE, related_name="typed")
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [
            models.UniqueConstraint(fields=["user", "draft"], name="typed_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.draft_id}"


class FrozenReportQuerySet(models.QuerySet["FrozenReport"]):
    def visible_to(self, caller: Caller) -> "FrozenReportQuerySet":
        """Those of their areas; of a connected system those of the documents and areas that its
        scopes name."""
        if not isinstance(caller, ApiClient):
            return self.filter(in_areas(caller))
        scopes = PlanScope.held_by(caller)
        return self.filter(any_of(scope.named("area", "period__plan") for scope in scopes))


class FrozenReport(AppendOnly, models.Model):
    """The figures as they were reported, on that day and at that hour.

    ``figures`` holds every figure and the rows behind it, as ``reports.content.figures`` tells.
    ``digest`` is over it and the head, so a change anywhere shows.
    """

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
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    reason = models.TextField(_("reason for the new version"), blank=True)
    as_of = models.DateField(_("as of"))
    known_at = models.DateTimeField(_("known at"), null=True)
    figures = models.JSONField(_("figures"))
    digest = models.CharField(_("hash"), max_length=64, blank=True)
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("frozen by")
    )

    objects = FrozenReportQuerySet.as_manager()
    drawn: "Sequence[FrozenPicture]" = ()
    """The pictures of a report that is not stored yet."""

    class Meta:
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        ordering = ["-frozen_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "area", "version"], name="report_version_once"
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""),
                name="report_version_has_reason",
                violation_error_message=_("A new version needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} – {self.area}"

    def get_absolute_url(self) -> str:
        return f"/reports/{self.pk}/"

    def pictures_in(self, language: str) -> "list[FrozenPicture]":
        """In the order of the report."""
        rows = self.pictures.order_by("pk") if self.pk else self.drawn
        return [one for one in rows if one.language == language]


class FrozenPicture(AppendOnly, models.Model):
    """A chart of a frozen report in one language. ``kind`` is the chart's name, ``title`` what it
    shows; ``digest``, its SHA-256, stands in the report's figures, and so in the report's hash."""

    report = models.ForeignKey(
        FrozenReport,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="pictures",
        verbose_name=_("frozen report"),
    )
    name = models.CharField(_("chart"), max_length=60)
    language = models.CharField(_("language"), max_length=2)
    kind = models.CharField(_("name"), max_length=120)
    title = models.TextField(_("title"))
    png = models.BinaryField(_("picture"))
    digest = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("chart of a frozen report")
        verbose_name_plural = _("charts of frozen reports")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "name", "language"], name="picture_once_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.name} ({self.language})"
