"""Tasks of a document: made, changed, and deleted while nobody has them; figures follow."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.audit import trail
from core.errors import Fault, Refused, refuse
from core.models import User
from core.queue import recalculation
from core.queue.recalculation import Subjects
from core.web import editing
from provinces.models import Plan
from provinces.permissions import Permission, require
from targets.models import Target
from tasks.completion.inputs import cell_key, cell_of
from tasks.completion.snapshots import recompute_plan
from tasks.models import Assignment, Task
from tasks.planning.deadlines import Due, NoDeadlineError, read_due
from tasks.states import DueKind
from tasks.status.history import refresh


def before_replanning(assignments: Collection[Assignment]) -> None:
    """Mark the cells of the figures that these assignments may leave.

    Called inside the write's transaction.
    """
    if assignments:
        cells = {cell_key(cell_of(assignment)) for assignment in assignments}
        since = min(assignment.assigned_on for assignment in assignments)
        recalculation.mark("cell", sorted(cells), since=since)


def after_replanning(assignments: Collection[Assignment]) -> None:
    """Recompute the assignments' state and mark their figures, inside the write's transaction."""
    if assignments:
        refresh([assignment.pk for assignment in assignments])
        mark_figures(assignments)


def mark_figures(assignments: Collection[Assignment]) -> None:
    """All their figures, from the day on which the first was assigned; there must be one."""
    since = min(assignment.assigned_on for assignment in assignments)
    recalculation.mark("assignment", [one.pk for one in assignments], since=since)


def on_plans(subjects: Subjects) -> None:
    """Handles the marks "plan": if a plan requires review, only reviewed reports are published."""
    for plan_id in map(int, subjects):
        refresh(Assignment.objects.filter(task__plan=plan_id).values_list("pk", flat=True))
        recompute_plan(plan_id)


_WITHOUT_DAY = (
    DueKind.RECURRING,
    DueKind.FROM_YEAR,
    DueKind.ONGOING,
    DueKind.AS_PRINTED,
    DueKind.NONE,
)


def read_deadline(text: str, plan: Plan) -> Due | None:
    """What the printed words mean in this document; None where they are unknown."""
    try:
        return read_due(text, plan.issued_on.year)
    except NoDeadlineError:
        return None


def settle_deadline(text: str, kind: str, on: date | None, plan: Plan) -> Due:
    """The coordinator's own kind and day win over what the words mean.

    Raises Refused (``unknown_words``, ``day_missing``) by field.
    """
    read = read_deadline(text, plan)
    if not kind and not text.strip() and on:
        return Due(on, DueKind.DAY)
    if not kind and read:
        return Due(on or read.on, read.kind)
    if not kind:
        words = _("These words are not known; choose what kind of deadline they are.")
        raise refuse("unknown_words", words, "/due_kind")
    if not on and read and read.kind == kind:
        return read
    if not on and kind not in _WITHOUT_DAY:
        raise refuse("day_missing", _("Give the last day of the deadline."), "/due_on")
    return Due(on, DueKind(kind))


def targets_for(plan: Plan) -> QuerySet[Target]:
    """Targets of the document and of all documents it implements (one query per document)."""
    chain: list[int] = []
    above: Plan | None = plan
    while above is not None and above.pk not in chain:
        chain.append(above.pk)
        above = above.implements
    rows = Target.objects.filter(plan__in=chain).select_related("plan")
    return rows.order_by("-plan__issued_on", "plan", "code")


@transaction.atomic
def create_task(task: Task, *, by: User, given: Mapping[str, Any]) -> Task:
    """Raises PermissionDenied, and Refused with every fault."""
    require(by, Permission.MANAGE_PLAN, task.plan)
    _lock_plan(task.plan_id)
    task.provenance = Task.Provenance.INTERNAL
    editing.put(task, given)
    _check(task, given.get("targets", ()))
    task.save(force_insert=True)
    task.targets.set(given.get("targets", ()))
    after = {"plan": task.plan.number, **editing.facts(task, Task.WRITTEN)}
    trail.record("task.create", task, by=by, after=after)
    recalculation.touch_generation()
    return task


@transaction.atomic
def change_task(
    task: Task, *, by: User, given: Mapping[str, Any], seen: str, move_assignments: bool = False
) -> bool:
    """False when nothing changed.

    With ``move_assignments`` a corrected deadline reaches the assignments that had the old one and
    have no report. Raises PermissionDenied, and Refused: ``stale`` (412), or every fault.
    """
    _lock_plan(task.plan_id)
    task = _locked(task.pk)
    require(by, Permission.MANAGE_PLAN, task.plan)
    editing.check_unchanged(task, Task.WRITTEN, seen)
    due_before = task.due_on
    assignments = list(Assignment.objects.filter(task=task).select_related("task"))
    moves_group = given.get("group", task.group) != task.group
    if moves_group:
        before_replanning(assignments)
    change = editing.put(task, given)
    if not change:
        return False
    _check(task, given.get("targets", ()))
    task.save()
    if "targets" in change.after:
        task.targets.set(given["targets"])
    if move_assignments and task.due_on != due_before:
        change.after["assignments_moved"] = _move_deadlines(task, due_before)
    if moves_group:
        after_replanning(assignments)
    trail.record("task.change", task, by=by, before=change.before, after=change.after)
    recalculation.touch_generation()
    return True


@transaction.atomic
def delete_task(task: Task, *, by: User) -> None:
    """Raises PermissionDenied, and Refused: ``in_use`` (409)."""
    task = _locked(task.pk)
    require(by, Permission.MANAGE_PLAN, task.plan)
    before = {"plan": task.plan.number, **editing.facts(task, Task.WRITTEN)}
    key = str(task.pk)
    editing.delete(task)
    trail.record("task.delete", task, by=by, before=before, key=key)
    recalculation.touch_generation()


def _lock_plan(pk: int) -> None:
    """Whoever adds a task, by hand or from a list, waits here: numbers are unique in a document."""
    Plan.objects.select_for_update(of=("self",)).get(pk=pk)


def _locked(pk: int) -> Task:
    rows = Task.objects.select_for_update(of=("self",))
    return rows.select_related("plan__area", "group").get(pk=pk)


def _move_deadlines(task: Task, due_before: date | None) -> int:
    """Give the task's new day to assignments that nobody has reported on; returns how many."""
    rows = Assignment.objects.filter(
        task=task, original_due_on=due_before, reports=None, extensions=None
    )
    if task.due_on:
        rows = rows.filter(assigned_on__lte=task.due_on)
    moved = list(rows.select_related("task"))
    Assignment.objects.filter(pk__in=[row.pk for row in moved]).update(
        original_due_on=task.due_on, due_on=task.due_on
    )
    after_replanning(moved)
    return len(moved)


def _check(task: Task, targets: Iterable[Target]) -> None:
    faults = []
    if task.group_id and task.group.plan_id != task.plan_id:
        faults.append(Fault("foreign", _("Choose a group of this document."), "/group"))
    if task.phase and task.phase.plan_id != task.plan_id:
        faults.append(Fault("foreign", _("Choose a phase of this document."), "/phase"))
    same = Task.objects.filter(plan=task.plan_id, phase=task.phase_id, number=task.number)
    if same.exclude(pk=task.pk).exists():
        text = _("This document already has a task of that number.")
        faults.append(Fault("taken", text, "/number"))
    offered = set(targets_for(task.plan).values_list("pk", flat=True)) if targets else set()
    if any(target.pk not in offered for target in targets):
        text = _("Choose targets of this document or of those it implements.")
        faults.append(Fault("foreign", text, "/targets"))
    if task.due_kind not in DueKind.values:
        faults.append(Fault("unknown_kind", _("Choose the kind of deadline."), "/due_kind"))
    if faults:
        raise Refused(faults)
    task.derive()
    editing.check_row(task)
