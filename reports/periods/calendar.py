"""Which days a reporting period covers, and when it closes. Pure.

A period of a kind runs from the day after one closing day to the next. Half-year, nine months and
year begin together, after the year's closing day in the year before, as Decree 09/2019/NĐ-CP has
it: the 14th gives 15 December to 14 June, to 14 September, to 14 December.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.calendar.workdays import WorkCalendar

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_ONE_DAY = timedelta(days=1)
_DECEMBER = 12

MONTHS: Mapping[str, tuple[int, ...]] = {
    "month": tuple(range(1, _DECEMBER + 1)),
    "quarter": (3, 6, 9, 12),
    "half": (6,),
    "nine_months": (9,),
    "year": (12,),
}
"""The months in which each kind ends; a week ends on a day of the week."""
FROM_THE_YEAR = ("half", "nine_months", "year")


@dataclass(frozen=True)
class Closing:
    """``day``: of the week (1 = Monday) or of the month; one that a month lacks is its last.

    ``months_early``: how many months before the last month of the period it closes. ``moves``:
    where to on a day off: "before", "after", or "" for nowhere.
    """

    kind: str
    day: int
    hour: time = time(16)
    months_early: int = 0
    moves: str = "before"


class Span(NamedTuple):
    """A period's days, both counted, and the moment it closes, in Hanoi's time."""

    first_day: date
    last_day: date
    closes_at: datetime

    @property
    def as_of(self) -> date:
        """The day of the figures: never one after the moment of closing."""
        return min(self.last_day, self.closes_at.astimezone(HANOI).date())


def spans(closing: Closing, first: date, last: date, days: WorkCalendar) -> Iterator[Span]:
    """The periods whose last day lies between the two days, both counted; oldest first."""
    for begins, ends in _covered(closing, first, last):
        day = ends
        if closing.moves and not days.is_working(day):
            day = days.before(day) if closing.moves == "before" else days.after(day)
        yield Span(begins, ends, datetime.combine(day, closing.hour, HANOI))


def _covered(closing: Closing, first: date, last: date) -> Iterator[tuple[date, date]]:
    if closing.kind == "week":
        ends = first + timedelta(days=(closing.day - first.isoweekday()) % 7)
        while ends <= last:
            yield ends - timedelta(days=6), ends
            ends += timedelta(days=7)
        return
    for year in range(first.year - 1, last.year + 2):
        months = MONTHS[closing.kind]
        for place, month in enumerate(months):
            ends = _nominal(closing, year, month)
            if not first <= ends <= last:
                continue
            from_the_year = closing.kind in FROM_THE_YEAR
            earlier = _DECEMBER if from_the_year else months[place - 1]
            its_year = year - 1 if from_the_year or place == 0 else year
            yield _nominal(closing, its_year, earlier) + _ONE_DAY, ends


def _nominal(closing: Closing, year: int, month: int) -> date:
    years, left = divmod(year * 12 + month - 1 - closing.months_early, 12)
    return date(years, left + 1, min(closing.day, monthrange(years, left + 1)[1]))
