"""A document's list of tasks from a file: kept, its columns named, and the good rows made."""

from collections.abc import Mapping, Sequence
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
from core.tables.importing import NEW, REFUSED, UNCHANGED, refused_line
from core.tables.reader import read_sheet
from provinces.models import Plan, PlanGroup
from provinces.permissions import Permission, require
from tasks.imports.task_list.columns import FIELDS, PRINTED, header_row, labels
from tasks.imports.task_list.preview import look_through
from tasks.imports.task_list.rows import AskedTask
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
    sheet = read_sheet(data)
    head = header_row(sheet.rows)
    rows = [
        {"number": at + 1, "cells": list(cells), "formulas": sheet.formulas.get(at, [])}
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
    after = {"plan": plan.number, "file": started.file_name, "rows": len(rows)}
    trail.record("tasklist.send", started, by=by, after=after)
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
    faults = []
    used: dict[int, str] = {}
    for field in FIELDS:
        column, pointer = columns.get(field.key), f"/{field.key}"
        if column is None:
            if field.is_needed:
                detail = _("Choose the column that holds it.")
                faults.append(Fault("column_missing", detail, pointer))
        elif not 0 <= column < len(started.header):
            faults.append(Fault("unknown_column", _("The file has no such column."), pointer))
        elif column in used:
            detail = _("This column is chosen for “%(field)s” already.")
            words = {"field": labels([used[column]])}
            faults.append(Fault("column_twice", detail % words, pointer))
        else:
            used[column] = field.key
    if faults:
        raise Refused(faults)
    before = started.columns
    started.columns = dict(columns)
    if not PlanGroup.objects.filter(plan=started.plan_id).exists():
        # Those numbered 1, 2, 3 … without a gap; any other may be a slip of the pen.
        named = {one.key for one in look_through(started).missing_groups}
        started.new_groups = list(takewhile(named.__contains__, (f"#{n}" for n in count(1))))
    started.save(update_fields=["columns", "new_groups"])
    after = {"columns": started.columns}
    trail.record("tasklist.columns", started, by=by, before={"columns": before}, after=after)
    return started


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
    new = [one for one in found.rows if one.kind == NEW]
    for one in new:
        one.task = _task(one.asked, found.plan)
    tasks = Task.objects.bulk_create((one.task for one in new if one.task), batch_size=_AT_ONCE)
    assignments = [
        Assignment(
            task=one.task,
            agency=one.asked.agency,
            area=one.asked.agency.area,
            assigned_on=started.assigned_on,
            original_due_on=one.task.due_on,
            due_on=one.task.due_on,
        )
        for one in found.rows
        if one.gives and one.task and one.asked.agency
    ]
    Assignment.objects.bulk_create(assignments, batch_size=_AT_ONCE)
    given = [assignment.pk for assignment in assignments]
    if given:
        recalculation.mark("assignment", given, since=started.assigned_on)
    refused = [one for one in found.rows if one.kind == REFUSED]
    started.applied_at, started.made, started.given = clock.now(), len(tasks), len(given)
    started.unchanged = sum(one.kind == UNCHANGED for one in found.rows)
    started.refused = [
        refused_line(one.row.number, list(one.row.cells), one.reason) for one in refused
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
    """Locked. Raises PermissionDenied, Refused ``already_applied`` (409)."""
    rows = TaskListImport.objects.select_for_update(of=("self",)).select_related("plan__area")
    started = rows.get(pk=started.pk)
    require(by, Permission.MANAGE_PLAN, started.plan)
    started.require_open(_("This list was taken already; the result is below."))
    return started


def _task(asked: AskedTask, plan: Plan) -> Task:
    """Unsaved."""
    printed: dict[str, Any] = {key: asked.texts.get(cell, "") for cell, key in PRINTED.items()}
    task = Task(
        plan=plan,
        group=asked.group,
        phase=asked.phase,
        due_on=asked.due.on,
        due_kind=asked.due.kind,
        provenance=Task.Provenance.INTERNAL,
        source_url=plan.source_url,
        **printed,
    )
    task.derive()
    return task
