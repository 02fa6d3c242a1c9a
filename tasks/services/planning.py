"""What follows when an administrator plans work anew: figures and columns keep in step."""

from collections.abc import Collection

from core import recalculation
from core.recalculation import Subjects
from tasks.facts import cell_key, cell_of
from tasks.models import Assignment
from tasks.services.state import refresh
from tasks.snapshots import recompute_plan


def before_replanning(assignments: Collection[Assignment]) -> None:
    """Mark the cells these assignments may be about to leave; inside the write's transaction."""
    for assignment in assignments:
        key = cell_key(cell_of(assignment))
        recalculation.mark("cell", [key], since=assignment.assigned_on)


def after_replanning(assignments: Collection[Assignment]) -> None:
    """Bring columns and figures into step; inside the write's transaction."""
    refresh([assignment.pk for assignment in assignments])
    for assignment in assignments:
        recalculation.mark("assignment", [assignment.pk], since=assignment.assigned_on)


def on_plans(subjects: Subjects) -> None:
    """Marks "plan": whether it asks for approval and review decides what is published of it."""
    for plan_id in map(int, subjects):
        refresh(Assignment.objects.filter(task__plan=plan_id).values_list("pk", flat=True))
        recompute_plan(plan_id)
