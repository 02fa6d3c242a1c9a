"""What a row of a list asks for: texts of cells to a task, or the faults in plain words."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import Fault
from provinces.models import Agency, Phase, PlanGroup
from tasks.imports.task_list.columns import NEEDED, labels
from tasks.imports.task_list.places import Numbered, key_of, spelling
from tasks.planning.deadlines import Due, NoDeadlineError, read_due
from tasks.states import DueKind

_NO_DUE = Due(None, DueKind.NONE)
_LONGEST = {"number": 20, "due": 120}
_EXCEL_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_EXCEL_MONTH = re.compile(r"(\d{4})-(\d\d)")
_SPACES = re.compile(r"\s+")
_SHOWN = 60


@dataclass(frozen=True)
class TaskRow:
    """``number`` as Excel counts; ``formulas`` are the columns whose cell holds one."""

    number: int
    cells: Sequence[str]
    formulas: Sequence[int] = ()


@dataclass(frozen=True)
class Places:
    """What a row can name: by ``key_of`` the groups and phases, by ``spelling`` the agencies."""

    groups: Mapping[str, PlanGroup]
    phases: Mapping[str, Phase]
    agencies: Mapping[str, Agency | None]
    year: int


@dataclass(frozen=True)
class AskedTask:
    """``texts`` by field, "" where the cell is empty or the column missing."""

    texts: Mapping[str, str]
    group: PlanGroup | None = None
    phase: Phase | None = None
    agency: Agency | None = None
    due: Due = _NO_DUE


def read_row(
    row: TaskRow, columns: Mapping[str, int], places: Places
) -> tuple[AskedTask, list[Fault]]:
    """Everything that is wrong with it at once, each fault pointing to its field."""
    texts = {key: _text(key, row.cells[at]) for key, at in columns.items()}
    faults = list(_plain_faults(row, columns, texts))
    group = _named(texts, "group", places.groups, faults)
    phase = _named(texts, "phase", places.phases, faults)
    due = _due(texts.get("due", ""), places.year, faults)
    lead = texts.get("lead_now") or texts.get("lead", "")
    return AskedTask(texts, group, phase, places.agencies.get(spelling(lead)), due), faults


def _text(key: str, cell: str) -> str:
    text = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").strip()
    if key == "number":
        return _SPACES.sub(" ", text).rstrip(". ")
    return as_printed(text) if key == "due" else text


def as_printed(text: str) -> str:
    """Excel makes days of what looks like one: back to how a document prints it."""
    if day := _EXCEL_DAY.fullmatch(text):
        return f"{day[3]}/{day[2]}/{day[1]}"
    month = _EXCEL_MONTH.fullmatch(text)
    return f"{int(month[2])}/{month[1]}" if month else text


def _plain_faults(
    row: TaskRow, columns: Mapping[str, int], texts: Mapping[str, str]
) -> list[Fault]:
    faults = []
    if set(row.formulas).intersection(columns.values()):
        detail = _("A cell holds a formula; type the value instead.")
        faults.append(Fault("formula", detail))
    for key in NEEDED:
        if not texts.get(key):
            detail = _("“%(field)s” is empty.") % {"field": labels([key])}
            faults.append(Fault("missing", detail, f"/{key}"))
    for key, most in _LONGEST.items():
        if len(texts.get(key, "")) > most:
            detail = _("“%(field)s” has at most %(n)d characters.")
            words = {"field": labels([key]), "n": most}
            faults.append(Fault("too_long", detail % words, f"/{key}"))
    return faults


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


def _due(text: str, year: int, faults: list[Fault]) -> Due:
    try:
        return read_due(text, year)
    except NoDeadlineError:
        detail = _("“%(text)s” is no deadline, or a day that does not exist.")
        faults.append(Fault("no_deadline", detail % {"text": text[:_SHOWN]}, "/due"))
        return _NO_DUE
