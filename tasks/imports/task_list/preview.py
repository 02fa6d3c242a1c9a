"""What would become of each row of a list: looked through before it is applied, and again then."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Fault
from core.tables.columns import labels
from core.tables.importing import NEW, REFUSED, UNCHANGED, CheckedRow
from core.tables.layout import SheetRow
from provinces.models import Agency, Phase, Plan, PlanGroup
from tasks.imports.task_list.columns import COLUMNS, PRINTED
from tasks.imports.task_list.names import Names, agencies_by_name, spelling
from tasks.imports.task_list.outline import Outline, Passed, PassedRow, TaskRow, arrange
from tasks.imports.task_list.rows import AskedTask, Places, by_key, key_of, new_group, read_row
from tasks.imports.task_list.units import UnitClass, agencies_of
from tasks.models import Assignment, Task, TaskListImport


@dataclass
class Checked(CheckedRow):
    """A row and its ``kind``: new, unchanged or refused. ``task`` is there for unchanged rows, and
    for new ones once it is made; ``gives``: the agencies that get it."""

    row: TaskRow
    asked: AskedTask
    kind: str
    faults: Sequence[Fault] = ()
    task: Task | None = None
    gives: Sequence[Agency] = ()
    number_column: int = 0
    has_headings: bool = False

    @property
    def number(self) -> int:
        return self.row.row.number

    @property
    def cells(self) -> list[str]:
        """As they were sent, so that the file is taken once mended; the group is told where a
        heading said it, and the number where it begins again under each."""
        cells = list(self.row.cells)
        if self.row.numbered:
            cells[self.number_column] = self.row.numbered
        return [*cells, self.row.group] if self.has_headings else cells

    @property
    def notes(self) -> Sequence[str]:
        """What somebody should look at before the row is taken."""
        found = []
        if self.asked.is_rough and self.asked.due.on:
            day = date_format(self.asked.due.on, "SHORT_DATE_FORMAT")
            found.append(_("no certain day: %(day)s was read") % {"day": day})
        elif self.asked.is_rough:
            found.append(_("no certain day: kept as printed"))
        if self.row.row.is_hidden:
            found.append(_("hidden in the file"))
        return found


@dataclass(frozen=True)
class MissingGroup:
    """A group that rows name and the document does not have."""

    key: str
    text: str
    rows: int


@dataclass
class UnknownName:
    """A name of an agency that was not recognised, and in how many rows it stands."""

    key: str
    text: str
    leads: int = 0
    helps: int = 0


@dataclass(frozen=True)
class ClassOffer:
    """Tasks that a class of units leads, and what giving them to each unit comes to."""

    kind: UnitClass
    rows: int
    agencies: Sequence[Agency]

    @property
    def assignments(self) -> int:
        return self.rows * len(self.agencies)


@dataclass(frozen=True)
class List:
    plan: Plan
    rows: Sequence[Checked]
    passed: Sequence[PassedRow]
    outline: Outline
    missing_groups: Sequence[MissingGroup]
    new_groups: Sequence[PlanGroup] = ()
    classes: Sequence[ClassOffer] = ()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Rows by kind, and ``given`` assignments, ``unmatched`` leads and ``noted`` rows."""
        counts = Counter(one.kind for one in self.rows)
        good = [one for one in self.rows if one.kind != REFUSED]
        counts["given"] = sum(len(one.gives) for one in good)
        counts["unmatched"] = sum(bool(one.asked.leads.unknown) for one in good)
        counts["noted"] = sum(bool(one.notes) for one in self.rows)
        return counts

    @cached_property
    def unknown(self) -> list[UnknownName]:
        """Names of leads before those that only help, the more frequent first."""
        found = dict[str, UnknownName]()
        for one in self.rows:
            for names, way in ((one.asked.leads, "leads"), (one.asked.coordinating, "helps")):
                for text in names.unknown:
                    key = spelling(text)
                    name = found.setdefault(key, UnknownName(key, text))
                    setattr(name, way, getattr(name, way) + 1)
        return sorted(found.values(), key=lambda name: (-name.leads, -name.helps))

    def in_order(self) -> list[Checked | PassedRow]:
        """Every row of the file as it stands there."""
        return sorted([*self.rows, *self.passed], key=lambda one: one.number)


def outline_of(started: TaskListImport, columns: Mapping[str, int]) -> Outline:
    return arrange((SheetRow(**row) for row in started.rows), columns, started.header)


def look_through(started: TaskListImport) -> List:
    """Every row by the rules of the write; nothing is written (9 queries at most)."""
    plan, columns = started.plan, started.columns or {}
    outline = outline_of(started, columns)
    groups = by_key(PlanGroup.objects.filter(plan=plan))
    missing = _missing(outline.tasks, columns.get("group"), groups)
    taken = {group.number for group in groups.values()}
    new = []
    # Numbered ones first: they keep their number from the others.
    for one in sorted(missing, key=lambda one: not one.key.startswith("#")):
        if one.key in started.new_groups:
            group = groups[one.key] = new_group(plan, one.text, taken)
            taken.add(group.number)
            new.append(group)
    answers = {key: pk for key, pk in started.names.items() if pk}
    chosen = Agency.objects.select_related("area").in_bulk(list(set(answers.values())))
    places = Places(
        groups=groups,
        phases=by_key(Phase.objects.filter(plan=plan)),
        names=Names(
            {
                **agencies_by_name(plan),
                **{key: chosen[pk] for key, pk in answers.items() if pk in chosen},
            },
            silent={key for key, pk in started.names.items() if not pk},
        ),
        year=plan.issued_on.year,
    )
    read = [read_row(row, columns, places) for row in outline.tasks]
    counts = Counter(kind for asked, _faults in read for kind in asked.leads.classes)
    classes = [
        ClassOffer(kind, counts[kind], agencies_of(kind, plan))
        for kind in UnitClass
        if counts[kind]
    ]
    checked = list(_check(started, read, outline, classes))
    above = [PassedRow(SheetRow(**row), Passed.TITLE) for row in started.above]
    return List(
        plan,
        checked,
        [*above, *outline.passed],
        outline,
        missing,
        new,
        classes,
    )


def _missing(
    rows: Iterable[TaskRow], column: int | None, groups: Mapping[str, PlanGroup]
) -> list[MissingGroup]:
    texts = [(row.cells[column].strip() if column is not None else "") or row.group for row in rows]
    counts = Counter(key_of(text) for text in texts if text)
    first = {key_of(text): text for text in reversed(texts) if text}
    wanted = {key: first[key] for key in counts if key not in groups}
    return [MissingGroup(key, text, counts[key]) for key, text in wanted.items()]


def _check(
    started: TaskListImport,
    read: Iterable[tuple[AskedTask, list[Fault]]],
    outline: Outline,
    classes: Iterable[ClassOffer],
) -> Iterator[Checked]:
    """The rows against what the document has, and against each other (2 queries)."""
    present = {(t.phase_id, t.number): t for t in Task.objects.filter(plan=started.plan)}
    units = {one.kind.value: one.agencies for one in classes if one.kind in started.classes}
    given: set[tuple[int, int]] = set()
    if started.assign:
        assignments = Assignment.objects.filter(task__plan=started.plan)
        given.update(assignments.values_list("task_id", "agency_id"))
    seen: dict[tuple[int | None, str], int] = {}
    for row, (asked, faults) in zip(outline.tasks, read, strict=True):
        key = (asked.phase.pk if asked.phase else None, asked.texts.get("number", ""))
        task = present.get(key)
        if key[1] and key in seen:
            detail = _("Row %(n)d has this number already.") % {"n": seen[key]}
            faults.append(Fault("number_twice", detail, "/number"))
        seen.setdefault(key, row.row.number)
        if task:
            faults.extend(_differences(asked, task))
        each = [agency for kind in asked.leads.classes for agency in units.get(kind, ())]
        wanted = {agency.pk: agency for agency in (*asked.leads.agencies, *each)}
        gives = [
            agency
            for agency in wanted.values()
            if started.assign and (task is None or (task.pk, agency.pk) not in given)
        ]
        due_on = task.due_on if task else asked.due.on
        if gives and due_on and due_on < started.assigned_on:
            detail = _("The deadline cannot be before the day of assignment.")
            faults.append(Fault("due_too_early", detail, "/due"))
        kind = REFUSED if faults else UNCHANGED if task else NEW
        number = (started.columns or {}).get("number", 0)
        given_to = () if faults else gives
        yield Checked(
            row, asked, kind, faults, task, given_to, number, has_headings=outline.has_headings
        )


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
    return [Fault("differs", detail % {"fields": labels(COLUMNS, keys)}, "/number")]
