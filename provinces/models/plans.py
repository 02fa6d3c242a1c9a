"""The documents that set targets and tasks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.text.language import Translated, in_language
from provinces.models.places import Agency, Area


class Plan(Translated):
    """A document that gives work, of any kind; ``name`` is its subject (trích yếu nội dung)."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("resolution")
        PROGRAMME = "programme", _("action programme")
        PLAN = "plan", _("plan")
        CONCLUSION = "conclusion", _("conclusion")
        DIRECTIVE = "directive", _("directive")
        DECISION = "decision", _("decision")
        LETTER = "letter", _("official letter")
        NOTICE = "notice", _("notice of conclusions")
        TELEGRAM = "telegram", _("official telegram")

    number = models.CharField(_("number and symbol"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    issuer_vi = models.CharField(_("issuer in Vietnamese"), max_length=200)
    issuer_en = models.CharField(_("issuer in English"), max_length=200, blank=True)
    issued_on = models.DateField(_("date of issue"))
    base_year = models.PositiveSmallIntegerField(_("base year"), null=True, blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="plans", verbose_name=_("area")
    )
    implements = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="implemented_by",
        verbose_name=_("implements"),
    )
    requires_review = models.BooleanField(
        _("requires review"),
        default=False,
        help_text=_("A report counts only when the standing agency has accepted it."),
    )
    requires_agency_approval = models.BooleanField(
        _("requires approval by the head of the agency"), default=False
    )
    closed_through = models.DateField(
        _("reports closed through"),
        null=True,
        blank=True,
        help_text=_("Only a coordinator may still report for days up to this one."),
    )
    standing_agency = models.ForeignKey(
        Agency,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="standing_for",
        verbose_name=_("standing agency"),
    )
    source_url = models.URLField(_("source"), max_length=400, blank=True)
    provenance_vi = models.TextField(
        _("where its figures come from, in Vietnamese"),
        blank=True,
        help_text=_("Which of the figures shown are published, and by whom."),
    )
    provenance_en = models.TextField(_("where its figures come from, in English"), blank=True)

    class Meta:
        verbose_name = _("assigning document")
        verbose_name_plural = _("assigning documents")
        ordering = ["issued_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "issuer_vi"],
                name="plan_number_once_per_issuer",
                violation_error_message=_("This issuer already has a document of that number."),
            ),
            models.CheckConstraint(
                condition=~Q(implements=F("id")),
                name="plan_does_not_implement_itself",
                violation_error_message=_("A document cannot implement itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def issuer(self) -> str:
        return in_language(self.issuer_vi, self.issuer_en)

    @property
    def provenance(self) -> str:
        return in_language(self.provenance_vi, self.provenance_en)


class Phase(Translated):
    """A stretch of a plan with its own tasks."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, db_index=False, related_name="phases")
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="phase_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                name="phase_ends_after_it_starts",
                violation_error_message=_("A phase cannot end before it starts."),
            ),
        ]


class PlanGroup(Translated):
    """A group of tasks and solutions; one whose name was never published stays numbered."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, db_index=False, related_name="groups")
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        verbose_name = _("group of tasks and solutions")
        verbose_name_plural = _("groups of tasks and solutions")
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="group_number_once")]
