"""Who may hand readings in, and the files that are being taken."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db.conditions import any_of
from core.models import ApiClient, User
from indicators.models.indicator import Indicator
from provinces.models import AreaScope
from provinces.permissions import Caller, reads_aggregates

_Rows = TypeVar("_Rows", bound="models.QuerySet[Any]")


class ClientScope(AreaScope):
    """The readings of an indicator in an area: to be read, and with ``can_write`` handed in."""

    thing, code = "indicator", "code"

    client = models.ForeignKey(
        ApiClient,
        on_delete=models.CASCADE,
        related_name="scopes",
        verbose_name=_("connected system"),
    )
    indicator = models.ForeignKey(
        Indicator,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("indicator"),
    )

    class Meta:
        verbose_name = _("scope of a connected system")
        verbose_name_plural = _("scopes of connected systems")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "indicator", "area"],
                condition=Q(indicator__isnull=False, area__isnull=False),
                name="scope_once",
            ),
        ]

    def readings(self) -> Q:
        """The filter for the readings it names."""
        named = Q(indicator=self.indicator_id) if self.indicator_id else Q()
        return self.within() & named


def scopes_of(client: ApiClient) -> Sequence[ClientScope]:
    """What readings the client may touch, read once per request (1 SQL query)."""
    return ClientScope.held_by(client)


def seen_by(caller: Caller, rows: _Rows, named: Callable[[ClientScope], Q]) -> _Rows:
    """All rows for people; for a connected system those in its scopes (1 SQL query)."""
    if reads_aggregates(caller):
        return rows.all()
    if not isinstance(caller, ApiClient):
        return rows.none()
    return rows.filter(any_of(map(named, scopes_of(caller))))


class ImportJob(models.Model):
    """A file of readings that is recorded in the background. Its preview is a dry run.

    ``errors``: what is wrong with the whole file, as {code, detail}. ``columns``: its header.
    ``unusual``: how many figures of a preview, or of a file whose sender asked (``is_warned``), are
    far from the last ones. ``warnings``: the first of them, as {row, field, code, detail}.
    ``attempts``: how often work on it was begun since its last progress.

    ``asks``: the sender can be asked how it is laid out. ``found`` is then what was found of that
    (``indicators.files.layout``), ``answers`` what the sender said, None until they did; ``notes``
    are what they should know before it is applied. ``table`` holds the figures one a row.
    ``heads`` is a digest of its header, by which a table of the same kind is known again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        ASKING = "asking", _("waiting for an answer")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Mode(models.TextChoices):
        ALL_OR_NOTHING = "all_or_nothing", _("all or nothing")
        ACCEPT_VALID = "accept_valid", _("take the valid rows")

    user = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    client = models.ForeignKey(
        ApiClient,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("connected system"),
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m")
    file_name = models.CharField(_("name of the file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default="waiting")
    mode = models.CharField(_("mode"), max_length=16, choices=Mode, default="accept_valid")
    dry_run = models.BooleanField(_("dry run"), default=False)
    rows_total = models.PositiveIntegerField(_("rows"), null=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    created = models.PositiveIntegerField(_("new readings"), default=0)
    revised = models.PositiveIntegerField(_("revised readings"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged readings"), default=0)
    rejected = models.PositiveIntegerField(_("rejected rows"), default=0)
    errors = models.JSONField(_("errors"), default=list)
    is_warned = models.BooleanField(_("compare with the last figures"), default=False)
    unusual = models.PositiveIntegerField(_("unusual readings"), default=0)
    warnings = models.JSONField(_("warnings"), default=list)
    columns = models.JSONField(_("columns"), default=list)
    asks = models.BooleanField(_("asks its sender"), default=False)
    found = models.JSONField(_("what was found"), default=dict)
    answers = models.JSONField(_("answers"), null=True)
    heads = models.CharField(_("key of the header"), max_length=64, blank=True, db_index=True)
    notes = models.JSONField(_("remarks"), default=list)
    table = models.FileField(_("figures one a row"), upload_to="imports/%Y/%m", blank=True)
    language = models.CharField(_("language"), max_length=8, default="vi")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("import of readings")
        verbose_name_plural = _("imports of readings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(client__isnull=True), name="import_one_sender"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def rows_path(self) -> str:
        """Of the CSV file that is read row by row."""
        return self.table.path if self.table else self.file.path

    def place(self, row: int, cells: Sequence[str]) -> str:
        """The cell of the sent table, "D5", where it was laid out anew; else the row."""
        return cells[-1] if self.table and cells else str(row)

    @property
    def percent(self) -> int:
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0


class RejectedRow(models.Model):
    """A row that was not taken: its cells as they were, and why, as {field, code, detail}."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, db_index=False, related_name="rejected_rows"
    )
    row = models.PositiveIntegerField()
    cells = models.JSONField()
    reasons = models.JSONField()

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["job", "row"], name="rejected_row_once")]
