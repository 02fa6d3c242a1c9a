"""Reads the facts that figures are made of from raw rows, for many assignments at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from tasks.models import Assignment, ExtensionRequest, StatusReport
from tasks.status.rules import AssignmentFacts


class CountCell(NamedTuple):
    """Row numbers of a plan, an area, an agency and a group: completion is counted for each."""

    plan: int
    area: int
    agency: int
    group: int


CELL_OF_ASSIGNMENT = ("task__plan_id", "area_id", "agency_id", "task__group_id")


def cell_key(cell: CountCell) -> str:
    """What marks a cell for recalculation; ``snapshots.on_cells`` reads it back."""
    return "/".join(map(str, cell))


def cell_of(assignment: Assignment) -> CountCell:
    task = assignment.task
    return CountCell(task.plan_id, assignment.area_id, assignment.agency_id, task.group_id)


FactsByCell = dict[CountCell, list[AssignmentFacts]]


def facts_by_cell(
    assignments: "QuerySet[Assignment]", known_at: datetime | None = None
) -> FactsByCell:
    """Facts by cell (3 SQL queries). ``known_at``: only what was recorded and decided by then."""
    cells: defaultdict[CountCell, list[AssignmentFacts]] = defaultdict(list)
    for cell, facts in facts_of(assignments, known_at).values():
        cells[cell].append(facts)
    return dict(cells)


def facts_of(
    assignments: "QuerySet[Assignment]", known_at: datetime | None = None
) -> dict[int, tuple[CountCell, AssignmentFacts]]:
    """The cell and the facts of each assignment, by its row number (3 SQL queries)."""
    # Unordered, so that it is a plain subquery.
    chosen = assignments.order_by().values("pk")
    counting = StatusReport.objects.filter(assignment__in=chosen).counting(known_at).in_order()
    reports = _grouped(counting.values_list("assignment_id", "effective_on", "state"))

    granted = ExtensionRequest.objects.filter(
        assignment__in=chosen, decision=ExtensionRequest.Decision.GRANTED
    ).order_by("decided_on", "decided_at", "id")
    if known_at:
        granted = granted.filter(decided_at__lte=known_at)
    extensions = _grouped(granted.values_list("assignment_id", "decided_on", "new_due_on"))

    rows = assignments.order_by().values_list(
        "pk", "assigned_on", "original_due_on", *CELL_OF_ASSIGNMENT
    )
    return {
        pk: (
            CountCell(*cell),
            AssignmentFacts(
                assigned_on, due_on, tuple(extensions.get(pk, ())), tuple(reports.get(pk, ()))
            ),
        )
        for pk, assigned_on, due_on, *cell in rows.iterator(chunk_size=5000)
    }


def _grouped(rows: Iterable[tuple[int, Any, Any]]) -> dict[int, list[tuple[Any, Any]]]:
    groups: defaultdict[int, list[tuple[Any, Any]]] = defaultdict(list)
    for owner, first, second in rows:
        groups[owner].append((first, second))
    return groups
