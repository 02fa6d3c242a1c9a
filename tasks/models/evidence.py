"""What coordinating agencies did for an assignment, and what proves a result."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.db.append_only import AppendOnly
from core.models import User
from provinces.models import Agency
from provinces.permissions import Caller
from tasks.models.assignment import Assignment
from tasks.models.report import StatusReport


class Contribution(AppendOnly, models.Model):
    """What one coordinating agency did, in its own words."""

    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        related_name="contributions",
        verbose_name=_("assignment"),
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("agency")
    )
    text = models.TextField(_("text"))
    by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    is_illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        verbose_name = _("part of a coordinating agency")
        verbose_name_plural = _("parts of coordinating agencies")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="contribution_has_text",
                violation_error_message=_("Say what your agency did."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, caller: Caller) -> "EvidenceQuerySet":
        """Evidence of the assignments that the caller may see."""
        link = Evidence.assignments.through.objects.filter(
            evidence=OuterRef("pk"), assignment__in=Assignment.objects.visible_to(caller)
        )
        return self.filter(Exists(link))


class Evidence(models.Model):
    """A document by its number, a file, or a link; one may serve many assignments.

    A number alone is enough, for offices with a slow connection.
    """

    number = models.CharField(_("number and symbol"), max_length=80, blank=True)
    dated = models.DateField(_("date of issue"), null=True, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    subject = models.CharField(pgettext_lazy("document", "subject"), max_length=400, blank=True)
    file = models.FileField(_("file"), upload_to="%Y/%m", blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    size = models.PositiveIntegerField(_("bytes"), null=True, blank=True)
    content_type = models.CharField(_("type of content"), max_length=100, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    assignments = models.ManyToManyField(
        Assignment, related_name="evidence", blank=True, verbose_name=_("assignments")
    )
    reports = models.ManyToManyField(
        StatusReport, related_name="evidence", blank=True, verbose_name=_("reports")
    )
    contributions = models.ManyToManyField(
        Contribution, related_name="evidence", blank=True, verbose_name=_("contributions")
    )
    added_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") | ~Q(file="") | ~Q(link=""),
                name="evidence_is_something",
                violation_error_message=_("Give the number of a document, a file or a link."),
            )
        ]

    def __str__(self) -> str:
        return self.number or self.file_name or self.link
