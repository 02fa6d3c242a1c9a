"""The same counts on four days side by side: a year and a month ago, the compared day, the day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum

from dashboards.frame.day import Asked
from dashboards.sums.counts import countable
from dashboards.text.figures import percent
from tasks.completion.counts import Counts
from tasks.models import Completion
from tasks.models.completion import COUNTS


@dataclass(frozen=True)
class CountsOnDay:
    day: date
    counts: Counts

    @property
    def countable(self) -> int:
        return countable(self.counts)

    @property
    def rate(self) -> str:
        return percent(self.counts.rate)


def months_before(day: date, months: int) -> date:
    """The same day of the month, or the month's last: 31/03 and one month → 28/02."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def on_four_days(asked: Asked, area_path: str, plan_id: int) -> tuple[CountsOnDay, ...]:
    """Of the plan's tasks in the area itself, the earliest day first (one SQL query)."""
    days = sorted(
        {months_before(asked.day, 12), months_before(asked.day, 1), asked.compared, asked.day}
    )
    rows = Completion.objects.filter(plan=plan_id, area__path=area_path)
    sums = rows.aggregate(
        **{
            f"{name}_{place}": Sum(F(name), filter=Q(day__lte=on, until__gt=on), default=0)
            for place, on in enumerate(days)
            for name in COUNTS
        }
    )
    return tuple(
        CountsOnDay(on, Counts(*(sums[f"{name}_{place}"] for name in COUNTS)))
        for place, on in enumerate(days)
    )
