"""Tasks of a document: made, changed, and deleted while nobody has them; figures keep in step."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
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
    """Mark the cells these assignments may be about to leave; inside the write's transaction."""
    if assignments:
        cells = {cell_key(cell_of(assignment)) for assignment in assignments}
        since = min(assignment.assigned_on for assignment in assignments)
        recalculation.mark("cell", sorted(cells), since=since)


def after_replanning(assignments: Collection[Assignment]) -> None:
    """Bring columns and figures into step; inside the write's transaction."""
    if assignments:
        ids = [assignment.pk for assignment in assignments]
        refresh(ids)
        since = min(assignment.assigned_on for assignment in assignments)
        recalculation.mark("assignment", ids, since=since)


def on_plans(subjects: Subjects) -> None:
    """Marks "plan": whether it requires review decides what is published of its tasks."""
    for plan_id in map(int, subjects):
        refresh(Assignment.objects.filter(task__plan=plan_id).values_list("pk", flat=True))
        recompute_plan(plan_id)


_WITHOUT_DAY = (DueKind.RECURRING, DueKind.FROM_YEAR, DueKind.ONGOING, DueKind.NONE)


def read_deadline(text: str, plan: Plan) -> Due | None:
    """What the printed words mean in this document; None where they are not known."""
    try:
        return read_due(text, plan.issued_on.year)
    except NoDeadlineError:
        return None


def settle_deadline(text: str, kind: str, on: date | None, plan: Plan) -> Due:
    """The coordinator's own kind and day come first, then what the words mean.

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
    """Those of the document and of all that it implements (one query per document)."""
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
    _hold_plan(task.plan_id)
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
    on which nobody has reported. Raises PermissionDenied, and Refused: ``stale`` (412), or every
    fault.
    """
    _hold_plan(task.plan_id)
    task = _held(task.pk)
    require(by, Permission.MANAGE_PLAN, task.plan)
    editing.check_unchanged(task, Task.WRITTEN, seen)
    due_before, had = task.due_on, list(_assignments(task))
    moves_group = given.get("group", task.group) != task.group
    if moves_group:
        before_replanning(had)
    change = editing.put(task, given)
    if not change:
        return False
    _check(task, given.get("targets", ()))
    task.save()
    if "targets" in change.after:
        task.targets.set(given["targets"])
    if move_assignments and task.due_on != due_before:
        change.after["assignments_moved"] = _move(task, due_before)
    if moves_group:
        after_replanning(had)
    trail.record("task.change", task, by=by, before=change.before, after=change.after)
    recalculation.touch_generation()
    return True


@transaction.atomic
def delete_task(task: Task, *, by: User) -> None:
    """Raises PermissionDenied, and Refused: ``in_use`` (409)."""
    task = _held(task.pk)
    require(by, Permission.MANAGE_PLAN, task.plan)
    before = {"plan": task.plan.number, **editing.facts(task, Task.WRITTEN)}
    key = str(task.pk)
    editing.delete(task)
    trail.record("task.delete", task, by=by, before=before, key=key)
    recalculation.touch_generation()


def _hold_plan(pk: int) -> None:
    """Numbers are taken one after the other in a document, by hand and from lists."""
    Plan.objects.select_for_update(of=("self",)).get(pk=pk)


def _held(pk: int) -> Task:
    rows = Task.objects.select_for_update(of=("self",))
    return rows.select_related("plan__area", "group").get(pk=pk)


def _assignments(task: Task) -> QuerySet[Assignment]:
    return Assignment.objects.filter(task=task).select_related("task")


def _move(task: Task, due_before: date | None) -> int:
    """How many assignments got the task's new day."""
    same = Q(original_due_on=due_before) if due_before else Q(original_due_on__isnull=True)
    rows = Assignment.objects.filter(same, task=task, reports=None, extensions=None)
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
