"""Completion rows, written from raw rows cell by cell, ahead of the coming due days."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from django.db.models import Q

from core.calendar import clock
from core.db import bulk
from core.queue.recalculation import Subjects
from provinces.models import Plan
from tasks.completion.counts import cell_timeline
from tasks.completion.inputs import CELL_OF_ASSIGNMENT, CountCell, FactsByCell, facts_by_cell
from tasks.models import Assignment, Completion
from tasks.models.completion import COUNTS

# SQLite parses an OR of this many cells; the queries per cell stay the same.
_CELLS_AT_ONCE = 100
_COLUMNS = (*(f"{name}_id" for name in CountCell._fields), "day", "until", "computed_at", *COUNTS)


def on_assignments(subjects: Subjects) -> None:
    """Marks "assignment": the cells in which these assignments lie."""
    rows = Assignment.objects.filter(pk__in=[int(key) for key in subjects])
    recompute({CountCell(*row) for row in rows.order_by().values_list(*CELL_OF_ASSIGNMENT)})


def on_cells(subjects: Subjects) -> None:
    """Marks "cell": a cell that an assignment has left."""
    recompute({CountCell(*map(int, key.split("/"))) for key in subjects})


def recompute(cells: Collection[CountCell]) -> int:
    """Replace all rows of these cells; the cost depends on nothing but the cells. Returns rows."""
    wanted, written = sorted(cells), 0
    for start in range(0, len(wanted), _CELLS_AT_ONCE):
        some = wanted[start : start + _CELLS_AT_ONCE]
        facts = facts_by_cell(Assignment.objects.filter(_any_of(some, CELL_OF_ASSIGNMENT)))
        Completion.objects.filter(_any_of(some, CountCell._fields)).delete()
        written += _write(facts)
    return written


def recompute_plan(plan_id: int) -> int:
    """Replace all rows of a document; returns how many there are now."""
    Completion.objects.filter(plan=plan_id).delete()
    return _write(facts_by_cell(Assignment.objects.filter(task__plan=plan_id)))


def rebuild() -> int:
    """Replace every row, document by document; returns how many there are now."""
    return sum(map(recompute_plan, Plan.objects.order_by("pk").values_list("pk", flat=True)))


def _any_of(cells: Iterable[CountCell], fields: Iterable[str]) -> Q:
    names = list(fields)
    wanted = Q(pk__in=[])
    for cell in cells:
        wanted |= Q(**dict(zip(names, cell, strict=True)))
    return wanted


def _write(facts: FactsByCell) -> int:
    return bulk.insert(Completion, _COLUMNS, _rows(facts, clock.now()))


def _rows(facts: FactsByCell, now: datetime) -> Iterator[tuple[object, ...]]:
    for cell, assignments in facts.items():
        for span in cell_timeline(assignments):
            until = span.next_day or date.max
            yield (*cell, span.first_day, until, now, *span.counts.numbers())
