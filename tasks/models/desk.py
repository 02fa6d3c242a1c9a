"""What the product remembers for one person, so that nobody types or chooses a thing twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from tasks.models.assignment import Assignment


class ListFilter(models.Model):
    """The filter of the list that somebody used last, as the query of its address."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="list_filter")
    query = models.CharField(_("filter"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("last filter")
        verbose_name_plural = _("last filters")

    def __str__(self) -> str:
        return self.query


class SheetImport(models.Model):
    """An Excel file somebody sent back, from its preview to what became of it.

    ``lines`` holds the rows that say something new: ``{"number": 7, "cells": {key: text},
    "has_formula": false}``. ``refused``, written when it is applied, holds those that were not
    taken: ``{"number": 7, "cells": {...}, "reason": "..."}``.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("sent at"))
    file_name = models.CharField(_("name of the file"), max_length=200)
    lines = models.JSONField(default=list)
    unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    taken = models.PositiveIntegerField(_("rows taken"), default=0)
    refused = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Excel import")
        verbose_name_plural = _("Excel imports")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/tasks/imports/{self.pk}/"


class Draft(models.Model):
    """What somebody typed about an assignment and has not saved: the form's texts by name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="drafts")
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["user", "assignment"], name="draft_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.assignment_id}"
