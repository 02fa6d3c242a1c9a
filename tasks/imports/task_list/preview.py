"""What would become of each row of a list: looked through before it is applied, and again then."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.errors import Fault
from core.tables.importing import NEW, REFUSED, UNCHANGED, HasFaults
from provinces.models import Phase, Plan, PlanGroup
from tasks.imports.task_list.columns import PRINTED, labels
from tasks.imports.task_list.rows import (
    AskedTask,
    Places,
    TaskRow,
    agencies_by_name,
    by_key,
    key_of,
    new_group,
    read_row,
)
from tasks.models import Assignment, Task, TaskListImport


@dataclass
class Checked(HasFaults):
    """A row and its ``kind``: new, unchanged or refused. ``task`` is there for unchanged rows, and
    for new ones once it is made; ``gives``: its lead agency gets it."""

    row: TaskRow
    asked: AskedTask
    kind: str
    faults: Sequence[Fault] = ()
    task: Task | None = None
    gives: bool = False


@dataclass(frozen=True)
class MissingGroup:
    """A group that rows name and the document does not have."""

    key: str
    text: str
    rows: int


@dataclass(frozen=True)
class List:
    plan: Plan
    rows: Sequence[Checked]
    missing_groups: Sequence[MissingGroup]
    new_groups: Sequence[PlanGroup] = ()
    counts: Mapping[str, int] = field(default_factory=Counter)


def look_through(started: TaskListImport) -> List:
    """Every row by the rules of the write; nothing is written (5 queries, however many)."""
    plan, columns = started.plan, started.columns or {}
    rows = [TaskRow(**row) for row in started.rows]
    groups = by_key(PlanGroup.objects.filter(plan=plan))
    missing = _missing(rows, columns.get("group"), groups)
    taken = {group.number for group in groups.values()}
    new = []
    # Numbered ones first: they keep their number from the others.
    for one in sorted(missing, key=lambda one: not one.key.startswith("#")):
        if one.key in started.new_groups:
            group = groups[one.key] = new_group(plan, one.text, taken)
            taken.add(group.number)
            new.append(group)
    places = Places(
        groups=groups,
        phases=by_key(Phase.objects.filter(plan=plan)),
        agencies=agencies_by_name(plan),
        year=plan.issued_on.year,
    )
    checked = list(_check(started, [read_row(row, columns, places) for row in rows], rows))
    counts = Counter(one.kind for one in checked)
    good = [one for one in checked if one.kind != REFUSED]
    counts["given"] = sum(one.gives for one in good)
    counts["unmatched"] = sum(
        bool(one.asked.texts.get("lead")) and one.asked.agency is None for one in good
    )
    return List(plan, checked, missing, new, counts)


def _missing(
    rows: Iterable[TaskRow], column: int | None, groups: Mapping[str, PlanGroup]
) -> list[MissingGroup]:
    if column is None:
        return []
    texts = [row.cells[column].strip() for row in rows]
    counts = Counter(key_of(text) for text in texts if text)
    first = {key_of(text): text for text in reversed(texts) if text}
    wanted = {key: first[key] for key in counts if key not in groups}
    return [MissingGroup(key, text, counts[key]) for key, text in wanted.items()]


def _check(
    started: TaskListImport, read: Iterable[tuple[AskedTask, list[Fault]]], rows: Iterable[TaskRow]
) -> Iterator[Checked]:
    """The rows against what the document has, and against each other (2 queries)."""
    present = {(t.phase_id, t.number): t for t in Task.objects.filter(plan=started.plan)}
    given: set[tuple[int, int]] = set()
    if started.assign:
        assignments = Assignment.objects.filter(task__plan=started.plan)
        given.update(assignments.values_list("task_id", "agency_id"))
    seen: dict[tuple[int | None, str], int] = {}
    for row, (asked, faults) in zip(rows, read, strict=True):
        key = (asked.phase.pk if asked.phase else None, asked.texts.get("number", ""))
        task, agency = present.get(key), asked.agency if started.assign else None
        if key[1] and key in seen:
            detail = _("Row %(n)d has this number already.") % {"n": seen[key]}
            faults.append(Fault("number_twice", detail, "/number"))
        seen.setdefault(key, row.number)
        if task:
            faults.extend(_differences(asked, task))
        gives = agency is not None and (task is None or (task.pk, agency.pk) not in given)
        due_on = task.due_on if task else asked.due.on
        if gives and due_on and due_on < started.assigned_on:
            detail = _("The deadline cannot be before the day of assignment.")
            faults.append(Fault("due_too_early", detail, "/due"))
        kind = REFUSED if faults else UNCHANGED if task else NEW
        yield Checked(row, asked, kind, faults, task, gives and not faults)


def _differences(asked: AskedTask, task: Task) -> list[Fault]:
    """An empty cell says nothing about a task that is there; white space is passed over."""
    keys = [
        key
        for key, name in PRINTED.items()
        if asked.texts.get(key) and asked.texts[key].split() != getattr(task, name).split()
    ]
    if asked.group and asked.group.pk != task.group_id:
        keys.insert(0, "group")
    if not keys:
        return []
    detail = _("The document has a task of this number already, and it differs in: %(fields)s.")
    return [Fault("differs", detail % {"fields": labels(keys)}, "/number")]
