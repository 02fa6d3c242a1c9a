"""What stands in the way, what is proposed, and what is asked for: more time, an end."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.text.language import in_language
from provinces.models import Agency, Area
from provinces.permissions import Caller, in_scope
from tasks.models.assignment import Assignment


class ObstacleCategory(models.TextChoices):
    PEOPLE = "people", _("People")
    SOFTWARE_LIST = "software_list", _("List of common software")
    DECENTRALISATION = "decentralisation", _("Decentralisation guidance")
    INFRASTRUCTURE = "infrastructure", _("Infrastructure")
    FINANCE = "finance", _("Finance")
    LAW = "law", _("Mechanism, law")
    OTHER = "other", _("Other")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, caller: Caller) -> "ProposalQuerySet":
        """Those in the caller's areas, to their agency, or about an obstacle of their agency."""
        sent_to, about = (
            Proposal.objects.filter(in_scope(caller, agency=agency)).values("pk")
            for agency in ("addressee", "obstacles__assignment__agency")
        )
        return self.filter(Q(pk__in=sent_to) | Q(pk__in=about))


class Proposal(models.Model):
    """Similar obstacles of many units, put to the agency that can remove them."""

    text_vi = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("area")
    )
    addressee = models.ForeignKey(
        Agency,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("addressee"),
    )
    addressee_text = models.CharField(_("addressee as given"), max_length=200, blank=True)
    letter_number = models.CharField(_("number of the letter"), max_length=80, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    source_url = models.CharField(_("address of the source"), max_length=500, blank=True)
    is_illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-sent_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | ~Q(answer=""),
                name="proposal_answer_has_text",
                violation_error_message=_("An answer needs its text."),
            )
        ]

    def __str__(self) -> str:
        return self.text_vi[:80]

    def get_absolute_url(self) -> str:
        return f"/proposals/{self.pk}/"

    @property
    def text(self) -> str:
        return in_language(self.text_vi, self.text_en)

    @property
    def addressed_to(self) -> str:
        return self.addressee.name if self.addressee else self.addressee_text


class ObstacleQuerySet(models.QuerySet["Obstacle"]):
    def visible_to(self, caller: Caller) -> "ObstacleQuerySet":
        """Those in the caller's areas, and those of their agencies' assignments; of a connected
        system those of the assignments that it may see."""
        work = {"agency": "assignment__agency", "plan": "assignment__task__plan"}
        return self.filter(in_scope(caller, **work))

    def open_on(self, day: date) -> "ObstacleQuerySet":
        return self.filter(opened_on__lte=day).filter(
            Q(resolved_on__isnull=True) | Q(resolved_on__gt=day)
        )

    def free(self) -> "ObstacleQuerySet":
        """Those that are open and in no proposal."""
        return self.filter(resolved_on=None, proposal=None)

    def within(self, area: Area) -> "ObstacleQuerySet":
        return self.filter(area__path__startswith=area.path)


class Obstacle(models.Model):
    """What hinders an assignment, or an area as a whole."""

    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="obstacles", verbose_name=_("area")
    )
    assignment = models.ForeignKey(
        Assignment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="obstacles",
        verbose_name=_("assignment"),
    )
    category = models.CharField(_("category"), max_length=16, choices=ObstacleCategory)
    text_vi = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True)
    opened_on = models.DateField(_("opened on"))
    opened_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    resolution = models.TextField(_("how it was resolved"), blank=True)
    proposal = models.ForeignKey(
        Proposal,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="obstacles",
        verbose_name=_("proposal"),
    )
    is_illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = ObstacleQuerySet.as_manager()

    class Meta:
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")
        ordering = ["-opened_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_on__isnull=True) | Q(resolved_on__gte=F("opened_on")),
                name="obstacle_resolved_after_opened",
                violation_error_message=_("It cannot be resolved before it was opened."),
            )
        ]

    def __str__(self) -> str:
        return self.text_vi[:80]

    @property
    def text(self) -> str:
        return in_language(self.text_vi, self.text_en)

    @property
    def unit(self) -> str:
        """Who has the obstacle: the agency of the assignment, or else the area."""
        return self.assignment.agency.short_name if self.assignment else self.area.name


class DecidedRequest(models.Model):
    """Something that an agency asks of the standing agency for one of its assignments."""

    class Decision(models.TextChoices):
        PENDING = "", _("waiting for a decision")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    reason = models.TextField(_("reason"))
    requested_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decision_note = models.TextField(_("note on the decision"), blank=True)

    class Meta:
        abstract = True


def _rules_of(name: str) -> list[models.BaseConstraint]:
    """What holds of every kind of request, under names of its own."""
    return [
        models.CheckConstraint(
            condition=Q(decision="", decided_on__isnull=True, decided_at__isnull=True)
            | (~Q(decision="") & Q(decided_on__isnull=False, decided_at__isnull=False)),
            name=f"{name}_decision_has_its_day",
            violation_error_message=_("A decision needs its day."),
        ),
        models.UniqueConstraint(
            fields=["assignment"],
            condition=Q(decision=""),
            name=f"{name}_one_open_request",
            violation_error_message=_("A request for this assignment is already waiting."),
        ),
    ]


class ExtensionRequest(DecidedRequest):
    """More time asked for; the original due day is kept on the assignment."""

    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        related_name="extensions",
        verbose_name=_("assignment"),
    )
    new_due_on = models.DateField(_("new deadline"))

    class Meta:
        verbose_name = _("extension request")
        verbose_name_plural = _("extension requests")
        ordering = ["requested_at", "id"]
        constraints = _rules_of("extension")

    def __str__(self) -> str:
        return f"{self.assignment_id} → {self.new_due_on:%d/%m/%Y}"


class CancelRequest(DecidedRequest):
    """An end asked for. Granted, a report with state *cancelled* is added to the history."""

    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        related_name="cancel_requests",
        verbose_name=_("assignment"),
    )

    class Meta:
        verbose_name = _("request to cancel")
        verbose_name_plural = _("requests to cancel")
        ordering = ["requested_at", "id"]
        constraints = _rules_of("cancel")

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.reason[:80]}"
