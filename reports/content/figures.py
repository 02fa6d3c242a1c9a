"""The figures of a report, each with the rows behind it. Pure.

A key names a figure: ``agencies.total``, ``communes.overdue``, ``agencies.group.3.completed``,
``agencies.agency.so-tai-chinh.on_schedule``. Tasks of agencies and assignments of communes are
never added together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from tasks.completion.counts import Counts
from tasks.states import DerivedStatus

LEVELS = ("agencies", "communes")
FOLDS: Mapping[str, str] = {
    "completed_on_time": "completed",
    "completed_late": "completed",
    "in_progress_on_schedule": "on_schedule",
    "not_started_on_schedule": "on_schedule",
    "in_progress_overdue": "overdue",
    "not_started_overdue": "overdue",
}
"""Each status in the three of official reports; ongoing and cancelled stand in none."""


@dataclass(frozen=True)
class ReportRow:
    """One assignment as it was. ``id`` and ``report``: row numbers, of it and of the status report
    that counted (0: none). ``due``: ISO, "" for none. ``requests``: obstacles then open."""

    id: int
    level: str
    number: str
    title_vi: str
    agency: str
    agency_vi: str
    group: int
    status: str
    title_en: str = ""
    agency_en: str = ""
    order: int = 0
    group_vi: str = ""
    group_en: str = ""
    product_vi: str = ""
    product_en: str = ""
    head: str = ""
    due: str = ""
    percent: int = 0
    report: int = 0
    cause_kind: str = ""
    cause: str = ""
    remedy: str = ""
    requests: str = ""

    def to_json(self) -> dict[str, Any]:
        """Without what is empty: a frozen report is kept for good."""
        needed = {field.name for field in fields(self)[:8]}
        return {key: value for key, value in asdict(self).items() if value or key in needed}


Figures = dict[str, list[int]]


def figures_of(rows: Iterable[ReportRow]) -> Figures:
    """The row numbers behind each figure; its value is how many they are."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        names = ["total", row.status]
        if row.status in FOLDS:
            names.append(FOLDS[row.status])
        for part in ("", f"group.{row.group}.", f"agency.{row.agency}."):
            for name in names:
                found[f"{row.level}.{part}{name}"].append(row.id)
    return {key: sorted(found[key]) for key in sorted(found)}


def counts_in(figures: Mapping[str, Sequence[int]], part: str) -> Counts:
    """The eight counts of ``agencies.`` or ``agencies.group.3.``."""
    return Counts(*(len(figures.get(f"{part}{status}", ())) for status in DerivedStatus))


class Moved(NamedTuple):
    """A row that stands in both reports or in one; "" where it stands in none."""

    row: ReportRow
    was: str
    now: str


def compare(before: Iterable[ReportRow], after: Iterable[ReportRow]) -> list[Moved]:
    """Rows whose status differs, in the order of the later report, those that left it last."""
    earlier = {row.id: row for row in before}
    moved = []
    for row in after:
        was = earlier.pop(row.id, None)
        if was is None or was.status != row.status:
            moved.append(Moved(row, was.status if was else "", row.status))
    return moved + [Moved(row, row.status, "") for row in earlier.values()]


def effect_on(moved: Iterable[Moved], fold: str) -> int:
    """By how many the three-way figure changed."""
    return sum((FOLDS.get(one.now) == fold) - (FOLDS.get(one.was) == fold) for one in moved)
