"""Tasks given to agencies, and what is changed of that afterwards."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.errors import Fault, Refused, refuse
from core.models import User
from core.queue import recalculation
from core.web import editing
from provinces.models import Agency, Plan
from provinces.permissions import Permission, require
from tasks.models import Assignment, Task
from tasks.planning.tasks import after_replanning, before_replanning, mark_figures
from tasks.reporting.checks import CONFLICT
from tasks.status.history import locked

ASSIGNMENT_FIELDS = (
    "agency",
    "assigned_on",
    "original_due_on",
    "responsible",
    "responsible_text",
)
_FIXED_BY_REPORTS = ("agency", "assigned_on", "original_due_on")
_AT_ONCE = 1000
_MOST_NAMED = 5


def give(
    task: Task,
    bodies: Iterable[tuple[int, int]],
    *,
    assigned_on: date,
    due_on: date | None,
    responsible_text: str = "",
) -> list[Assignment]:
    """New assignments for pairs of (agency, its area); see ``keep_given``."""
    return keep_given(
        [
            Assignment(
                task=task,
                agency_id=agency,
                area_id=area,
                assigned_on=assigned_on,
                original_due_on=due_on,
                due_on=due_on,
                responsible_text=responsible_text,
            )
            for agency, area in bodies
        ]
    )


def keep_given(given: list[Assignment]) -> list[Assignment]:
    """Store new assignments of one day; marks their figures for recalculation.

    Called inside the write's transaction. Raises Refused (``given_meanwhile``, 409) where somebody
    moved an assignment to one of the agencies at the same moment.
    """
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(given, batch_size=_AT_ONCE)
    except IntegrityError as error:
        detail = _("Somebody else gave this task at the same moment; look again, then save again.")
        raise refuse("given_meanwhile", detail, status=CONFLICT) from error
    mark_figures(given)
    return given


def check_days(assigned_on: date, due_on: date | None, pointer: str = "/due_on") -> None:
    if due_on and due_on < assigned_on:
        detail = _("The deadline cannot be before the day of assignment.")
        raise refuse("due_too_early", detail, pointer)


@transaction.atomic
def assign(
    task: Task,
    *,
    agencies: Collection[Agency],
    assigned_on: date,
    due_on: date | None,
    responsible_text: str = "",
    by: User,
) -> int:
    """Give the task to these agencies; whoever has it keeps it. Returns how many are new.

    Raises PermissionDenied, and Refused: ``nobody_chosen``, ``outside_plan``, ``merged``,
    ``due_too_early``, ``nothing_new``, ``given_meanwhile``.
    """
    task = Task.objects.select_for_update(of=("self",)).select_related("plan__area").get(pk=task.pk)
    require(by, Permission.MANAGE_PLAN, task.plan)
    check_days(assigned_on, due_on)
    if not agencies:
        raise nobody_chosen()
    check_agencies(task.plan, agencies)
    had = set(Assignment.objects.filter(task=task).values_list("agency_id", flat=True))
    new = [agency for agency in agencies if agency.pk not in had]
    if not new:
        raise refuse("nothing_new", _("Every agency of this choice has the task already."))
    give(
        task,
        [(agency.pk, agency.area_id) for agency in new],
        assigned_on=assigned_on,
        due_on=due_on,
        responsible_text=responsible_text,
    )
    trail.record(
        "task.assign",
        task,
        by=by,
        after={
            "agencies": sorted(agency.code for agency in new),
            "assigned_on": assigned_on.isoformat(),
            "due_on": due_on and due_on.isoformat(),
            "responsible_text": responsible_text,
        },
    )
    return len(new)


@transaction.atomic
def change_assignment(
    assignment: Assignment, *, by: User, given: Mapping[str, Any], seen: str
) -> bool:
    """False when nothing changed. Agency, day and deadline can be corrected until something is
    reported; from then on a deadline moves by an extension only.

    Raises PermissionDenied, and Refused: ``stale`` (412), ``already_reported`` (409), or the
    faults.
    """
    assignment = locked(assignment)
    plan = assignment.task.plan
    require(by, Permission.MANAGE_PLAN, plan)
    editing.check_unchanged(assignment, ASSIGNMENT_FIELDS, seen)
    as_it_was = copy(assignment)
    change = editing.put(assignment, given)
    if not change:
        return False
    replanned = bool(change.after.keys() & set(_FIXED_BY_REPORTS))
    if replanned:
        _check_replanning(assignment, change)
        before_replanning([as_it_was])
        assignment.area, assignment.due_on = assignment.agency.area, assignment.original_due_on
    editing.check_row(assignment)
    editing.save(assignment, lambda: editing.check_row(assignment))
    if "agency" in change.after:
        assignment.coordinating.remove(assignment.agency)
    if replanned:
        after_replanning([assignment])
    else:
        recalculation.touch_generation()
    trail.record("assignment.change", assignment, by=by, before=change.before, after=change.after)
    return True


def move(assignment: Assignment, *, to: Sequence[Agency], by: User, seen: str) -> bool:
    """Move it to the agency in ``to``. Raises as ``change_assignment``, and Refused:
    ``nobody_chosen``."""
    if not to:
        raise nobody_chosen()
    return change_assignment(assignment, by=by, given={"agency": to[0]}, seen=seen)


def nobody_chosen() -> Refused:
    return refuse("nobody_chosen", _("Choose who gets the task."), "/agency")


def stamp_of(assignment: Assignment) -> str:
    """The stamp that a form sends back; see ``core.web.editing``."""
    return editing.stamp(assignment, ASSIGNMENT_FIELDS)


def is_reported(assignment: Assignment) -> bool:
    """Whether somebody has worked by its deadline and agency, so that both are final."""
    return assignment.reports.exists() or assignment.extensions.exists()


def _check_replanning(assignment: Assignment, change: editing.Change) -> None:
    if is_reported(assignment):
        name = next(name for name in _FIXED_BY_REPORTS if name in change.after)
        raise refuse(
            "already_reported",
            _("Something was reported on it already: a deadline moves by an extension request."),
            f"/{name}",
            status=CONFLICT,
        )
    check_days(assignment.assigned_on, assignment.original_due_on, "/original_due_on")
    if "agency" not in change.after:
        return
    check_agencies(assignment.task.plan, [assignment.agency])
    others = Assignment.objects.filter(task=assignment.task_id, agency=assignment.agency_id)
    if others.exclude(pk=assignment.pk).exists():
        raise refuse("taken", _("This agency already has that task."), "/agency")


def check_agencies(plan: Plan, agencies: Iterable[Agency]) -> None:
    faults = []
    merged = [agency.short_name for agency in agencies if agency.successor_id]
    if merged:
        text = _("Merged agencies get no new work: %(names)s")
        faults.append(Fault("merged", text % {"names": name_some(merged)}, "/agency"))
    if any(not agency.area.path.startswith(plan.area.path) for agency in agencies):
        text = _("The document gives work in %(area)s only.")
        faults.append(Fault("outside_plan", text % {"area": plan.area.name}, "/agency"))
    if faults:
        raise Refused(faults)


def name_some(names: Sequence[str]) -> str:
    """The first five, and a sign where there are more."""
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
