"""Reads the facts that figures are made of from raw rows, for many assignments at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value

from tasks.models import Assignment, ExtensionRequest, StatusReport
from tasks.models.report import StatusReportQuerySet
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
    """Facts by cell (3 SQL queries, which come sorted: of very many that costs least).
    ``known_at``: only what was recorded and decided by then."""
    reports = _counting(assignments, known_at).in_order()
    granted = _granted(assignments, known_at).order_by("decided_on", "decided_at", "id")
    found = _joined(
        assignments,
        _grouped(reports.values_list("assignment_id", "effective_on", "state")),
        _grouped(granted.values_list("assignment_id", "decided_on", "new_due_on")),
    )
    cells: defaultdict[CountCell, list[AssignmentFacts]] = defaultdict(list)
    for cell, facts in found.values():
        cells[cell].append(facts)
    return dict(cells)


FactsOf = dict[int, tuple[CountCell, AssignmentFacts]]


def facts_of(assignments: "QuerySet[Assignment]", known_at: datetime | None = None) -> FactsOf:
    """The cell and the facts of each assignment that a page shows, by its row number (2 SQL
    queries)."""
    facts, _expected = _at_once(assignments, known_at)
    return facts


def facts_and_expected(
    assignments: "QuerySet[Assignment]", day: date, known_at: datetime | None = None
) -> tuple[FactsOf, dict[int, date]]:
    """The same, and when their agencies last said by the day that they would be completed (2 SQL
    queries)."""
    told = StatusReport.objects.filter(assignment__in=_plain(assignments))
    told = told.filter(expected_on__isnull=False).effective_by(day, known_at).order_by()
    when = ("effective_on", "recorded_at", "id", Value(2), "assignment_id", "expected_on")
    return _at_once(assignments, known_at, told.values_list(*when, Value("")))


def _at_once(
    assignments: "QuerySet[Assignment]", known_at: datetime | None, *more: "QuerySet[Any, Any]"
) -> tuple[FactsOf, dict[int, date]]:
    """What was reported, granted and expected is read by one statement."""
    reports = _counting(assignments, known_at).order_by()
    rows = reports.values_list(
        *("effective_on", "recorded_at", "id", Value(0), "assignment_id", "effective_on", "state")
    )
    granted = _granted(assignments, known_at).values_list(
        *("decided_on", "decided_at", "id", Value(1), "assignment_id", "new_due_on", Value(""))
    )
    kinds: tuple[_Groups, _Groups, _Groups] = ({}, {}, {})
    for since, _at, _id, kind, owner, day, state in sorted(rows.union(granted, *more, all=True)):
        kinds[kind].setdefault(owner, []).append((since, day if kind else state))
    reported, extended, expected = kinds
    last = {owner: found[-1][1] for owner, found in expected.items()}
    return _joined(assignments, reported, extended), last


_Groups = dict[int, list[tuple[Any, Any]]]


def _plain(assignments: "QuerySet[Assignment]") -> "QuerySet[Assignment, Any]":
    """Unordered, so that it is a plain subquery."""
    return assignments.order_by().values("pk")


def _counting(
    assignments: "QuerySet[Assignment]", known_at: datetime | None
) -> StatusReportQuerySet:
    return StatusReport.objects.filter(assignment__in=_plain(assignments)).counting(known_at)


def _granted(
    assignments: "QuerySet[Assignment]", known_at: datetime | None
) -> "QuerySet[ExtensionRequest]":
    granted = ExtensionRequest.objects.filter(
        assignment__in=_plain(assignments), decision=ExtensionRequest.Decision.GRANTED
    )
    return (granted.filter(decided_at__lte=known_at) if known_at else granted).order_by()


def _joined(assignments: "QuerySet[Assignment]", reports: _Groups, extensions: _Groups) -> FactsOf:
    """One SQL query."""
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


def _grouped(rows: Iterable[tuple[int, Any, Any]]) -> _Groups:
    groups: defaultdict[int, list[tuple[Any, Any]]] = defaultdict(list)
    for owner, first, second in rows:
        groups[owner].append((first, second))
    return groups
