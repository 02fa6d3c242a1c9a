"""What falls due: week by week and month by month."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.calendar.periods import parse_period
from dashboards.text import figures
from dashboards.work.finding import Bar, BarSeries, Counted, Finding, most, rows_url
from tasks.completion.as_of import is_open, state_on
from tasks.models import Assignment
from tasks.models.assignment import OPEN_STATES
from tasks.status.rules import AssignmentFacts, progress_on

_MONTHS_SHOWN, _WEEKS = 6, 12


@dataclass(frozen=True)
class DueMonth:
    """Open work that falls due in a month, from the day on."""

    label: str
    due_from: date
    due_to: date
    count: int


def due_by_day(day: date, scope: Q) -> dict[date, int]:
    """Open work by the deadline that is to come (one SQL query)."""
    rows: Any = state_on(Assignment.objects.filter(scope), day, lists=False)
    ahead = rows.filter(is_open() & Q(due_then__gte=day)).order_by("due_then")
    return dict(ahead.values_list("due_then").annotate(n=Count("pk")))


def due_of(facts: Iterable[AssignmentFacts], day: date) -> dict[date, int]:
    """As ``due_by_day``, where the facts are known."""
    found = (progress_on(one, day) for one in facts)
    dues = (now.due_on for now in found if now and now.state in OPEN_STATES and now.due_on)
    return dict(sorted(Counter(due for due in dues if due >= day).items()))


def due_by_month(day: date, dues: Mapping[date, int]) -> tuple[DueMonth, ...]:
    """The next months in which something falls due."""
    counts: Counter[str] = Counter()
    for due, count in dues.items():
        counts[f"{due:%Y-%m}"] += count
    months = []
    for month, count in list(counts.items())[:_MONTHS_SHOWN]:
        period = parse_period(month)
        months.append(
            DueMonth(
                figures.period_label(period), max(day, period.first_day), period.last_day, count
            )
        )
    return tuple(months)


def due_finding(day: date, dues: Mapping[date, int], area: str) -> Finding:
    """What is coming? What falls due in each of the next weeks; the first begins on the day."""
    bars = []
    for week in range(_WEEKS):
        first = day + timedelta(weeks=week)
        last = first + timedelta(days=6)
        count = sum(n for due, n in dues.items() if first <= due <= last)
        query = {"level": "agencies", "area": area, "counted": "on_schedule"}
        url = rows_url(**query, due_from=str(first), due_to=str(last))
        bars.append(Bar(f"{first:%d/%m}", (Counted(count, url),)))
    busiest, total = most(bars), sum(bar.counts[0].count for bar in bars)
    words = {
        "n": figures.number(total),
        "weeks": _WEEKS,
        "most": figures.number(busiest.counts[0].count),
        "day": busiest.label,
    }
    return Finding(
        "due-by-week",
        _("What is coming? Open tasks by the week in which they fall due"),
        _("%(n)s tasks fall due within %(weeks)s weeks, most from %(day)s on: %(most)s") % words
        if total
        else _("Nothing falls due within %(weeks)s weeks") % words,
        _("Week from"),
        (BarSeries(_("Fall due"), "warn"),),
        tuple(bars) if total else (),
        {"area": area},
        is_upright=True,
    )
