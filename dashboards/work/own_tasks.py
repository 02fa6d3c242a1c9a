"""What a province's page lists of its own tasks. The facts that its figures are made of tell which
these are, today and on a past day alike; one query reads what is shown of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, OuterRef, Subquery, TextField, Value, When

from dashboards.frame.day import Asked
from dashboards.work.changes import SHOWN as CHANGES_SHOWN
from dashboards.work.changes import ChangedTask, ChangedWork, Changes
from dashboards.work.overdue import OverdueTask
from dashboards.work.upcoming import COMING, SHOWN, LateItem, Upcoming, late_item
from provinces.lookup import Standing, as_named_on
from provinces.permissions import Caller
from tasks.completion.inputs import FactsOf
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import OPEN_STATES
from tasks.states import State
from tasks.status.rules import Progress, progress_on


@dataclass(frozen=True)
class OwnTasks:
    """Those that the caller may see; changes are counted whoever may see them."""

    overdue: tuple[OverdueTask, ...]
    upcoming: Upcoming
    changes: Changes


def own_tasks(
    caller: Caller, asked: Asked, facts: FactsOf, told: Mapping[int, date], standing: Standing
) -> OwnTasks:
    """One SQL query. ``told``: when each is now expected to be completed."""
    day, until = asked.day, asked.day + COMING
    now = {pk: found for pk, (_, one) in facts.items() if (found := progress_on(one, day))}
    then = {pk: progress_on(facts[pk][1], asked.compared) for pk in now}
    coming = {pk: due for pk, one in now.items() if (due := _due(one)) and due <= until}
    late = {pk for pk, due in coming.items() if due < day}
    was_late = {pk for pk in late if (due := _due(then[pk])) and due < asked.compared}
    done = {pk for pk, one in now.items() if _is_done(one) and not _is_done(then[pk])}
    rows = _rows(caller, asked, {*coming, *done}, done)
    for row in rows:
        row.due_then = now[row.pk].due_on
        row.on = row.due_then
        if row.pk in done:
            reports = facts[row.pk][1].reports
            row.on = [on for on, state in reports if on <= day and state == State.COMPLETED][-1]
    overdue = sorted((row for row in rows if row.pk in late), key=lambda row: row.due_then)
    lines = tuple(_overdue(row, day, told.get(row.pk), standing) for row in overdue)
    as_named_on(day, [row.agency for row in rows], standing.names)
    newest = sorted(rows, key=lambda row: row.pk)
    newest.sort(key=lambda row: (row.on, row.due_then or date.min), reverse=True)
    changes = [
        ChangedWork(
            kind,
            len(pks),
            tuple(
                ChangedTask(row.pk, row.task.title, row.agency.short_name_now, row.on, row.result)
                for row in [row for row in newest if row.pk in pks][:CHANGES_SHOWN]
            ),
        )
        for kind, pks in (("completed", done), ("overdue", late - was_late))
    ]
    return OwnTasks(
        lines,
        _upcoming([row for row in rows if row.pk in coming], late, day),
        Changes(*changes),
    )


def _due(one: Progress | None) -> date | None:
    """The deadline of open work."""
    return one.due_on if one and one.state in OPEN_STATES else None


def _is_done(one: Progress | None) -> bool:
    return one is not None and one.state is State.COMPLETED


def _rows(caller: Caller, asked: Asked, chosen: Iterable[int], done: Iterable[int]) -> list[Any]:
    last = (
        StatusReport.objects.filter(assignment=OuterRef("pk"), state=State.COMPLETED)
        .effective_by(asked.day)
        .counting(asked.known_at)
        .last_first()
    )
    result = Case(
        When(pk__in=list(done), then=Subquery(last.values("result")[:1])),
        default=Value(""),
        output_field=TextField(),
    )
    rows = Assignment.objects.filter(pk__in=list(chosen)).visible_to(caller)
    return list(
        rows.annotate(result=result)
        .select_related("task__plan", "agency__successor__successor", "area")
        .order_by("agency__protocol_order", "task__number_key", "pk")
    )


def _overdue(row: Any, day: date, expected: date | None, standing: Standing) -> OverdueTask:
    agency = standing.agencies.get(row.agency.code, row.agency)
    return OverdueTask(
        id=row.pk,
        title=row.task.title,
        agency_code=agency.code,
        agency=agency.short_name,
        due_on=row.due_then,
        days=(day - row.due_then).days,
        expected_on=expected,
        is_illustrative=row.task.is_illustrative,
    )


def _upcoming(rows: list[Any], late: set[int], day: date) -> Upcoming:
    ordered = sorted(rows, key=lambda row: (row.due_then, row.agency.protocol_order, row.pk))
    kinds: tuple[list[Any], list[Any]] = ([], [])
    for row in ordered:
        kinds[row.pk not in late].append(row)
    items: Iterable[tuple[LateItem, ...]] = (
        tuple(late_item(row, day) for row in kind[:SHOWN]) for kind in kinds
    )
    (first, second), (are_late, are_soon) = items, map(len, kinds)
    return Upcoming(first, are_late, second, are_soon, day + COMING)
