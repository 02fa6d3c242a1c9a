"""From raw rows to the facts that figures are made of, for any number of assignments at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from tasks.models import Assignment, ExtensionRequest, StatusReport
from tasks.status.rules import AssignmentFacts


class CountCell(NamedTuple):
    """Row numbers of a plan, an area, an agency and a group: the finest grain of completion."""

    plan: int
    area: int
    agency: int
    group: int


CELL_OF_ASSIGNMENT = ("task__plan_id", "area_id", "agency_id", "task__group_id")


def cell_key(cell: CountCell) -> str:
    """The key of a mark of the kind "cell"."""
    return "/".join(map(str, cell))


def cell_of(assignment: Assignment) -> CountCell:
    task = assignment.task
    return CountCell(task.plan_id, assignment.area_id, assignment.agency_id, task.group_id)


FactsByCell = dict[CountCell, list[AssignmentFacts]]


def facts_by_cell(
    assignments: "QuerySet[Assignment]", known_at: datetime | None = None
) -> FactsByCell:
    """Three queries, whatever the number. ``known_at``: what was recorded and accepted by then."""
    cells: defaultdict[CountCell, list[AssignmentFacts]] = defaultdict(list)
    for cell, facts in facts_of(assignments, known_at).values():
        cells[cell].append(facts)
    return dict(cells)


def facts_of(
    assignments: "QuerySet[Assignment]", known_at: datetime | None = None
) -> dict[int, tuple[CountCell, AssignmentFacts]]:
    """The same by row number of the assignment."""
    # Without its order the selection can be a plain subquery.
    chosen = assignments.order_by().values("pk")
    reports = _reports(chosen, known_at)
    extensions = _extensions(chosen, known_at)
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


def _reports(
    chosen: "QuerySet[Assignment, Any]", known_at: datetime | None
) -> dict[int, list[tuple[date, str]]]:
    rows = StatusReport.objects.filter(assignment__in=chosen).counting(known_at).in_order()
    return _grouped(rows.values_list("assignment_id", "effective_on", "state"))


def _extensions(
    chosen: "QuerySet[Assignment, Any]", known_at: datetime | None
) -> dict[int, list[tuple[date, date]]]:
    rows = ExtensionRequest.objects.filter(
        assignment__in=chosen, decision=ExtensionRequest.Decision.GRANTED
    )
    if known_at:
        rows = rows.filter(decided_at__lte=known_at)
    in_order = rows.order_by("decided_on", "decided_at", "id")
    return _grouped(in_order.values_list("assignment_id", "decided_on", "new_due_on"))


def _grouped(rows: Iterable[tuple[int, Any, Any]]) -> dict[int, list[tuple[Any, Any]]]:
    groups: defaultdict[int, list[tuple[Any, Any]]] = defaultdict(list)
    for owner, first, second in rows:
        groups[owner].append((first, second))
    return groups
