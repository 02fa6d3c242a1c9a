"""A document's list of tasks from a file: kept, its columns named, and the good rows made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import count, takewhile
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.queue import recalculation
from core.tables.columns import guess, in_vietnamese, labels
from core.tables.importing import NEW, UNCHANGED, Facts, Importer
from core.tables.layout import lay_out
from core.tables.reader import Sheet
from core.tables.writer import write_sheet
from provinces.agencies.services import keep_alias
from provinces.models import Agency, Plan, PlanGroup
from provinces.permissions import Permission, require
from tasks.imports.status_sheet.sheet import REASON
from tasks.imports.task_list.columns import COLUMNS, PRINTED
from tasks.imports.task_list.names import agencies_by_name
from tasks.imports.task_list.preview import Checked, List, look_through, outline_of
from tasks.imports.task_list.rows import AskedTask
from tasks.models import Assignment, Task, TaskListImport
from tasks.planning.assigning import check_agencies
from tasks.reporting.checks import CONFLICT

_AT_ONCE, _CELL_WIDTH = 500, 30


class TaskListImporter(Importer[TaskListImport, List]):
    kept, related, reason = TaskListImport, ["plan__area"], REASON
    heavy = ("rows", "refused")
    most = 2_000
    too_many = (
        "too_many_rows",
        gettext_lazy("A list has at most %(n)d rows; send it in parts."),
    )
    sent_act, applied_act = "tasklist.send", "tasklist.apply"
    taken_already = gettext_lazy("This list was taken already; the result is below.")

    def allow(self, started: TaskListImport, *, by: User) -> None:
        require(by, Permission.MANAGE_PLAN, started.plan)

    def read(self, sheet: Sheet, started: TaskListImport) -> tuple[int, Facts]:
        """Raises Refused: ``no_rows``."""
        found = lay_out(sheet, lambda heads: len(guess(heads, COLUMNS)))
        if not found.below:
            raise refuse("no_rows", _("There is no row under the header."), "/file")
        started.header, started.sheets = list(found.heads), list(sheet.looks.others)
        started.above = [asdict(row) for row in found.above]
        started.rows = [asdict(row) for row in found.below]
        started.assigned_on = started.plan.issued_on
        rows = len(started.rows)
        return rows, {"plan": started.plan.number, "rows": rows}

    def map_columns(self, started: TaskListImport) -> None:
        """Where the heads say which column holds what, nobody is asked."""
        guessed = guess(started.header, COLUMNS)
        if not _faults_of(started, guessed):
            _put_columns(started, guessed)

    def look_through(self, started: TaskListImport, *, by: User) -> List:
        return look_through(started)

    def take(self, started: TaskListImport, *, by: User) -> tuple[Sequence[Checked], Facts]:
        """Tasks and assignments. Raises Refused: ``no_columns`` (409)."""
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
        tasks = Task.objects.bulk_create((one.task for one in new if one.task), _AT_ONCE)
        given = [assignment.pk for assignment in _assign(started, found.rows)]
        if given:
            recalculation.mark("assignment", given, since=started.assigned_on)
        recalculation.touch_generation()
        started.made, started.given = len(tasks), len(given)
        started.unchanged = found.counts[UNCHANGED]
        return found.rows, {
            "plan": started.plan.number,
            "groups": [group.number for group in found.new_groups],
            "tasks": [{"id": task.pk, "number": task.number} for task in tasks],
            "assignments": given,
            "refused": [one.number for one in found.rows if one.faults],
        }

    def result(self, started: TaskListImport) -> str:
        words = ngettext("%(n)s task made", "%(n)s tasks made", started.made)
        return words % {"n": started.made}

    def refused_file(self, started: TaskListImport) -> bytes:
        """Under the heads of the file itself; where headings named the groups, each row names its
        own."""
        more = len(started.refused[0]["cells"]) - len(started.header)
        heads = [*started.header, *in_vietnamese([*[gettext_lazy("Group")] * more, REASON.label])]
        rows = [[*line["cells"], line["reason"]] for line in started.refused]
        widths = [*[_CELL_WIDTH] * (len(heads) - 1), REASON.width]
        return write_sheet(_("Not taken"), heads, rows, widths)


IMPORTER = TaskListImporter()


@transaction.atomic
def name_columns(
    started: TaskListImport, columns: Mapping[str, int], *, by: User
) -> TaskListImport:
    """Say which column holds which field; a document without groups is offered those of the file.

    Raises PermissionDenied, and Refused: ``column_missing``, ``column_twice``, ``unknown_column``,
    ``already_applied`` (409).
    """
    started = IMPORTER.held(started, by=by)
    if faults := _faults_of(started, columns):
        raise Refused(faults)
    before = started.columns
    _put_columns(started, columns)
    started.save(update_fields=["columns", "new_groups"])
    after = {"columns": started.columns}
    trail.record("tasklist.columns", started, by=by, before={"columns": before}, after=after)
    return started


def _faults_of(started: TaskListImport, columns: Mapping[str, int]) -> list[Fault]:
    """Groups need no column where rows are their headings."""
    if any(not 0 <= at < len(started.header) for at in columns.values()):
        return [Fault("unknown_column", _("The file has no such column."), "/columns")]
    missing = [one.key for one in COLUMNS if one.is_needed and one.key not in columns]
    if "group" in missing and outline_of(started, columns).has_headings:
        missing.remove("group")
    choose = _("Choose the column that holds it.")
    faults = [Fault("column_missing", choose, f"/{key}") for key in missing]
    for key, at in columns.items():
        first = next(other for other in columns if columns[other] == at)
        if key != first:
            detail = _("This column is chosen for “%(field)s” already.")
            words = {"field": labels(COLUMNS, [first])}
            faults.append(Fault("column_twice", detail % words, f"/{key}"))
    return faults


def _put_columns(started: TaskListImport, columns: Mapping[str, int]) -> None:
    """A document is offered the groups of the file that it does not have."""
    started.columns = dict(columns)
    found = look_through(started)
    named = [one.key for one in found.missing_groups]
    if found.outline.has_headings:
        started.new_groups = named
    elif not PlanGroup.objects.filter(plan=started.plan_id).exists():
        # Those numbered 1, 2, 3 … without a gap; any other may be a slip of the pen.
        started.new_groups = list(takewhile({*named}.__contains__, (f"#{n}" for n in count(1))))


@transaction.atomic
def name_agencies(
    started: TaskListImport, answers: Mapping[str, Agency | None], *, keep: bool, by: User
) -> TaskListImport:
    """Which agency each name means, by its spelling; None: it stays as printed, nobody gets it.

    ``keep``: an agency goes by that name in every later file, where the caller may change it.
    Raises PermissionDenied, and Refused: ``unknown_name``, ``outside_plan``, ``merged``,
    ``already_applied`` (409).
    """
    started = IMPORTER.held(started, by=by)
    unknown = {one.key: one.text for one in look_through(started).unknown}
    for key, agency in answers.items():
        if key not in unknown and key not in started.names:
            raise refuse("unknown_name", _("The file has no such name."), "/names")
        if agency:
            check_agencies(started.plan, [agency])
    before = started.names
    started.names = {**before, **{key: one and one.pk for key, one in answers.items()}}
    started.save(update_fields=["names"])
    if keep:
        # A name that several agencies share stays theirs.
        shared = agencies_by_name(started.plan)
        for key, agency in answers.items():
            if agency and key in unknown and key not in shared:
                keep_alias(agency, unknown[key], by=by)
    words = {unknown.get(key, key): one.code if one else "" for key, one in answers.items()}
    trail.record("tasklist.names", started, by=by, after={"names": words})
    return started


@transaction.atomic
def choose(
    started: TaskListImport,
    *,
    new_groups: Sequence[str],
    classes: Collection[str] = (),
    assign: bool,
    assigned_on: date,
    by: User,
) -> TaskListImport:
    """What is to be made besides the tasks; the preview then shows it.

    Raises PermissionDenied, and Refused: ``future_date``, ``already_applied`` (409).
    """
    started = IMPORTER.held(started, by=by)
    if assigned_on > clock.today():
        detail = _("The day has not come yet; choose today or earlier.")
        raise refuse("future_date", detail, "/assigned_on")
    started.new_groups, started.assign = list(new_groups), assign
    started.assigned_on, started.classes = assigned_on, list(classes)
    started.save(update_fields=["new_groups", "assign", "assigned_on", "classes"])
    trail.record(
        "tasklist.choose",
        started,
        by=by,
        after={
            "new_groups": started.new_groups,
            "classes": started.classes,
            "assign": assign,
            "assigned_on": assigned_on.isoformat(),
        },
    )
    return started


def _assign(started: TaskListImport, rows: Sequence[Checked]) -> list[Assignment]:
    """Every agency that leads gets the task; those that help are kept with each assignment."""
    assignments, links = [], []
    helping = Assignment.coordinating.through
    for one in rows:
        due_on = one.task.due_on if one.task else None
        for agency in one.gives:
            assignment = Assignment(
                task=one.task,
                agency=agency,
                area=agency.area,
                assigned_on=started.assigned_on,
                original_due_on=due_on,
                due_on=due_on,
            )
            assignments.append(assignment)
            links += [
                helping(assignment=assignment, agency=helper)
                for helper in one.asked.coordinating.agencies
                if helper.pk != agency.pk
            ]
    Assignment.objects.bulk_create(assignments, batch_size=_AT_ONCE)
    for link in links:
        link.assignment_id = link.assignment.pk
    helping.objects.bulk_create(links, batch_size=_AT_ONCE)
    return assignments


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
