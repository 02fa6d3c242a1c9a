"""What the other agencies did for an assignment: only ever added, and it changes no state."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from core.models import User
from provinces.models import Agency
from tasks.models.assignment import Assignment


class Contribution(AppendOnly, models.Model):
    """The part of one coordinating agency, in its own words."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="contributions",
        verbose_name=_("assignment"),
    )  # fmt: skip
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
