"""A document's list of tasks taken from a file: kept, its columns told, and the good rows made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count, takewhile
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.queue import recalculation
from core.tables.files import read_table_file
from provinces.models import Plan, PlanGroup
from provinces.permissions import Permission, require
from tasks.imports.task_list.columns import FIELDS, NEEDED, header_row, labels
from tasks.imports.task_list.preview import NEW, REFUSED, UNCHANGED, Checked, List, look_through
from tasks.models import Assignment, Task, TaskListImport
from tasks.reporting.checks import CONFLICT

MOST_ROWS = 2_000
_AT_ONCE = 500


@transaction.atomic
def send_list(plan: Plan, data: bytes, file_name: str, *, by: User) -> TaskListImport:
    """Keep what the file says; nothing of it is a task yet.

    Raises PermissionDenied, and Refused for a file that cannot be read, ``no_rows`` and
    ``too_many_rows``.
    """
    require(by, Permission.MANAGE_PLAN, plan)
    sheet = read_table_file(data)
    head = header_row(sheet.rows)
    formulas: dict[int, list[int]] = {}
    for at, column in sorted(sheet.formulas):
        formulas.setdefault(at, []).append(column)
    rows = [
        {"number": at + 1, "cells": list(cells), "formulas": formulas.get(at, [])}
        for at, cells in enumerate(sheet.rows)
        if at > head and any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise refuse("no_rows", _("There is no row under the header."), "/file")
    if len(rows) > MOST_ROWS:
        detail = _("A list has at most %(n)d rows; send it in parts.") % {"n": MOST_ROWS}
        raise refuse("too_many_rows", detail, "/file")
    started = TaskListImport.objects.create(
        plan=plan,
        user=by,
        made_at=clock.now(),
        file_name=file_name[:200],
        header=list(sheet.rows[head]),
        rows=rows,
        assigned_on=plan.issued_on,
    )
    trail.record(
        "tasklist.send",
        started,
        by=by,
        after={
            "plan": plan.number,
            "file": started.file_name,
            "rows": len(rows),
        },
    )
    return started


@transaction.atomic
def name_columns(
    started: TaskListImport, columns: Mapping[str, int], *, by: User
) -> TaskListImport:
    """Say which column holds which field; a document without groups is offered those of the file.

    Raises PermissionDenied, and Refused: ``column_missing``, ``column_twice``, ``unknown_column``,
    ``already_applied`` (409).
    """
    started = _open(started, by)
    faults = list(_column_faults(columns, len(started.header)))
    if faults:
        raise Refused(faults)
    before = started.columns
    started.columns = dict(columns)
    if not PlanGroup.objects.filter(plan=started.plan_id).exists():
        started.new_groups = _in_order(one.key for one in look_through(started).missing_groups)
    started.save(update_fields=["columns", "new_groups"])
    trail.record(
        "tasklist.columns",
        started,
        by=by,
        before={"columns": before},
        after={"columns": started.columns},
    )
    return started


def _in_order(keys: Iterable[str]) -> list[str]:
    """Those numbered 1, 2, 3 … without a gap; any other may be a slip of the pen."""
    named = set(keys)
    return [f"#{n}" for n in takewhile(lambda n: f"#{n}" in named, count(1))]


def _column_faults(columns: Mapping[str, int], width: int) -> Sequence[Fault]:
    faults = []
    used: dict[int, str] = {}
    for key in (field.key for field in FIELDS):
        column = columns.get(key)
        if column is None:
            if key in NEEDED:
                detail = _("Choose the column that holds it.")
                faults.append(Fault("column_missing", detail, f"/{key}"))
        elif not 0 <= column < width:
            faults.append(Fault("unknown_column", _("The file has no such column."), f"/{key}"))
        elif column in used:
            detail = _("This column is chosen for “%(field)s” already.")
            words = {"field": labels([used[column]])}
            faults.append(Fault("column_twice", detail % words, f"/{key}"))
        else:
            used[column] = key
    return faults


@transaction.atomic
def choose(
    started: TaskListImport,
    *,
    new_groups: Sequence[str],
    assign: bool,
    assigned_on: date,
    by: User,
) -> TaskListImport:
    """What is to be made besides the tasks; the preview then shows it.

    Raises PermissionDenied, and Refused: ``future_date``, ``already_applied`` (409).
    """
    started = _open(started, by)
    if assigned_on > clock.today():
        detail = _("The day has not come yet; choose today or earlier.")
        raise refuse("future_date", detail, "/assigned_on")
    started.new_groups, started.assign = list(new_groups), assign
    started.assigned_on = assigned_on
    started.save(update_fields=["new_groups", "assign", "assigned_on"])
    trail.record(
        "tasklist.choose",
        started,
        by=by,
        after={
            "new_groups": started.new_groups,
            "assign": assign,
            "assigned_on": assigned_on.isoformat(),
        },
    )
    return started


@transaction.atomic
def apply_list(started: TaskListImport, *, by: User) -> TaskListImport:
    """Make the tasks of the good rows, and of one audit event that names them.

    Raises PermissionDenied, and Refused: ``already_applied``, ``no_columns`` (both 409).
    """
    started = _open(started, by)
    if started.columns is None:
        raise refuse("no_columns", _("Say first which column holds what."), status=CONFLICT)
    # One list at a time goes into a document, so that no number is taken twice.
    Plan.objects.select_for_update(of=("self",)).get(pk=started.plan_id)
    found = look_through(started)
    for group in found.new_groups:
        group.save()
    tasks = _make_tasks(found)
    given = _give(found, started.assigned_on)
    refused = [one for one in found.rows if one.kind == REFUSED]
    started.applied_at, started.made, started.given = clock.now(), len(tasks), len(given)
    started.unchanged = sum(one.kind == UNCHANGED for one in found.rows)
    started.refused = [
        {"number": one.row.number, "cells": list(one.row.cells), "reason": one.reason}
        for one in refused
    ]
    started.save()
    trail.record(
        "tasklist.apply",
        started,
        by=by,
        after={
            "plan": started.plan.number,
            "file": started.file_name,
            "groups": [group.number for group in found.new_groups],
            "tasks": [{"id": task.pk, "number": task.number} for task in tasks],
            "assignments": given,
            "refused": [one.row.number for one in refused],
        },
    )
    recalculation.touch_generation()
    return started


def _open(started: TaskListImport, by: User) -> TaskListImport:
    """Locked, for whoever may still plan here. Raises PermissionDenied, Refused."""
    rows = TaskListImport.objects.select_for_update(of=("self",)).select_related("plan__area")
    started = rows.get(pk=started.pk)
    require(by, Permission.MANAGE_PLAN, started.plan)
    if started.applied_at:
        detail = _("This list was taken already; the result is below.")
        raise refuse("already_applied", detail, status=CONFLICT)
    return started


def _make_tasks(found: List) -> list[Task]:
    tasks = []
    for one in found.rows:
        if one.kind == NEW:
            one.task = _task(one, found.plan)
            tasks.append(one.task)
    return Task.objects.bulk_create(tasks, batch_size=_AT_ONCE)


def _task(one: Checked, plan: Plan) -> Task:
    texts, asked = one.asked.texts, one.asked
    fields: dict[str, Any] = {
        name: texts.get(key, "")
        for name, key in {
            "number": "number",
            "title_vi": "title",
            "title_en": "title_en",
            "product_vi": "product",
            "product_en": "product_en",
            "due_text": "due",
            "lead_text": "lead",
            "coordinating_text": "coordinating",
        }.items()
    }
    task = Task(
        plan=plan,
        group=asked.group,
        phase=asked.phase,
        due_on=asked.due.on,
        due_kind=asked.due.kind,
        provenance=Task.Provenance.INTERNAL,
        source_url=plan.source_url,
        **fields,
    )
    task.derive()
    return task


def _give(found: List, assigned_on: date) -> list[int]:
    """Assignments for the lead agencies that were found; returns their ids."""
    rows = [
        Assignment(
            task=one.task,
            agency=one.asked.agency,
            area=one.asked.agency.area,
            assigned_on=assigned_on,
            original_due_on=one.task.due_on,
            due_on=one.task.due_on,
        )
        for one in found.rows
        if one.gives and one.task and one.asked.agency
    ]
    given = [row.pk for row in Assignment.objects.bulk_create(rows, batch_size=_AT_ONCE)]
    if given:
        recalculation.mark("assignment", given, since=assigned_on)
    return given
