"""What falls due: in the next two weeks, and month by month."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from core.calendar.periods import parse_period
from dashboards.text import figures
from tasks.completion.as_of import state_on
from tasks.models import Assignment
from tasks.models.assignment import OPEN_STATES

_MONTHS_SHOWN = 6


@dataclass(frozen=True)
class DueMonth:
    """Open work that falls due in a month, from the day on."""

    label: str
    due_from: date
    due_to: date
    count: int


def due_by_month(day: date, scope: Q) -> tuple[DueMonth, ...]:
    """The next months in which something falls due (one SQL query)."""
    rows = (
        state_on(Assignment.objects.filter(scope), day)
        .filter(Q(state_then__in=OPEN_STATES, due_then__gte=day))
        .annotate(month=TruncMonth("due_then"))
        .order_by()
        .values_list("month")
        .annotate(n=Count("pk"))
        .order_by("month")
    )
    months = []
    for month, count in rows[:_MONTHS_SHOWN]:
        period = parse_period(f"{month:%Y-%m}")
        months.append(
            DueMonth(
                figures.period_label(period), max(day, period.first_day), period.last_day, count
            )
        )
    return tuple(months)
