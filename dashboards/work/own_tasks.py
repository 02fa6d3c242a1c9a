"""What a province's page lists of its own tasks. The facts that its figures are made of tell which
these are, today and on a past day alike; one query reads what is shown of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Subquery, TextField, Value, When

from dashboards.frame.day import Asked
from dashboards.work.changes import SHOWN as CHANGES_SHOWN
from dashboards.work.changes import ChangedTask, ChangedWork, Changes, completing
from dashboards.work.overdue import OverdueTask
from dashboards.work.upcoming import COMING, SHOWN, Upcoming, late_item
from provinces.lookup import Standing, as_named_on
from provinces.permissions import Caller
from tasks.completion.inputs import FactsOf
from tasks.models import Assignment
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
    newly = {"completed": done, "overdue": late - was_late}
    result = Case(
        When(pk__in=done, then=Subquery(completing(asked).values("result")[:1])),
        default=Value(""),
        output_field=TextField(),
    )
    shown = Assignment.objects.filter(pk__in={*coming, *done}).visible_to(caller)
    rows: list[Any] = list(
        shown.annotate(result=result)
        .select_related("task__plan", "agency__successor__successor", "area")
        .order_by("agency__protocol_order", "task__number_key", "pk")
    )
    for row in rows:
        row.due_then = now[row.pk].due_on
        row.on = row.due_then
        if row.pk in done:
            reports = facts[row.pk][1].reports
            row.on = [on for on, state in reports if on <= day and state == State.COMPLETED][-1]
    overdue = sorted((row for row in rows if row.pk in late), key=lambda row: row.due_then)
    lines = []
    for row in overdue:
        agency = standing.agencies.get(row.agency.code, row.agency)
        lines.append(
            OverdueTask(
                id=row.pk,
                title=row.task.title,
                agency_code=agency.code,
                agency=agency.short_name,
                due_on=row.due_then,
                days=(day - row.due_then).days,
                expected_on=told.get(row.pk),
                is_illustrative=row.task.is_illustrative,
            )
        )
    as_named_on(day, [row.agency for row in rows], standing.names)
    ordered = sorted(
        (row for row in rows if row.pk in coming),
        key=lambda row: (row.due_then, row.agency.protocol_order, row.pk),
    )
    kinds = [[row for row in ordered if (row.pk in late) is of] for of in (True, False)]
    first, second = (tuple(late_item(row, day) for row in kind[:SHOWN]) for kind in kinds)
    are_late, are_soon = map(len, kinds)
    return OwnTasks(
        tuple(lines),
        Upcoming(first, are_late, second, are_soon, until),
        Changes(*(_changed(kind, pks, rows) for kind, pks in newly.items())),
    )


def _due(one: Progress | None) -> date | None:
    """The deadline of open work."""
    return one.due_on if one and one.state in OPEN_STATES else None


def _is_done(one: Progress | None) -> bool:
    return one is not None and one.state is State.COMPLETED


def _changed(kind: str, pks: set[int], rows: Iterable[Any]) -> ChangedWork:
    """The latest first."""
    seen = sorted((row for row in rows if row.pk in pks), key=lambda row: row.pk)
    seen.sort(key=lambda row: (row.on, row.due_then or date.min), reverse=True)
    shown = (
        ChangedTask(row.pk, row.task.title, row.agency.short_name_now, row.on, row.result)
        for row in seen[:CHANGES_SHOWN]
    )
    return ChangedWork(kind, len(pks), tuple(shown))
