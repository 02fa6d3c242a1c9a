"""The steps of an import: sent → mapped → previewed → applied → refused rows as a file.

``SentTable`` is what is kept of a sent file. Each importer adds its lines and its counts.
"""

from collections.abc import Sequence
from http import HTTPStatus

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Fault, refuse
from core.models import User

NEW, UNCHANGED, REFUSED = "new", "unchanged", "refused"
"""What an applied line leads to. An importer adds its own."""


class SentTable(models.Model):
    """A sent file from its preview to its result. ``refused`` is written when the file is applied:
    ``[{"number": 7, "cells": …, "reason": "…"}, …]``."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(gettext_lazy("sent at"))
    file_name = models.CharField(gettext_lazy("name of the file"), max_length=200)
    applied_at = models.DateTimeField(gettext_lazy("applied at"), null=True, blank=True)
    refused = models.JSONField(default=list)

    class Meta:
        abstract = True
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.file_name

    def require_open(self, detail: str) -> None:
        """Raises Refused ``already_applied`` (409), with ``detail``."""
        if self.applied_at:
            raise refuse("already_applied", detail, status=HTTPStatus.CONFLICT)


class HasFaults:
    """A line that was checked."""

    faults: Sequence[Fault]

    @property
    def reason(self) -> str:
        return " ".join(str(fault.detail) for fault in self.faults)


def formula_fault(pointer: str = "") -> Fault:
    return Fault("formula", _("A cell holds a formula; type the value instead."), pointer)


def refused_line(number: int, cells: object, reason: str) -> dict[str, object]:
    """As ``SentTable.refused`` keeps it."""
    return {"number": number, "cells": cells, "reason": reason}
