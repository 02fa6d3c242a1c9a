"""An import from the file to its result: sent → mapped → previewed → applied → refused rows back.

``SentTable`` is what is kept of it, ``Importer`` what all do alike. Its pages: ``pages``.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, refuse
from core.models import User
from core.tables.columns import Column, SheetLine
from core.tables.reader import Sheet, read_sheet
from core.tables.writer import write_columns

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


Step = tuple[str | Promise, str, bool]
"""Its label, its address ("" where it is to come or is shown), whether it is shown."""


def steps(
    current: str, urls: Mapping[str, str], names: Sequence[tuple[str, str | Promise]] = STEPS
) -> list[Step]:
    """All steps, for ``components/import_steps.html``; ``urls`` by step, of those passed."""
    return [
        (label, "" if key == current else urls.get(key, ""), key == current) for key, label in names
    ]


def formula_fault(pointer: str = "") -> Fault:
    return Fault("formula", _("A cell holds a formula; type the value instead."), pointer)


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


class SentLines(SentTable):
    """Of a table that R57 made. ``lines``: those that say something, as
    ``{"number": 7, "cells": {key: text}, "has_formula": false}``."""

    lines = models.JSONField(default=list)

    class Meta(SentTable.Meta):
        abstract = True

    def sheet_lines(self) -> list[SheetLine]:
        return [SheetLine(**line) for line in self.lines]


class CheckedRow(ABC):
    """A line that was looked through, and ``kind``, what it leads to. It is refused where it has
    faults. ``number`` as Excel counts; ``cells`` as they go back then."""

    kind: str
    faults: Sequence[Fault]

    @property
    @abstractmethod
    def number(self) -> int: ...

    @property
    @abstractmethod
    def cells(self) -> object: ...

    @property
    def reason(self) -> str:
        return " ".join(str(fault.detail) for fault in self.faults)


class CheckedLine(CheckedRow):
    """One of a table that R57 made."""

    line: SheetLine

    @property
    def number(self) -> int:
        return self.line.number

    @property
    def cells(self) -> object:
        return self.line.cells


Kept = TypeVar("Kept", bound=SentTable)
Found = TypeVar("Found")
Facts = dict[str, object]


class Importer(ABC, Generic[Kept, Found]):
    """A kind of file that is read while its sender waits; the rules of its rows are its own.

    ``related``: what is read with a row of ``kept``; ``heavy``: its fields that are long.
    ``columns`` and ``reason`` make the file of refused rows, which is called ``returned``. The rest
    are words: codes for the audit of a file that is sent and applied, and sentences for one that
    was applied before or has too many rows.
    """

    kept: type[Kept]
    related: Sequence[str] = ()
    heavy: Sequence[str] = ("refused",)
    columns: Sequence[Column] = ()
    reason: Column
    returned = "chua-nhan"
    most: int
    too_many: tuple[str, Promise]
    sent_act: str
    applied_act: str
    taken_already: Promise

    def admit(self, by: User) -> None:
        """Raises PermissionDenied for whoever may send no such file at all."""

    def allow(self, started: Kept, *, by: User) -> None:
        """Raises PermissionDenied for whoever may not take this one."""
        self.admit(by)

    @abstractmethod
    def read(self, sheet: Sheet, started: Kept) -> tuple[int, Facts]:
        """Put down what the sheet says; how many rows that are, and what the audit is told.

        Raises Refused for a sheet that is no such table.
        """

    def map_columns(self, started: Kept) -> None:
        """Say which column holds what, where its sender need not be asked."""

    @abstractmethod
    def look_through(self, started: Kept, *, by: User) -> Found:
        """Every row by the rules of the write; nothing is written."""

    @abstractmethod
    def take(self, started: Kept, *, by: User) -> tuple[Sequence[CheckedRow], Facts]:
        """Write the good rows and put down their counts; the rows, and what the audit is told."""

    @abstractmethod
    def result(self, started: Kept) -> str:
        """What an applied file came to, in a few words."""

    @transaction.atomic
    def send(self, data: bytes, file_name: str, *, by: User, **about: Any) -> Kept:
        """Keep what the file says; nothing of it is applied.

        Raises PermissionDenied, and Refused for a file that cannot be read or has too many rows.
        """
        values = {"user": by, "made_at": clock.now(), "file_name": file_name[:_LONGEST_NAME]}
        started = self.kept(**values, **about)
        self.allow(started, by=by)
        rows, facts = self.read(read_sheet(data), started)
        if rows > self.most:
            code, detail = self.too_many
            raise refuse(code, detail % {"n": self.most}, "/file")
        self.map_columns(started)
        started.save()
        trail.record(self.sent_act, started, by=by, after={"file": started.file_name, **facts})
        return started

    def held(self, started: Kept, *, by: User) -> Kept:
        """Locked until the transaction ends.

        Raises PermissionDenied, and Refused ``already_applied`` (409).
        """
        rows = self.kept._default_manager.select_for_update(of=("self",))
        held = rows.select_related(*self.related).get(pk=started.pk)
        self.allow(held, by=by)
        if held.applied_at:
            raise refuse("already_applied", str(self.taken_already), status=HTTPStatus.CONFLICT)
        return held

    @transaction.atomic
    def apply(self, started: Kept, *, by: User) -> Kept:
        """Take the good rows, with one event that names them; the others are kept as they were
        sent.

        Raises PermissionDenied, and Refused ``already_applied`` (409).
        """
        started = self.held(started, by=by)
        rows, facts = self.take(started, by=by)
        started.applied_at = clock.now()
        started.refused = [
            {"number": one.number, "cells": one.cells, "reason": one.reason}
            for one in rows
            if one.faults
        ]
        started.save()
        trail.record(self.applied_act, started, by=by, after={"file": started.file_name, **facts})
        return started

    def refused_file(self, started: Kept) -> bytes:
        """The rows as they were typed, with the reason in the last column; it is taken back."""
        rows = [
            [*(line["cells"].get(column.key, "") for column in self.columns), line["reason"]]
            for line in started.refused
        ]
        return write_columns("Chưa nhận", [*self.columns, self.reason], rows)
