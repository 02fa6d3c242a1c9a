"""The figures of several areas for one document and those that implement it, then and now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dashboards.frame.day import Asked
from dashboards.frame.places import Place
from dashboards.pages.readings import NEWEST_FIRST, ReadingLine, reading_line
from dashboards.pages.targets import TargetLine, target_lines
from dashboards.sums.counts import Compared, compared
from indicators.models import Coverage, Indicator, ObsStatus, Reading
from indicators.models.coverage import CoverageQuerySet
from provinces.models import Area, Plan
from targets.models import Target
from tasks.completion.counts import Counts
from tasks.models import ProvinceSum

MOST = 5
FIGURES: Sequence[tuple[str, str | Promise]] = (
    ("", gettext_lazy("Total")),
    ("completed", gettext_lazy("Completed")),
    ("on_schedule", gettext_lazy("On schedule")),
    ("overdue", gettext_lazy("Overdue")),
    ("countable", gettext_lazy("Rate")),
)
"""What the list of tasks calls the rows of each, and its words; the last one is a rate."""


@dataclass(frozen=True)
class ComparedReading:
    """The newest figure of an area (its code), as of the day and as of the compared one."""

    area: str
    now: ReadingLine | None
    before: ReadingLine | None

    @property
    def has_changed(self) -> bool:
        """Another figure, also of another period."""
        return self.now is not None and (
            self.before is None
            or (self.now.period, self.now.value) != (self.before.period, self.before.value)
        )


@dataclass(frozen=True)
class ComparedIndicator:
    indicator: Indicator
    cells: tuple[ComparedReading, ...]


@dataclass(frozen=True)
class ComparedWork:
    """Of a place: its work of the document of the family that gave it most."""

    place: Place
    number: str
    counts: Compared
    of_communes: bool

    @property
    def query(self) -> Mapping[str, str]:
        level = "communes" if self.of_communes else "agencies"
        return {"plan": self.number, "area": self.place.code, "level": level}


@dataclass(frozen=True)
class AreaComparison:
    """``tasks`` and ``commune_tasks`` are counted apart; both in the order of ``places``."""

    asked: Asked
    plan: Plan
    places: tuple[Place, ...]
    tasks: tuple[ComparedWork, ...]
    commune_tasks: tuple[ComparedWork, ...]
    indicators: tuple[ComparedIndicator, ...]
    targets: tuple[TargetLine, ...]
    """Set for one of the places themselves."""


def comparable_plans(asked: Asked) -> list[Plan]:
    """Documents of the nation issued by the day (1 SQL query)."""
    rows = Plan.objects.filter(area__level=Area.Level.NATION, issued_on__lte=asked.day)
    return list(rows.order_by("issued_on", "pk"))


def comparison(plan: Plan, places: Sequence[Place], asked: Asked) -> AreaComparison:
    """Six SQL queries, however many areas; five more where ``known_at`` is asked."""
    family = Q(pk=plan.pk) | Q(implements=plan)
    plans = list(Plan.objects.filter(family, issued_on__lte=asked.day))
    here = [place.code for place in places]
    rows = ProvinceSum.objects.filter(plan__in=plans, area__code__in=here)
    found = compared(rows, ("area__code", "of_communes", "plan__number"), asked)
    own = Target.objects.filter(plan__in=plans, area__path__in=[place.path for place in places])

    def work(place: Place, *, of_communes: bool) -> ComparedWork:
        given = {key[2]: n for key, n in found.items() if key[:2] == (place.code, of_communes)}
        number = max(given, key=lambda one: (given[one].now.total, one), default="")
        counts = given.get(number, Compared(Counts(), Counts()))
        return ComparedWork(place, number, counts, of_communes)

    return AreaComparison(
        asked=asked,
        plan=plan,
        places=tuple(places),
        tasks=tuple(work(place, of_communes=False) for place in places),
        commune_tasks=tuple(work(place, of_communes=True) for place in places),
        indicators=tuple(compared_indicators(plans, places, asked)),
        targets=tuple(target_lines(own, asked.day, asked.compared, asked.known_at)),
    )


def compared_indicators(
    plans: Sequence[Plan], places: Sequence[Place], asked: Asked
) -> Iterator[ComparedIndicator]:
    """Those that the documents set targets on and of which one of the places has a figure."""
    codes = [place.code for place in places]
    targets = Target.objects.as_of(asked.day).filter(plan__in=plans)
    measured = Indicator.objects.filter(targets__in=targets).distinct().order_by("code")
    covered = Coverage.objects.filter(indicator__in=measured, area__code__in=codes)
    now, before = (newest_readings(covered, day, asked) for day in (asked.day, asked.compared))
    for indicator in measured:
        cells = tuple(
            ComparedReading(code, now.get((indicator.pk, code)), before.get((indicator.pk, code)))
            for code in codes
        )
        if any(cell.now for cell in cells):
            yield ComparedIndicator(indicator, cells)


def newest_readings(
    covered: CoverageQuerySet, day: date, asked: Asked
) -> dict[tuple[int, str], ReadingLine]:
    """Of each indicator and area the newest period in force on the day (1 SQL query)."""
    rows = Reading.objects.as_of(day, asked.known_at).exclude(obs_status=ObsStatus.MISSING)
    there = rows.filter(indicator=OuterRef("indicator"), area=OuterRef("area"))
    newest = Subquery(there.order_by(*NEWEST_FIRST).values("pk")[:1])
    shown = Reading.objects.filter(pk__in=covered.on(day).annotate(newest=newest).values("newest"))
    whole = shown.select_related("indicator", "area", "recorded_by_client", "recorded_by_user")
    return {(row.indicator_id, row.area.code): reading_line(row, row.indicator) for row in whole}
