"""A document's list of tasks, on its way from a file into the product."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from provinces.models import Plan


class TaskListImport(models.Model):
    """A file of new tasks: sent, its columns told, looked through, applied.

    ``rows`` are ``{"number": 7, "cells": [text, …], "formulas": [column, …]}``, as wide as
    ``header``. ``columns`` says which column holds a field; None until somebody has said so.
    ``new_groups`` are the keys of groups to be made (``tasklist.places.key_of``). ``refused``,
    written when it is applied: ``{"number": 7, "cells": [text, …], "reason": "…"}``.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("sent at"))
    file_name = models.CharField(_("name of the file"), max_length=200)
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    columns = models.JSONField(null=True)
    new_groups = models.JSONField(default=list)
    assign = models.BooleanField(_("give the tasks to their lead agencies"), default=False)
    assigned_on = models.DateField(_("assigned on"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    made = models.PositiveIntegerField(_("tasks made"), default=0)
    given = models.PositiveIntegerField(_("assignments made"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    refused = models.JSONField(default=list)

    class Meta:
        verbose_name = _("list of tasks from a file")
        verbose_name_plural = _("lists of tasks from files")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/planning/imports/{self.pk}/"
