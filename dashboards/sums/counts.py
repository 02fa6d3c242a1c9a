"""Counts of assignments from the completion snapshots, added up as pages show them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from core.text.language import in_language
from dashboards.frame.day import Asked
from dashboards.frame.places import Place
from dashboards.text.figures import percent
from provinces.lookup import Standing, standing_on
from provinces.models import Area
from tasks.completion.counts import Counts, count_on
from tasks.completion.inputs import CountCell, facts_by_cell
from tasks.labels import STATUSES, Sign
from tasks.models import Assignment, CommuneSum, Completion, ProvinceSum, Task
from tasks.models.completion import COUNTS

Key = tuple[Any, ...]
_ROWS: Mapping[type[Any], Key] = {
    Completion: ("plan_id", "area_id", "agency_id", "group_id"),
    ProvinceSum: ("plan_id", "area_id", "of_communes", "group_id"),
    CommuneSum: ("plan_id", "area_id"),
}
"""What tells the rows of a day apart."""


@dataclass(frozen=True)
class CountedPart:
    """One derived status: how many, and where its part of a bar of 1000 px lies."""

    status: str
    sign: Sign
    count: int
    change: int
    start: int
    width: int


@dataclass(frozen=True)
class FoldedPart:
    """One of the three figures of official reports; ``counted`` names its rows in the list."""

    counted: str
    label: str
    count: int


@dataclass(frozen=True)
class Compared:
    """Counts as of the day and as of the day it is compared with."""

    now: Counts
    before: Counts

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.now + other.now, self.before + other.before)

    @property
    def rate(self) -> str:
        return percent(self.now.rate)

    @property
    def due_rate(self) -> str:
        return percent(self.now.due_rate)

    @property
    def counted(self) -> int:
        return countable(self.now)

    @property
    def completed_change(self) -> int:
        return self.now.completed - self.before.completed

    @property
    def overdue_change(self) -> int:
        return self.now.overdue - self.before.overdue

    @property
    def rate_change(self) -> Decimal | None:
        """In percentage points; None where one of the days has no rate."""
        if self.now.rate is None or self.before.rate is None:
            return None
        return self.now.rate - self.before.rate

    @property
    def folded(self) -> list[FoldedPart]:
        """Completed, on schedule, overdue: the bar in words."""
        labels = {
            "completed": _("completed"),
            "on_schedule": _("on schedule"),
            "overdue": _("overdue"),
        }
        return [FoldedPart(key, labels[key], getattr(self.now, key)) for key in labels]

    @property
    def parts(self) -> list[CountedPart]:
        """The statuses that occur on either day, in the order of the bar."""
        parts, start = [], 0
        for status, sign in STATUSES.items():
            count, earlier = getattr(self.now, status), getattr(self.before, status)
            width = round(1000 * count / self.now.total) if self.now.total else 0
            if count or earlier:
                parts.append(CountedPart(status, sign, count, count - earlier, start, width))
            start += width
        return parts

    @property
    def in_words(self) -> str:
        """The bar for whoever does not see it: "Completed on time: 51; …"."""
        return "; ".join(f"{part.sign.label}: {part.count}" for part in self.parts)


@dataclass(frozen=True)
class ThenNow:
    """Counts on both days; ``query``: what the list of tasks calls their rows."""

    label: str
    counts: Compared
    query: Mapping[str, str]


def whole_lines(tasks: Compared, commune_tasks: Compared, area: str) -> list[ThenNow]:
    """An area's tasks, and apart from them the assignments of its communes."""
    return [
        ThenNow(_("Tasks"), tasks, {"area": area, "level": "agencies"}),
        ThenNow(_("Assignments of communes"), commune_tasks, {"area": area, "level": "communes"}),
    ]


def countable(counts: Counts) -> int:
    """What a completion rate divides by: the total without cancelled and ongoing work."""
    return counts.total - counts.cancelled - counts.ongoing


def compared(rows: QuerySet[Any], keys: Sequence[str], asked: Asked) -> dict[Key, Compared]:
    """Counts on both days, as ``counted_on`` finds them."""
    found = counted_on(rows, keys, (asked.day, asked.compared), asked.known_at)
    return {key: Compared(*counts) for key, counts in found.items()}


def counted_on(
    rows: QuerySet[Any], keys: Sequence[str], days: Sequence[date], known_at: datetime | None
) -> dict[Key, tuple[Counts, ...]]:
    """Counts on each day for each combination of the keys, in one SQL query.

    With ``known_at`` counted from what was recorded and accepted by then (four SQL queries;
    five for sums).
    """
    if known_at:
        return _counted_as_known(rows, keys, days, known_at)
    return _read(_summed(rows, keys, days), len(keys))


def _summed(
    rows: QuerySet[Any], keys: Sequence[str | Value], days: Sequence[date]
) -> "QuerySet[Any, tuple[Any, ...]]":
    """The keys, and the counts of one day after the other."""
    in_force = [Q(day__lte=on, until__gt=on) for on in days]
    sums = {
        f"{count}_{place}": Sum(count, filter=condition, default=0)
        for place, condition in enumerate(in_force)
        for count in COUNTS
    }
    named = {
        f"key_{place}": key if isinstance(key, Value) else F(key) for place, key in enumerate(keys)
    }
    # order_by(): the model's own order would split the groups.
    held = rows.filter(reduce(or_, in_force)).order_by().values(**named).annotate(**sums)
    found: QuerySet[Any, tuple[Any, ...]] = held.values_list(*named, *sums)
    return found


def _read(rows: Iterable[tuple[Any, ...]], keys: int) -> dict[Key, tuple[Counts, ...]]:
    return {
        row[:keys]: tuple(
            Counts(*row[first : first + len(COUNTS)])
            for first in range(keys, len(row), len(COUNTS))
        )
        for row in rows
    }


def _counted_as_known(
    rows: QuerySet[Any], keys: Sequence[str], days: Sequence[date], known_at: datetime
) -> dict[Key, tuple[Counts, ...]]:
    names, row_of = _ROWS[rows.model], _row_of(rows.model)
    named = {
        row[: len(names)]: row[len(names) :]
        for row in rows.order_by().values_list(*names, *keys).distinct()
    }
    given = Assignment.objects.filter(task__plan__in={plan for plan, *_rest in named})
    sums: dict[Key, tuple[Counts, ...]] = {}
    for cell, facts in facts_by_cell(given, known_at).items():
        row, counts = row_of(cell), tuple(count_on(facts, day) for day in days)
        if row in named and any(on.total for on in counts):
            key = named[row]
            sums[key] = tuple(map(add, sums[key], counts)) if key in sums else counts
    return sums


def _row_of(model: type[Any]) -> Callable[[CountCell], Key]:
    """To which row of the model a cell belongs."""
    if model is Completion:
        return tuple
    if model is CommuneSum:
        return lambda cell: (cell.plan, cell.area)
    # Communes keep their province when they are merged.
    tops = {
        pk: (parent if level == Area.Level.COMMUNE else pk, level == Area.Level.COMMUNE)
        for pk, parent, level in Area.objects.values_list("pk", "parent", "level")
    }
    return lambda cell: (cell.plan, *tops[cell.area], cell.group)


def has_illustrative(plan: str) -> Case:
    """For rows with a document at that lookup: whether it has tasks that are made up."""
    made_up = Task.objects.filter(provenance=Task.Provenance.ILLUSTRATIVE).order_by()
    return Case(When(**{f"{plan}__in": made_up.values("plan")}, then=True), default=False)


def added(all_counts: Iterable[Compared]) -> Compared:
    return sum(all_counts, Compared(Counts(), Counts()))


@dataclass(frozen=True)
class BreakdownRow:
    """What the counts of a province are grouped by. Its fields are in the order of the keys."""

    plan_id: int
    plan_number: str
    plan_name_vi: str
    plan_name_en: str
    plan_provenance_vi: str
    plan_provenance_en: str
    level: str
    area_code: str
    group_number: int
    group_name_vi: str
    group_name_en: str
    agency_code: str
    agency_order: int
    agency_short_vi: str
    agency_short_en: str
    agency_name_vi: str
    agency_name_en: str
    head: str
    head_title_vi: str
    head_title_en: str

    @property
    def provenance(self) -> str:
        return in_language(self.plan_provenance_vi, self.plan_provenance_en)


_KEYS = (
    "plan",
    "plan__number",
    "plan__name_vi",
    "plan__name_en",
    "plan__provenance_vi",
    "plan__provenance_en",
    "area__level",
    "area__code",
)
# Of the province's own tasks only, not of its communes'.
_OWN_KEYS = (
    "group__number",
    "group__name_vi",
    "group__name_en",
    "agency__code",
    "agency__protocol_order",
    "agency__short_name_vi",
    "agency__short_name_en",
    "agency__name_vi",
    "agency__name_en",
    "agency__head_name",
    "agency__head_title_vi",
    "agency__head_title_en",
)
_NUMBERS = {"group__number", "agency__protocol_order"}
_NO_OWN_KEYS: Key = tuple(0 if key in _NUMBERS else "" for key in _OWN_KEYS)


def breakdown_of(
    place: Place, asked: Asked, standing: Standing | None = None
) -> dict[BreakdownRow, Compared]:
    """Counts in a province by plan, area, group and agency (one SQL query, and one for who stands
    for whom, unless it is given).

    All assignments of a commune are one row, without group and agency. Both days of a merged agency
    or commune are counted under its successor on the day asked for: like is compared with like.
    """
    own = Completion.objects.filter(area__path=place.path)
    below = CommuneSum.objects.filter(area__path__startswith=place.path)
    keys, days = (*_KEYS, *_OWN_KEYS), (asked.day, asked.compared)
    if asked.known_at:
        counted = counted_on(own, keys, days, asked.known_at)
        for key, of_commune in counted_on(below, _KEYS, days, asked.known_at).items():
            counted[*key, *_NO_OWN_KEYS] = of_commune
    else:
        communes_of = _summed(below, (*_KEYS, *map(Value, _NO_OWN_KEYS)), days)
        counted = _read(_summed(own, keys, days).union(communes_of, all=True), len(keys))
    merged, communes, _names = standing or standing_on(asked.day)
    breakdown: dict[BreakdownRow, Compared] = {}
    for key, on_days in counted.items():
        row, counts = BreakdownRow(*key), Compared(*on_days)
        row = replace(row, area_code=communes.get(row.area_code, row.area_code))
        if heir := merged.get(row.agency_code):
            row = replace(
                row,
                agency_code=heir.code,
                agency_order=heir.protocol_order,
                agency_short_vi=heir.short_name_vi,
                agency_short_en=heir.short_name_en,
                agency_name_vi=heir.name_vi,
                agency_name_en=heir.name_en,
                head=heir.head_name,
                head_title_vi=heir.head_title_vi,
                head_title_en=heir.head_title_en,
            )
        breakdown[row] = breakdown[row] + counts if row in breakdown else counts
    return breakdown
