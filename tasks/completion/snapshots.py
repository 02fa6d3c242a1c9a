"""Writes the rows of ``Completion``, cell by cell, up to all due days that are known, and with them
their sums."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Min, Q, QuerySet

from core.calendar import clock
from core.db import bulk
from core.db.conditions import any_of
from core.queue import feed
from core.queue.recalculation import Subjects
from core.staleness import earliest
from provinces.models import Plan
from tasks.completion import sums
from tasks.completion.counts import cell_timeline
from tasks.completion.inputs import CELL_OF_ASSIGNMENT, CountCell, facts_by_cell
from tasks.models import Assignment, Completion
from tasks.models.completion import COUNTS

# One condition names all the cells of a query, and SQLite limits its depth.
_CELLS_AT_ONCE = 100
_COMPARED = (*(f"{name}_id" for name in CountCell._fields), "day", "until", *COUNTS)


def on_assignments(subjects: Subjects) -> None:
    """Handle marks of the kind "assignment": recompute the cells of these assignments."""
    rows = Assignment.objects.filter(pk__in=[int(key) for key in subjects])
    recompute({CountCell(*row) for row in rows.order_by().values_list(*CELL_OF_ASSIGNMENT)})


def on_cells(subjects: Subjects) -> None:
    """Handle marks of the kind "cell": recompute cells that an assignment has left."""
    recompute({CountCell(*map(int, key.split("/"))) for key in subjects})


def recompute(cells: Collection[CountCell]) -> int:
    """Replace all rows of these cells; returns how many there are now.

    The cost depends on the cells alone, not on how much else there is.
    """
    in_order, written = sorted(cells), 0
    for start in range(0, len(in_order), _CELLS_AT_ONCE):
        chunk = in_order[start : start + _CELLS_AT_ONCE]
        rows = _rows(Assignment.objects.filter(_in_cells(chunk, CELL_OF_ASSIGNMENT)))
        old = Completion.objects.filter(_in_cells(chunk, CountCell._fields))
        # Plans × areas that are counted otherwise than before, from which day on.
        otherwise = set(old.values_list(*_COMPARED)) ^ set(rows)
        changed = ((_key(plan, area), day) for plan, area, _agency, _group, day, *_ in otherwise)
        feed.append("completion", earliest(changed))
        old.delete()
        written += _write(rows)
        sums.rewrite(chunk)
    return written


def recompute_plan(plan_id: int) -> int:
    """Replace all rows of a document; returns how many there are now."""
    assignments = Assignment.objects.filter(task__plan=plan_id)
    given = assignments.order_by().values_list("area").annotate(since=Min("assigned_on"))
    feed.append("completion", {_key(plan_id, area): since for area, since in given})
    Completion.objects.filter(plan=plan_id).delete()
    return _write(_rows(assignments)) + sums.rewrite_plan(plan_id)


def rebuild() -> int:
    """Replace every row, document by document; returns how many there are now."""
    return sum(map(recompute_plan, Plan.objects.order_by("pk").values_list("pk", flat=True)))


def _in_cells(cells: Iterable[CountCell], fields: Iterable[str]) -> Q:
    names = list(fields)
    return any_of(Q(**dict(zip(names, cell, strict=True))) for cell in cells)


def _rows(assignments: "QuerySet[Assignment]") -> list[tuple[Any, ...]]:
    """In the order of ``_COMPARED``."""
    return [
        (*cell, span.first_day, span.next_day or date.max, *span.counts.numbers())
        for cell, facts in facts_by_cell(assignments).items()
        for span in cell_timeline(facts)
    ]


def _write(rows: Iterable[tuple[Any, ...]]) -> int:
    now = clock.now()
    return bulk.insert(Completion, (*_COMPARED, "computed_at"), ((*row, now) for row in rows))


def _key(plan: int, area: int) -> str:
    """What a change is called in the feed; ``tasks.api.changes`` reads it back."""
    return f"{plan}/{area}"
