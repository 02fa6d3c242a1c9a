"""The steps of an import: sent → mapped → previewed → applied → refused rows as a file.

``SentTable`` is what is kept of a sent file. Each importer adds its lines and its counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, refuse
from core.models import User
from core.tables.columns import SheetLine

_LONGEST_NAME = 200
NEW, UNCHANGED, REFUSED = "new", "unchanged", "refused"
"""What an applied line leads to. An importer adds its own."""

STEPS = (
    ("file", gettext_lazy("File")),
    ("names", gettext_lazy("Names")),
    ("rows", gettext_lazy("Every row")),
)
"""What a person is led through: the file and its columns, who or what its names mean, and every row
before it is recorded."""


@dataclass(frozen=True)
class Step:
    """``url`` is "" for one that is still to come."""

    number: int
    label: str | Promise
    url: str
    is_current: bool


def steps(
    current: str, urls: Mapping[str, str], all_steps: Sequence[tuple[str, str | Promise]] = STEPS
) -> list[Step]:
    """All steps, for ``components/import_steps.html``; ``urls`` by step, of those passed."""
    return [
        Step(at, label, "" if key == current else urls.get(key, ""), key == current)
        for at, (key, label) in enumerate(all_steps, start=1)
    ]


class HasFaults:
    """A line that was checked. ``number`` as Excel counts; ``cells`` as they go back if refused."""

    faults: Sequence[Fault]

    @property
    def number(self) -> int:
        raise NotImplementedError

    @property
    def cells(self) -> object:
        raise NotImplementedError

    @property
    def reason(self) -> str:
        return " ".join(str(fault.detail) for fault in self.faults)


class CheckedLine(HasFaults):
    """One of a file that R57 made itself."""

    line: SheetLine

    @property
    def number(self) -> int:
        return self.line.number

    @property
    def cells(self) -> object:
        return self.line.cells


class SentTable(models.Model):
    """A sent file from its preview to its result. ``refused`` is written when the file is applied:
    ``[{"number": 7, "cells": …, "reason": "…"}, …]``.

    An importer says the audit's words for both acts, and the sentence for a file that was taken.
    """

    sent_act: ClassVar[str]
    applied_act: ClassVar[str]
    taken_already: ClassVar[Promise]

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

    @classmethod
    def keep(cls, file_name: str, *, by: User, facts: Mapping[str, object], **kept: object) -> Self:
        """Sent, with one event of these ``facts``; nothing of it is applied."""
        values: dict[str, Any] = {"user": by, "file_name": file_name[:_LONGEST_NAME], **kept}
        started = cls._default_manager.create(made_at=clock.now(), **values)
        trail.record(cls.sent_act, started, by=by, after={"file": started.file_name, **facts})
        return started

    @classmethod
    def held(cls, pk: int, *related: str) -> Self:
        """Locked until the transaction ends. Raises Refused ``already_applied`` (409)."""
        rows = cls._default_manager.select_for_update(of=("self",)).select_related(*related)
        started = rows.get(pk=pk)
        if started.applied_at:
            raise refuse("already_applied", str(cls.taken_already), status=HTTPStatus.CONFLICT)
        return started

    def close(
        self,
        refused: Iterable[HasFaults],
        *,
        by: User,
        facts: Mapping[str, object],
        **counts: object,
    ) -> None:
        """Applied: what was refused is kept as it was sent, with one event of these ``facts``."""
        self.applied_at = clock.now()
        self.refused = [
            {"number": one.number, "cells": one.cells, "reason": one.reason} for one in refused
        ]
        for name, count in counts.items():
            setattr(self, name, count)
        self.save()
        trail.record(self.applied_act, self, by=by, after={"file": self.file_name, **facts})


def formula_fault(pointer: str = "") -> Fault:
    return Fault("formula", _("A cell holds a formula; type the value instead."), pointer)
