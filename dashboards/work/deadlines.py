"""Open work by its deadline: what falls due month by month, how old delays are, and why."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.calendar.periods import parse_period
from dashboards.text import figures
from tasks.completion.as_of import is_open, state_on
from tasks.models import Assignment, StatusReport

_BANDS = ((1, 7), (8, 30), (31, 90), (91, None))
"""Days overdue: from, to."""
_MONTHS_SHOWN = 6


@dataclass(frozen=True)
class DueMonth:
    """Open work that falls due in a month, from the day on."""

    label: str
    due_from: date
    due_to: date
    count: int


@dataclass(frozen=True)
class AgeBand:
    """Overdue by so many days; ``due_from`` and ``due_to`` are the deadlines that make it so."""

    first: int
    last: int | None
    count: int
    due_from: date | None
    due_to: date


@dataclass(frozen=True)
class CauseLine:
    """``kind`` is a key of ``StatusReport.Fault``, "" where nobody said."""

    kind: str
    count: int

    @property
    def label(self) -> str:
        return str(StatusReport.Fault(self.kind).label) if self.kind else _("not stated")


@dataclass(frozen=True)
class Deadlines:
    """``months``: the next in which something falls due; ``causes`` as last reported."""

    months: tuple[DueMonth, ...]
    bands: tuple[AgeBand, ...]
    causes: tuple[CauseLine, ...]


def deadlines_of(day: date, scope: Q) -> Deadlines:
    """One SQL query, whose rows are the days on which something is due."""
    said = (
        StatusReport.objects.filter(assignment=OuterRef("pk"))
        .exclude(cause_kind="")
        .effective_by(day)
        .order_by("-effective_on", "-recorded_at", "-id")
    )
    why = Coalesce(Subquery(said.values("cause_kind")[:1]), Value(""))
    rows = (
        state_on(Assignment.objects.filter(scope), day)
        .filter(is_open() & Q(due_then__isnull=False))
        .annotate(kind=Case(When(due_then__lt=day, then=why), output_field=CharField()))
        .order_by()
        .values_list("due_then", "kind")
        .annotate(n=Count("pk"))
    )
    late, months, kinds = Counter[date](), Counter[str](), Counter[str]()
    for due, kind, n in rows:
        if due < day:
            late[due] += n
            kinds[kind] += n
        else:
            months[f"{due:%Y-%m}"] += n
    return Deadlines(
        tuple(_month(month, months[month], day) for month in sorted(months)[:_MONTHS_SHOWN]),
        tuple(_band(first, last, late, day) for first, last in _BANDS),
        tuple(CauseLine(*item) for item in sorted(kinds.items(), key=lambda i: (-i[1], i[0]))),
    )


def _month(text: str, count: int, day: date) -> DueMonth:
    period = parse_period(text)
    first = max(day, period.first_day)
    return DueMonth(figures.period_label(period), first, period.last_day, count)


def _band(first: int, last: int | None, late: Counter[date], day: date) -> AgeBand:
    due_from, due_to = day - timedelta(days=last) if last else None, day - timedelta(days=first)
    count = sum(n for due, n in late.items() if (due_from or date.min) <= due <= due_to)
    return AgeBand(first, last, count, due_from, due_to)
