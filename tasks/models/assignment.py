"""Assignments: which agency must do a task, by when, and in which state it is now."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.db import bulk
from core.db.conditions import under
from core.models import User
from provinces.models import Agency, Area
from provinces.permissions import Caller, grants, in_scope
from tasks.models.task import Task
from tasks.states import State

DUE_SOON_DAYS = 7
OPEN_STATES = (State.NOT_STARTED, State.IN_PROGRESS)
ENDED_STATES = (State.COMPLETED, State.CANCELLED)


class Waiting(models.TextChoices):
    """What the newest report waits for while it does not count yet."""

    NOTHING = "", _("nothing is waiting")
    AGENCY = "agency", _("Waiting for the head of the agency")
    REVIEW = "review", _("Waiting for review")
    RETURNED = "returned", _("Returned")


IN_REVIEW = (Waiting.AGENCY, Waiting.REVIEW)


def in_reach(caller: Caller, to: str = "") -> Q:
    """The filter for rows about assignments that the caller may see.

    These are the assignments that their agencies lead or help with, and all in their areas; of a
    connected system those that its scopes name. ``to`` is the lookup from the row to its
    assignment, such as "assignment__".
    """
    own = in_scope(caller, area=f"{to}area", agency=f"{to}agency", plan=f"{to}task__plan")
    if not isinstance(caller, User) or not own:
        return own
    held = [grant.agency_path for grant in grants(caller) if grant.agency_path]
    if not held:
        return own
    links = Assignment.coordinating.through.objects.filter(under(held, "agency__path"))
    return own | Q(**{f"{to}pk__in": links.values("assignment")})


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, caller: Caller) -> "AssignmentQuerySet":
        """Those that the caller's agencies lead or help with, and all in their areas."""
        return self.filter(in_reach(caller))

    def open(self) -> "AssignmentQuerySet":
        """As ``assignment_open`` says it: PostgreSQL looks there alone."""
        return self.exclude(state__in=ENDED_STATES)

    def overdue(self, on: date) -> "AssignmentQuerySet":
        return self.open().filter(due_on__lt=on)

    def due_soon(self, on: date) -> "AssignmentQuerySet":
        return self.open().filter(due_on__range=(on, on + timedelta(days=DUE_SOON_DAYS)))

    def within(self, area: Area, day: date) -> "AssignmentQuerySet":
        """Those of the area and all below it, as its borders were on the day."""
        return self.filter(area.here_on(day))

    def bulk_create(
        self, objs: "Iterable[Assignment]", *args: Any, **kwargs: Any
    ) -> "list[Assignment]":
        """With the first span of each."""
        with transaction.atomic(savepoint=False):
            made = super().bulk_create(objs, *args, **kwargs)
            _begin(made)
        return made


class Assignment(models.Model):
    """A task given to an agency. Counts and rates are counts of assignments.

    ``tasks.status.history`` keeps ``state``, ``percent``, ``state_since``, ``waiting``,
    ``last_report_at``, ``due_on`` and ``version`` in step with reports and extensions. The state is
    the published one: that of the last report that counts. ``original_due_on`` does not change when
    an extension is granted; ``due_on`` is the deadline in force.
    """

    task = models.ForeignKey(
        Task,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="assignments",
        verbose_name=_("task"),
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="assignments",
        verbose_name=_("agency"),
    )
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="assignments",
        verbose_name=_("area"),
    )
    assigned_on = models.DateField(_("assigned on"))
    original_due_on = models.DateField(_("original deadline"), null=True, blank=True)
    due_on = models.DateField(_("deadline in force"), null=True, blank=True)
    responsible = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assignments",
        verbose_name=_("responsible person"),
    )
    responsible_text = models.CharField(
        _("responsible person as given"), max_length=160, blank=True
    )
    coordinating = models.ManyToManyField(
        Agency,
        blank=True,
        related_name="coordinated_assignments",
        verbose_name=_("coordinating agencies"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NOT_STARTED)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    state_since = models.DateField(_("state since"), null=True, blank=True)
    waiting = models.CharField(
        _("waiting for"), max_length=8, choices=Waiting, default=Waiting.NOTHING, blank=True
    )
    last_report_at = models.DateTimeField(_("last report at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["task", "agency"]
        indexes = [
            models.Index(fields=["agency", "state", "due_on"]),
            # Their further columns spare pages that count the rows themselves.
            models.Index(
                fields=["area", "state", "due_on"],
                include=["task", "assigned_on"],
                name="assignment_of_area",
            ),
            # As ``tasks.completion.as_of.is_open`` asks: what is late lies together.
            models.Index(
                fields=["area", "due_on"],
                include=["task", "agency", "assigned_on", "id"],
                condition=~Q(state__in=ENDED_STATES),
                name="assignment_open",
            ),
            # Few wait at a time.
            models.Index(fields=["waiting"], condition=~Q(waiting=""), name="assignment_waits"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "agency"],
                name="assignment_once_per_agency",
                violation_error_message=_("This agency already has that task."),
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="assignment_percent_at_most_100",
                violation_error_message=_("A percentage is between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=~(Q(original_due_on__isnull=True) ^ Q(due_on__isnull=True)),
                name="assignment_due_days_go_together",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("assigned_on")),
                name="assignment_due_after_assigned",
                violation_error_message=_("The deadline cannot be before the day of assignment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} – {self.agency}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new one with its first span."""
        is_new = self._state.adding
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            if is_new:
                _begin([self])

    def get_absolute_url(self) -> str:
        return f"/assignments/{self.pk}/"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def may_stay_unchanged(self) -> bool:
        """Whether "no change in this period" says something: it is open, and no report waits."""
        return self.is_open and self.waiting not in IN_REVIEW

    def is_overdue(self, on: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < on

    def is_due_soon(self, on: date) -> bool:
        return (
            self.is_open
            and self.due_on is not None
            and on <= self.due_on <= on + timedelta(days=DUE_SOON_DAYS)
        )

    def days_overdue(self, on: date) -> int:
        return (on - self.due_on).days if self.due_on and self.is_overdue(on) else 0


class AssignmentSpan(models.Model):
    """How an assignment stood from ``day`` until the day before ``until``, as is known now: the
    state and percentage that count, the deadline in force, when the last report was recorded.

    Its spans follow each other from the day of assignment on, the last one until ``date.max``. So a
    past day is one comparison, and one of them is there for every assignment. Each begins with one;
    ``tasks.status.history`` writes them anew when something is reported or decided.
    """

    # As in snapshots: the raw rows are held to it.
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="spans",
        verbose_name=_("assignment"),
    )
    day = models.DateField(_("day"))
    until = models.DateField(_("until"), default=date.max)
    state = models.CharField(_("state"), max_length=12, choices=State)
    percent = models.PositiveSmallIntegerField(_("percent done"))
    due_on = models.DateField(_("deadline in force"), null=True, blank=True)
    reported_at = models.DateTimeField(_("last report at"), null=True, blank=True)

    class Meta:
        indexes = [
            # As ``tasks.completion.as_of.is_open`` asks: what was late on a day lies together.
            models.Index(
                fields=["due_on"],
                include=["assignment", "day", "until"],
                condition=~Q(state__in=ENDED_STATES),
                name="span_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "day"], name="span_once_a_day"),
            models.CheckConstraint(condition=Q(until__gt=F("day")), name="span_holds_a_while"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.day:%d/%m/%Y}: {self.get_state_display()}"


SPAN_COLUMNS = ("assignment_id", "day", "until", "state", "percent", "due_on", "reported_at")


def _begin(made: Iterable[Assignment]) -> None:
    rows = (
        (one.pk, one.assigned_on, date.max, State.NOT_STARTED.value, 0, one.original_due_on, None)
        for one in made
    )
    bulk.insert(AssignmentSpan, SPAN_COLUMNS, rows)
