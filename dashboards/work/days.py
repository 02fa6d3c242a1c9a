"""The same counts on four days side by side: a year and a month ago, the compared day, the day."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.frame.day import Asked
from dashboards.sums.counts import countable
from dashboards.text.figures import percent
from tasks.completion.counts import Counts, CountSpan


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


def on_four_days(asked: Asked, spans: Sequence[CountSpan]) -> tuple[CountsOnDay, ...]:
    """Of counts that hold by the day, the earliest day first."""
    days = {months_before(asked.day, 12), months_before(asked.day, 1), asked.compared, asked.day}
    return tuple(
        CountsOnDay(
            on,
            sum(
                (
                    span.counts
                    for span in spans
                    if span.first_day <= on < (span.next_day or date.max)
                ),
                Counts(),
            ),
        )
        for on in sorted(days)
    )
