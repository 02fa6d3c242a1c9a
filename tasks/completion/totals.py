"""How much of a document is done, as of any day: the total, its parts, the series over time.

Each is read in one SQL query from sums, or from cells where no sum tells as much. With ``known_at``
it is counted from the raw rows that were known at that moment, by the same pure functions. An area
always means the area and all below it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import add, sub
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from core.text.language import in_language
from provinces.lookup import agencies_on, communes_on
from provinces.models import Agency, Area, Plan, PlanGroup
from tasks.completion.counts import Counts, CountSpan, cell_timeline, count_on
from tasks.completion.inputs import FactsByCell, facts_by_cell
from tasks.models import Assignment, Completion
from tasks.models.completion import COUNTS, CountedQuerySet, counted_in

_SPAN = ("begins", "until")
_SUMS = {f"sum_{name}": Coalesce(Sum(name), 0) for name in COUNTS}


class By(StrEnum):
    GROUP = "group"
    AGENCY = "agency"
    AREA = "area"
    DAY = "day"


@dataclass(frozen=True)
class CompletionPart:
    """One part; ``key`` is the number of a group, the code of an agency or area, or a day."""

    key: str
    label: str
    counts: Counts


Label = tuple[Any, ...]
"""(key, Vietnamese name, English name, what parts are sorted by …)"""

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


_STAND_INS: dict[By, Callable[[date], Mapping[str, Agency | Area]]] = {
    By.AGENCY: agencies_on,
    By.AREA: communes_on,
}


def totals(plan: Plan, area: Area, as_of: date, known_at: datetime | None = None) -> Counts:
    """The total as of a day."""
    if known_at:
        known = _known(plan, area, as_of, known_at)
        return sum((count_on(facts, as_of) for facts in known.values()), Counts())
    rows = counted_in(area).as_of(as_of).filter(plan=plan, begins__lte=as_of)
    sums = rows.aggregate(**_SUMS)
    return Counts(*(sums[name] for name in _SUMS))


def parts(
    plan: Plan, area: Area, as_of: date, by: By, known_at: datetime | None = None
) -> list[CompletionPart]:
    """Parts that add up to the total; by day a series, whose last row is the total.

    By agency and by area, those merged by that day count under their successor. By area, the parts
    are the areas just below the one asked for, each with all below it, and the area's own work.
    """
    if by is By.DAY:
        return [
            CompletionPart(day.isoformat(), date_format(day), counts)
            for day, counts in series(plan, area, as_of, known_at)
        ]
    counted = (
        _counted_parts(plan, area, as_of, by, known_at)
        if known_at
        else _stored_parts(plan, area, as_of, by)
    )
    merged = _STAND_INS[by](as_of) if by in _STAND_INS else {}
    sums: defaultdict[Label, Counts] = defaultdict(Counts)
    for label, counts in counted:
        heir = merged.get(label[0])
        sums[tuple(getattr(heir, name) for name in _LABELS[by]) if heir else label] += counts
    return [
        CompletionPart(str(key), in_language(vi, en), counts)
        for (key, vi, en, *_), counts in sorted(sums.items(), key=lambda part: part[0][3:])
        if counts.total
    ]


def series(
    plan: Plan, area: Area, as_of: date, known_at: datetime | None = None
) -> list[tuple[date, Counts]]:
    """The total on each day on which it changed, and on the day asked for."""
    # Each span adds its counts on its first day and takes them back on the day it ends.
    steps: defaultdict[date, list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for day, until, counts in spans_of(plan, area, as_of, known_at):
        steps[day] = list(map(add, steps[day], counts.numbers()))
        steps[until or date.max] = list(map(sub, steps[until or date.max], counts.numbers()))
    rows: list[tuple[date, Counts]] = []
    running = [0] * len(COUNTS)
    for day in sorted(day for day in steps if day <= as_of and any(steps[day])):
        running = list(map(add, running, steps[day]))
        rows.append((day, Counts(*running)))
    if rows and rows[-1][0] < as_of:
        rows.append((as_of, rows[-1][1]))
    return rows


def spans_of(
    plan: Plan, area: Area, as_of: date, known_at: datetime | None = None
) -> Iterator[CountSpan]:
    """Counts that add up to the total of each day up to the one asked for."""
    if known_at:
        yield from _counted_spans(plan, area, as_of, known_at)
        return
    stored = counted_in(area).filter(plan=plan, begins__lte=as_of).values(*_SPAN)
    for begins, until, *counts in stored.annotate(**_SUMS).values_list(*_SPAN, *_SUMS):
        yield CountSpan(begins, until, Counts(*counts))


# From snapshots -------------------------------------------------------------------------------


def _stored_parts(plan: Plan, area: Area, as_of: date, by: By) -> Iterator[tuple[Label, Counts]]:
    columns = {f"label_{place}": F(f"{by}__{name}") for place, name in enumerate(_LABELS[by])}
    is_summed = by is By.GROUP or (by is By.AREA and _rolls_up(area))
    rows: CountedQuerySet[Any] = (
        counted_in(area) if is_summed else Completion.objects.within(area).order_by()
    )
    held = rows.as_of(as_of).filter(plan=plan, begins__lte=as_of)
    found = held.values(**columns).annotate(**_SUMS)
    for row in found.values_list(*columns, *_SUMS):
        yield row[: len(columns)], Counts(*row[len(columns) :])


def _rolls_up(area: Area) -> bool:
    """Whether communes are counted under their province: they are for the nation."""
    return area.level == Area.Level.NATION


# From raw rows --------------------------------------------------------------------------------


def _known(plan: Plan, area: Area, day: date, known_at: datetime) -> FactsByCell:
    return facts_by_cell(Assignment.objects.filter(task__plan=plan).within(area, day), known_at)


def _counted_spans(plan: Plan, area: Area, as_of: date, known_at: datetime) -> Iterator[CountSpan]:
    joined = area.joined()
    for cell, facts in _known(plan, area, as_of, known_at).items():
        first = joined.get(cell.area, date.min)
        for span in cell_timeline(facts):
            until = span.next_day or date.max
            if until > first:
                yield CountSpan(max(span.first_day, first), until, span.counts)


def _counted_parts(
    plan: Plan, area: Area, as_of: date, by: By, known_at: datetime
) -> Iterator[tuple[Label, Counts]]:
    provinces: dict[int, int | None] = {}
    if by is By.AREA and _rolls_up(area):
        communes = Area.objects.within(area).filter(level=Area.Level.COMMUNE)
        provinces = dict(communes.values_list("pk", "parent_id"))
    sums: defaultdict[int, Counts] = defaultdict(Counts)
    for cell, facts in _known(plan, area, as_of, known_at).items():
        owner: int = getattr(cell, by)
        sums[provinces.get(owner) or owner] += count_on(facts, as_of)
    labels = _MODELS[by]._default_manager.filter(pk__in=sums).values_list("pk", *_LABELS[by])
    for pk, *label in labels:
        yield tuple(label), sums[pk]
