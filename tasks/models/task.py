"""Tasks: what a document says must be done."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db.conditions import any_of
from core.text.language import in_language
from core.text.vietnamese import fold, sort_key
from provinces.models import Phase, Plan, PlanGroup
from provinces.permissions import Caller, in_scope
from targets.models import Target
from tasks.states import DueKind


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, caller: Caller) -> "TaskQuerySet":
        """Those of documents of the caller's areas, and those their agencies lead or help with; of
        a connected system those given to somebody in its scope."""
        led = in_scope(caller, area="assignments__area", agency="assignments__agency", plan="plan")
        printed = in_scope(caller, area="plan__area", agency="assignments__coordinating")
        found = (Task.objects.filter(reach).values("pk") for reach in (led, printed))
        return self.filter(any_of(Q(pk__in=rows) for rows in found))


class Task(models.Model):
    """One piece of work as a document prints it.

    ``due_text`` is the deadline as printed and ``due_on`` the last day it can mean; ongoing work
    has none.
    """

    class Provenance(models.TextChoices):
        PUBLISHED = "published", _("published")
        ILLUSTRATIVE = "illustrative", _("illustrative")
        INTERNAL = "internal", _("entered by the office")

    WRITTEN = (
        "number",
        "group",
        "phase",
        "title_vi",
        "title_en",
        "product_vi",
        "product_en",
        "due_text",
        "due_kind",
        "due_on",
        "lead_text",
        "coordinating_text",
        "targets",
    )
    """What a coordinator writes: edited without overwriting, told in the audit."""

    plan = models.ForeignKey(
        Plan,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="tasks",
        verbose_name=_("document"),
    )
    group = models.ForeignKey(
        PlanGroup, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("group")
    )
    phase = models.ForeignKey(
        Phase,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        verbose_name=_("phase"),
    )
    number = models.CharField(_("number"), max_length=20)
    title_vi = models.TextField(_("title in Vietnamese"))
    title_en = models.TextField(_("title in English"), blank=True)
    product_vi = models.TextField(_("required product in Vietnamese"), blank=True)
    product_en = models.TextField(_("required product in English"), blank=True)
    due_text = models.CharField(_("deadline as printed"), max_length=400, blank=True)
    due_on = models.DateField(_("last day"), null=True, blank=True)
    due_kind = models.CharField(_("kind of deadline"), max_length=10, choices=DueKind)
    lead_text = models.TextField(_("lead agency as printed"), blank=True)
    coordinating_text = models.TextField(_("coordinating agencies as printed"), blank=True)
    targets = models.ManyToManyField(
        Target, blank=True, related_name="tasks", verbose_name=_("targets it serves")
    )
    provenance = models.CharField(_("provenance"), max_length=12, choices=Provenance)
    source_url = models.CharField(_("address of the source"), max_length=500, blank=True)
    number_key = models.TextField(_("key of the number"), editable=False)
    search_text = models.TextField(_("text to search"), editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["plan", "number_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "phase", "number"],
                name="task_number_once_per_phase",
                violation_error_message=_("This document already has a task of that number."),
            ),
            models.UniqueConstraint(
                fields=["plan", "number"],
                condition=Q(phase__isnull=True),
                name="task_number_once",
                violation_error_message=_("This document already has a task of that number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Fill the keys for sorting and searching; bulk writers, which skip ``save``, call it."""
        self.number_key = sort_key(self.number)
        self.search_text = fold(f"{self.number} {self.title_vi} {self.title_en} {self.product_vi}")

    @property
    def title(self) -> str:
        return in_language(self.title_vi, self.title_en)

    @property
    def product(self) -> str:
        return in_language(self.product_vi, self.product_en)

    @property
    def is_illustrative(self) -> bool:
        return self.provenance == self.Provenance.ILLUSTRATIVE
