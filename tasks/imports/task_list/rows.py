"""What a row of a list asks for: texts of cells to a task, or the faults in plain words. Groups,
phases and agencies are named by their number or one of their names."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from core.errors import Fault
from core.tables.columns import faults_of
from core.tables.importing import formula_fault
from core.text.vietnamese import fold
from provinces.models import Phase, Plan, PlanGroup
from tasks.imports.task_list.columns import COLUMNS
from tasks.imports.task_list.names import Named, Names
from tasks.imports.task_list.outline import TaskRow
from tasks.planning.deadlines import Due, is_rough, take_as_printed
from tasks.states import DueKind

_NO_DUE = Due(None, DueKind.NONE)
_NOBODY = Named()
_LONGEST_NAME = 400
_EXCEL_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_EXCEL_MONTH = re.compile(r"(\d{4})-(\d\d)")
_SPACES = re.compile(r"\s+")
_SHOWN = 60
_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = {numeral: at for at, numeral in enumerate(_NUMERALS.split(), start=1)}
_NUMBERED = re.compile(
    r"\s*(?:nh[oó]m[^\d.:)]*?|giai đo[aạ]n|group|phase)?\s*"
    r"(?P<number>\d{1,3}|[ivx]{1,5})\s*(?:$|(?:[.:)]|\s[–-])\s*(?P<name>.*))",
    re.IGNORECASE | re.DOTALL,
)
Numbered = TypeVar("Numbered", PlanGroup, Phase)


@dataclass(frozen=True)
class Places:
    """What a row can name: by ``key_of`` the groups and phases."""

    groups: Mapping[str, PlanGroup]
    phases: Mapping[str, Phase]
    names: Names
    year: int


@dataclass(frozen=True)
class AskedTask:
    """``texts`` by field, "" where the cell is empty or the column missing; ``is_rough``: the
    deadline names no certain day."""

    texts: Mapping[str, str]
    group: PlanGroup | None = None
    phase: Phase | None = None
    leads: Named = _NOBODY
    coordinating: Named = _NOBODY
    due: Due = _NO_DUE
    is_rough: bool = False


def read_row(
    task: TaskRow, columns: Mapping[str, int], places: Places
) -> tuple[AskedTask, list[Fault]]:
    """Everything that is wrong with it at once, each fault pointing to its field."""
    texts = {
        key: unicodedata.normalize("NFC", task.cells[at]).replace("\r\n", "\n").strip()
        for key, at in columns.items()
    }
    texts["group"] = texts.get("group") or task.group
    if "number" in texts:
        texts["number"] = task.numbered or _SPACES.sub(" ", texts["number"]).rstrip(". ")
    if "due" in texts:
        texts["due"] = as_printed(texts["due"])
    faults = []
    if set(task.row.formulas).intersection(columns.values()):
        faults.append(formula_fault())
    faults += faults_of(texts, COLUMNS)
    group = _named(texts, "group", places.groups, faults)
    phase = _named(texts, "phase", places.phases, faults)
    printed = texts.get("due", "")
    due = take_as_printed(printed, places.year)
    lead = texts.get("lead_now") or texts.get("lead", "")
    leads, helping = map(places.names.in_cell, (lead, texts.get("coordinating", "")))
    return AskedTask(texts, group, phase, leads, helping, due, is_rough(printed, due)), faults


def as_printed(text: str) -> str:
    """Excel makes days of what looks like one: back to how a document prints it."""
    if day := _EXCEL_DAY.fullmatch(text):
        return f"{day[3]}/{day[2]}/{day[1]}"
    month = _EXCEL_MONTH.fullmatch(text)
    return f"{int(month[2])}/{month[1]}" if month else text


def _named(
    texts: Mapping[str, str], key: str, known: Mapping[str, Numbered], faults: list[Fault]
) -> Numbered | None:
    text = texts.get(key, "")
    found = known.get(key_of(text)) if text else None
    if text and found is None:
        detail = (
            _("The document has no group “%(text)s”.")
            if key == "group"
            else _("The document has no phase “%(text)s”.")
        )
        faults.append(Fault(f"unknown_{key}", detail % {"text": text[:_SHOWN]}, f"/{key}"))
    return found


def key_of(text: str) -> str:
    """ "#3" for "III", "3.", "Nhóm 3: Hạ tầng"; for other texts their folded letters."""
    number, name = _parts(text)
    return f"#{number}" if number else fold(name)


def _parts(text: str) -> tuple[int, str]:
    """The number, 0 where there is none, and the name."""
    match = _NUMBERED.match(text)
    if match is None:
        return 0, text.strip()
    sign = match["number"].lower()
    number = int(sign) if sign.isdigit() else _ROMAN.get(sign, 0)
    return (number, (match["name"] or "").strip()) if number else (0, text.strip())


def by_key(rows: Iterable[Numbered]) -> dict[str, Numbered]:
    """By number and by either name."""
    found: dict[str, Numbered] = {}
    for row in rows:
        for key in (f"#{row.number}", fold(row.name_vi), fold(row.name_en)):
            if key:
                found.setdefault(key, row)
    return found


def new_group(plan: Plan, text: str, taken: set[int]) -> PlanGroup:
    """Not saved. One that is only numbered is named by its number; one without a number takes the
    next free one."""
    number, name = _parts(text)
    number = number or max(taken, default=0) + 1
    return PlanGroup(
        plan=plan,
        number=number,
        name_vi=name[:_LONGEST_NAME] or f"Nhóm nhiệm vụ, giải pháp {number}",
        name_en="" if name else f"Group of tasks and solutions {number}",
    )
