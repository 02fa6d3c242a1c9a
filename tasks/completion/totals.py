"""How much of a document is done, as of any day: totals, parts and the series.

Read from the snapshots in one query each; with ``known_at`` from raw rows through the same pure
functions. An area always means the area and all below it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from core.text.language import in_language
from provinces.lookup import merged_by
from provinces.models import Agency, Area, Plan, PlanGroup
from tasks.completion.counts import Counts, cell_timeline, count_on
from tasks.completion.inputs import CountCell, FactsByCell, facts_by_cell
from tasks.models import Assignment, Completion
from tasks.models.completion import COUNTS, CompletionQuerySet

_SUMS = {f"sum_{name}": Coalesce(Sum(name), 0) for name in COUNTS}


class By(StrEnum):
    GROUP = "group"
    AGENCY = "agency"
    AREA = "area"
    DAY = "day"


@dataclass(frozen=True)
class CompletionPart:
    """One share of the whole: ``key`` is a group's number, an agency's or area's code, or a day."""

    key: str
    label: str
    counts: Counts


Label = tuple[Any, ...]
"""(key, Vietnamese name, English name, what it sorts by …)"""

_LABELS: dict[By, tuple[str, ...]] = {
    By.GROUP: ("number", "name_vi", "name_en", "number"),
    By.AGENCY: ("code", "name_vi", "name_en", "protocol_order", "name_key"),
    By.AREA: ("code", "name_vi", "name_en", "name_key"),
}
_MODELS: dict[By, type[PlanGroup | Agency | Area]] = {
    By.GROUP: PlanGroup,
    By.AGENCY: Agency,
    By.AREA: Area,
}


def totals(plan: Plan, area: Area, as_of: date, known_at: datetime | None = None) -> Counts:
    """The whole, as of a day."""
    if known_at:
        known = _known(plan, area, known_at)
        return sum((count_on(facts, as_of) for facts in known.values()), Counts())
    sums = _snapshots(plan, area).as_of(as_of).aggregate(**_SUMS)
    return Counts(*(sums[name] for name in _SUMS))


def parts(
    plan: Plan, area: Area, as_of: date, by: By, known_at: datetime | None = None
) -> list[CompletionPart]:
    """Shares that add up to the whole; by day, a series whose last row equals it.

    By agency: those merged by that day count under whoever stands for them on it.
    By area: the units just below the area asked for, with all below them, and the area's own work.
    """
    if by is By.DAY:
        return [
            CompletionPart(day.isoformat(), date_format(day), counts)
            for day, counts in series(plan, area, as_of, known_at)
        ]
    shares: Iterable[tuple[Label, Counts]]
    if known_at:
        shares = _known_shares(plan, area, as_of, by, known_at)
    else:
        shares = _stored_shares(_snapshots(plan, area).as_of(as_of), area, by)
    if by is By.AGENCY:
        shares = _folded(shares, as_of)
    return [
        CompletionPart(str(key), in_language(vi, en), counts)
        for (key, vi, en, *_), counts in sorted(shares, key=lambda share: share[0][3:])
        if counts.total
    ]


def _folded(shares: Iterable[tuple[Label, Counts]], as_of: date) -> Iterable[tuple[Label, Counts]]:
    """Agencies merged by that day count under whoever stands for them on it (1 SQL query)."""
    merged = merged_by(as_of)
    sums: defaultdict[Label, Counts] = defaultdict(Counts)
    for label, counts in shares:
        heir = merged.get(label[0])
        under = tuple(getattr(heir, name) for name in _LABELS[By.AGENCY]) if heir else label
        sums[under] += counts
    return sums.items()


def series(
    plan: Plan, area: Area, as_of: date, known_at: datetime | None = None
) -> list[tuple[date, Counts]]:
    """The whole on each day on which it changed, and on the day asked for."""
    if known_at:
        everything = [f for facts in _known(plan, area, known_at).values() for f in facts]
        spans = cell_timeline(everything)
        rows = [(span.first_day, span.counts) for span in spans if span.first_day <= as_of]
    else:
        rows = list(_running(_snapshots(plan, area), as_of))
    if rows and rows[-1][0] < as_of:
        rows.append((as_of, rows[-1][1]))
    return rows


# From snapshots -------------------------------------------------------------------------------


def _snapshots(plan: Plan, area: Area) -> CompletionQuerySet:
    return Completion.objects.filter(plan=plan).within(area).order_by()


def _stored_shares(rows: CompletionQuerySet, area: Area, by: By) -> Iterator[tuple[Label, Counts]]:
    columns = {f"label_{i}": _column(by, name, area) for i, name in enumerate(_LABELS[by])}
    for row in rows.values(**columns).annotate(**_SUMS).values_list(*columns, *_SUMS):
        yield row[: len(columns)], Counts(*row[len(columns) :])


def _column(by: By, name: str, area: Area) -> Combinable:
    """A column of the part's label; communes stand under their province when the nation asks."""
    if by is By.AREA and _rolls_up(area):
        return Case(
            When(area__level=Area.Level.COMMUNE, then=F(f"area__parent__{name}")),
            default=F(f"area__{name}"),
        )
    return F(f"{by}__{name}")


def _rolls_up(area: Area) -> bool:
    return area.level == Area.Level.NATION


def _running(rows: "QuerySet[Completion]", as_of: date) -> Iterator[tuple[date, Counts]]:
    """Each row adds its counts on its first day and takes them back on the day it ends."""
    steps: defaultdict[date, list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    stretches = rows.filter(day__lte=as_of).values("day", "until").annotate(**_SUMS)
    for day, until, *sums in stretches.values_list("day", "until", *_SUMS):
        for place, number in enumerate(sums):
            steps[day][place] += number
            steps[until][place] -= number
    running = [0] * len(COUNTS)
    for day in sorted(day for day in steps if day <= as_of):
        running = [now + step for now, step in zip(running, steps[day], strict=True)]
        if any(steps[day]):
            yield day, Counts(*running)


# From raw rows --------------------------------------------------------------------------------


def _known(plan: Plan, area: Area, known_at: datetime) -> FactsByCell:
    return facts_by_cell(Assignment.objects.filter(task__plan=plan).within(area), known_at)


def _known_shares(
    plan: Plan, area: Area, as_of: date, by: By, known_at: datetime
) -> Iterator[tuple[Label, Counts]]:
    known = _known(plan, area, known_at)
    owners = _owners(known, area, by)
    sums: defaultdict[int, Counts] = defaultdict(Counts)
    for cell, facts in known.items():
        sums[owners[cell]] += count_on(facts, as_of)
    labels = _MODELS[by]._default_manager.filter(pk__in=sums).values_list("pk", *_LABELS[by])
    for pk, *label in labels:
        yield tuple(label), sums[pk]


def _owners(cells: Iterable[CountCell], area: Area, by: By) -> dict[CountCell, int]:
    """The row number of the group, agency or area that each cell is counted under."""
    if by is not By.AREA or not _rolls_up(area):
        return {cell: getattr(cell, by) for cell in cells}
    communes = Area.objects.within(area).filter(level=Area.Level.COMMUNE)
    parents = dict(communes.values_list("pk", "parent_id"))
    return {cell: parents.get(cell.area) or cell.area for cell in cells}
