"""What is kept for one person or on its way: filters, drafts, imports, and what can be undone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.tables.importing import SentLines, SentTable
from provinces.models import Plan
from tasks.models.assignment import Assignment


class ListFilter(models.Model):
    """The filter of the list that somebody used last, as a query string."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="list_filter")
    query = models.CharField(_("filter"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("last filter")
        verbose_name_plural = _("last filters")

    def __str__(self) -> str:
        return self.query


class SheetImport(SentLines):
    """A list of assignments somebody sent back, from its preview to what became of it."""

    unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    taken = models.PositiveIntegerField(_("rows taken"), default=0)

    class Meta(SentLines.Meta):
        verbose_name = _("Excel import")
        verbose_name_plural = _("Excel imports")

    def get_absolute_url(self) -> str:
        return f"/tasks/imports/{self.pk}/"


class Draft(models.Model):
    """What somebody typed about an assignment and has not saved: texts by name of the field."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="drafts")
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


class Undoable(models.Model):
    """Something done to much at once; ``moved`` is what is needed to take it back.

    ``tasks.planning.at_once`` says how long that is possible.
    """

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    moved = models.JSONField(default=dict)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]


class HandOver(Undoable):
    """What moved when somebody's work went to a successor, so that it can be taken back.

    ``moved``: row numbers of ``assignments``, ``drafts`` (of which assignments), ``systems`` and
    ``delegations``; ``roles`` as ``{"role", "area", "agency", "given"}`` with the number of the
    successor's new membership, None where they had it; ``disabled``: the account was shut.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta(Undoable.Meta):
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")

    def __str__(self) -> str:
        return f"{self.person} → {self.successor}"


class PlanAct(Undoable):
    """What a coordinator did to many rows of a document in one step.

    ``moved`` is as the kind's act in ``tasks.planning.table.acts`` leaves it; ``count`` is the
    number that was told before.
    """

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("Give to agencies")
        DUE = "due", _("Set the deadline")
        PERSON = "person", _("Set the responsible person")
        GROUP = "group", _("Move to a group")
        TARGET = "target", _("Link with a target")
        CANCEL = "cancel", _("Cancel work")
        FAN_OUT = "fan_out", _("Give to all of a kind")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    count = models.PositiveIntegerField(_("number of rows"))

    class Meta(Undoable.Meta):
        verbose_name = _("change of many rows")
        verbose_name_plural = _("changes of many rows")
        indexes = [models.Index(fields=["plan", "-at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.count}"


class TaskListImport(SentTable):
    """A file of new tasks: sent, its columns named, looked through, applied.

    ``above`` and ``rows`` are the rows above and below the header, as ``core.tables.layout`` keeps
    them, and as wide as it; ``sheets`` are the names of the others and whether each is hidden.
    ``columns`` says which column holds a field; None until somebody has said so. ``new_groups`` are
    the keys of groups to be made (``task_list.rows.key_of``). ``names`` are the answers to names
    that were not recognised: the agency's key by spelling, None where it stays as printed.
    ``classes`` are the classes of units whose tasks go to each of them.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    header = models.JSONField(default=list)
    above = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    columns = models.JSONField(null=True)
    new_groups = models.JSONField(default=list)
    names = models.JSONField(default=dict)
    classes = models.JSONField(default=list)
    assign = models.BooleanField(_("give the tasks to their lead agencies"), default=True)
    assigned_on = models.DateField(_("assigned on"))
    made = models.PositiveIntegerField(_("tasks made"), default=0)
    given = models.PositiveIntegerField(_("assignments made"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)

    class Meta(SentTable.Meta):
        verbose_name = _("list of tasks from a file")
        verbose_name_plural = _("lists of tasks from files")

    def get_absolute_url(self) -> str:
        return f"/planning/imports/{self.pk}/"
