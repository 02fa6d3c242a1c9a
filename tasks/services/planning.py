"""What follows when work is planned anew: figures and columns keep in step."""

from collections.abc import Collection

from core.queue import recalculation
from core.queue.recalculation import Subjects
from tasks.facts import cell_key, cell_of
from tasks.models import Assignment
from tasks.services.state import refresh
from tasks.snapshots import recompute_plan


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
