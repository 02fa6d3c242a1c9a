"""The overdue assignments of a scope, one by one, and how old their delay is."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext as _

from dashboards.frame.day import Asked
from dashboards.text import figures
from dashboards.work.finding import Bar, BarSeries, Counted, Finding, rows_url
from tasks.completion.as_of import is_open, state_on
from tasks.models import Assignment
from tasks.worklist.query import CAUSES, last_cause

_BANDS = ((1, 7), (8, 30), (31, 90), (91, None))
"""Days overdue: from, to."""


@dataclass(frozen=True)
class OverdueTask:
    """``expected_on``: the day on which its agency last said it would be completed."""

    id: int
    title: str
    agency_code: str
    agency: str
    due_on: date
    days: int
    expected_on: date | None
    is_illustrative: bool


@dataclass(frozen=True)
class AgeBand:
    """Overdue by so many days; ``due_from`` and ``due_to`` are the deadlines that make it so.

    ``causes``: how many by each key of ``CAUSES``.
    """

    first: int
    last: int | None
    due_from: date | None
    due_to: date
    causes: Mapping[str, int]

    @property
    def count(self) -> int:
        return sum(self.causes.values())

    @property
    def days(self) -> str:
        """ "8–30", ">90"."""
        return f"{self.first}–{self.last}" if self.last else f">{self.first - 1}"


def oldest_of(agency_code: str, tasks: Iterable[OverdueTask]) -> tuple[int | None, date | None]:
    """Of an agency's overdue tasks: the longest delay, and the last day now expected."""
    own = [task for task in tasks if task.agency_code == agency_code]
    expected = [task.expected_on for task in own if task.expected_on]
    return max((task.days for task in own), default=None), max(expected, default=None)


Deadlines = Mapping[tuple[date, str], int]
"""How much open work has the deadline, and, of what is overdue, the cause: a key of ``CAUSES``."""


def deadlines(asked: Asked, scope: Q) -> Deadlines:
    """One SQL query."""
    day, given = asked.day, Assignment.objects.filter(scope)
    rows = state_on(given, day, asked.known_at, lists=False)
    told = Case(When(due_then__lt=day, then=last_cause(day, asked.known_at)), default=Value(""))
    found = rows.filter(is_open() & Q(due_then__isnull=False)).annotate(told=told).order_by()
    counted = found.values_list("due_then", "told").annotate(n=Count("pk"))
    return {(due, told): n for due, told, n in counted}


def age_bands(day: date, found: Deadlines) -> tuple[AgeBand, ...]:
    """How old the delays are, and why they are there."""
    counts: Counter[tuple[int, str]] = Counter()
    for (due, told), n in found.items():
        if due < day:
            counts[bisect([first for first, _last in _BANDS], (day - due).days) - 1, told] += n
    return tuple(
        AgeBand(
            first,
            last,
            day - timedelta(days=last) if last else None,
            day - timedelta(days=first),
            {cause: counts[place, cause] for cause in CAUSES},
        )
        for place, (first, last) in enumerate(_BANDS)
    )


def delay_finding(bands: Sequence[AgeBand], area: str) -> Finding:
    """How old is the delay, and why? ``area``: the code of what the bands are of."""
    told = [cause for cause in CAUSES if any(band.causes[cause] for band in bands)]
    total, worst = sum(band.count for band in bands), max(bands, key=lambda band: band.count)
    words = {
        "n": figures.number(worst.count),
        "all": figures.number(total),
        "days": worst.days,
    }
    rows = {"level": "agencies", "area": area, "counted": "overdue"}
    bars = []
    for band in bands:
        within = {**rows, "due_to": str(band.due_to)}
        if band.due_from:
            within["due_from"] = str(band.due_from)
        counts = (Counted(band.causes[one], rows_url(**within, cause=one)) for one in told)
        bars.append(Bar(_("%(days)s days") % {"days": band.days}, tuple(counts)))
    return Finding(
        "delay-by-age",
        _("How old is the delay, and why?"),
        _("%(n)s of %(all)s overdue tasks are late by %(days)s days") % words
        if total
        else _("Nothing is overdue."),
        _("Overdue by"),
        tuple(BarSeries(str(CAUSES[one]), "bad") for one in told),
        tuple(bars),
        {"area": area},
    )
