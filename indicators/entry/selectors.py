"""The grid: its units, its periods, and the cells that fill it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from core.calendar import clock
from core.calendar.periods import Period
from core.web.requests import no_such_filter
from indicators.entry.cells import Cell, CellKey, Place, TypedCell, base_of, label_of
from indicators.entry.units import UnitGroup, chosen_group, groups_of
from indicators.models import Indicator, Reading
from indicators.models.reading import vintage_order
from indicators.schedule import begun
from provinces.models import Area

COUNTS = (1, 2, 3, 4, 6, 8, 12)
USUAL_COUNT, USUAL_CELLS = 4, 400
"""Shown unless more periods are asked for: a page of 400 fields has about 130 kB."""
MOST_CELLS = 900
"""As many fields as one form may send, less those above the grid."""
_ENDS = 36
_FIRST_YEAR, _MONTHS = 1990, 12


@dataclass(frozen=True)
class Grid:
    """``periods`` are its columns, oldest first; ``ends`` those that may be the last one."""

    indicator: Indicator
    groups: Sequence[UnitGroup]
    group: UnitGroup
    ends: Sequence[Period]
    periods: Sequence[Period]
    counts: Sequence[int]
    rows: Sequence[tuple[Area, Sequence[Cell]]]

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [(period.text, label_of(period)) for period in self.periods]

    @property
    def end_choices(self) -> list[tuple[str, str]]:
        return [(period.text, label_of(period)) for period in self.ends]

    @property
    def end(self) -> str:
        return self.periods[-1].text


def grid_of(
    indicator: Indicator,
    areas: Sequence[Area],
    query: Mapping[str, str],
    answered: Mapping[Place, Cell],
) -> Grid:
    """As the address asks for it, with the cells that were just ``answered`` (3 SQL queries).

    Raises PermissionDenied where there is no area, Refused for a choice that is not offered.
    """
    if not areas:
        raise PermissionDenied
    groups = groups_of(areas)
    group = chosen_group(groups, indicator, query)
    offered = offered_periods(indicator)
    counts = [n for n in COUNTS if n * len(group.areas) <= MOST_CELLS] or [1]
    ended = next(period for period in offered if period.last_day < clock.today())
    end = query.get("end") or ended.text
    usual = [n for n in COUNTS if n <= USUAL_COUNT and n * len(group.areas) <= USUAL_CELLS] or [1]
    count = query.get("count") or str(usual[-1])
    last = next((period for period in offered if period.text == end), None)
    if last is None:
        raise no_such_filter("end")
    if count not in map(str, COUNTS):
        raise no_such_filter("count")
    many = min(int(count), counts[-1])
    behind = begun(indicator.frequency, last.first_day, many + 1)[::-1]
    cells = {**cells_of(indicator, group.areas, behind), **answered}
    rows = [
        (area, [cells[area.code, period.text] for period in behind[1:]]) for area in group.areas
    ]
    ends = [period for period in offered[:_ENDS] if period != last]
    ends = sorted([*ends, last], reverse=True)
    return Grid(indicator, groups, group, ends, behind[1:], counts, rows)


def offered_periods(indicator: Indicator) -> list[Period]:
    """Those that have begun, newest first, as far back as figures go."""
    years = clock.today().year - _FIRST_YEAR
    found = begun(indicator.frequency, clock.today(), years * _MONTHS)
    return [period for period in found if period.first_day.year >= _FIRST_YEAR]


def cells_of(
    indicator: Indicator, areas: Iterable[Area], periods: Sequence[Period]
) -> dict[Place, Cell]:
    """By area and period, as on record (1 SQL query). The first period has no period before."""
    areas = list(areas)
    held = vintages_of(indicator, areas, periods)
    cells = {}
    for area in areas:
        previous = None
        for period in periods:
            vintages = held[area.code, period.text]
            base = base_of(area, period, {row.base for row in vintages})
            of_base = (row for row in vintages if row.base == base)
            series = sorted(of_base, key=vintage_order, reverse=True)
            current, earlier = [*series, None, None][:2]
            revision = max((row.revision for row in series), default=0)
            key = CellKey(area.code, period.text, base, revision)
            cells[key.place] = Cell(area, period, key, current, earlier, previous)
            previous = current
    return cells


def vintages_of(
    indicator: Indicator, areas: Iterable[Area], periods: Iterable[Period]
) -> defaultdict[Place, list[Reading]]:
    """By area and period (1 SQL query)."""
    rows = Reading.objects.filter(
        indicator=indicator, area__in=areas, period__in=[period.text for period in periods]
    ).select_related("area", "recorded_by_user", "recorded_by_client")
    found: defaultdict[Place, list[Reading]] = defaultdict(list)
    for row in rows:
        found[row.area.code, row.period].append(row)
    return found


def typed_cells(
    sent: Iterable[tuple[str, str]], indicator: Indicator, areas: Mapping[str, Area]
) -> list[TypedCell]:
    """The cells among the fields of a form.

    Raises PermissionDenied for an area that is not among theirs, Refused for a period that no
    grid offers.
    """
    periods = {period.text: period for period in offered_periods(indicator)}
    found = []
    for name, text in sent:
        key = CellKey.named(name)
        if key is None:
            continue
        if key.area not in areas:
            raise PermissionDenied
        if key.period not in periods:
            raise no_such_filter("period")
        found.append(TypedCell(key, areas[key.area], periods[key.period], text.strip()))
    return found
