"""How much will be completed by the end of the year, if tasks go on coming as they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dashboards.sums.series import SeriesStep
from dashboards.text import figures
from tasks.completion.counts import percentage
from tasks.completion.forecast import LEAST, RUNS, Expectation, forecast
from tasks.models.assignment import OPEN_STATES
from tasks.states import State
from tasks.status.rules import AssignmentFacts, progress_on


def keeping_up(steps: Sequence[SeriesStep]) -> str:
    """Whether work keeps up with its deadlines, with the two numbers that say so."""
    if not steps:
        return ""
    last = steps[-1]
    words = {"done": figures.number(last.completed), "due": figures.number(last.due)}
    if last.overdue == 0:
        return _("Nothing is overdue: %(done)s completed, %(due)s fallen due") % words
    if last.completed >= last.due:
        return _("Ahead of its deadlines: %(done)s completed, %(due)s fallen due") % words
    return _("Behind its deadlines: %(done)s completed, %(due)s fallen due") % words


@dataclass(frozen=True)
class Outlook:
    """``points``: none where too few tasks are completed; ``countable``: what rates divide by."""

    points: tuple[Expectation, ...]
    countable: int

    @property
    def last(self) -> Expectation | None:
        return self.points[-1] if self.points else None

    @property
    def words(self) -> str:
        """ "Dự báo đến 31/12/2026: 78–84 (78,8%–84,8%)"."""
        if not self.last:
            return _("Not enough for a forecast: fewer than %(n)s tasks are completed.") % {
                "n": LEAST
            }
        shares = (percentage(n, self.countable) for n in (self.last.low, self.last.high))
        low, high = map(figures.percent, shares)
        return _("Forecast for %(day)s: %(low)s to %(high)s completed (%(least)s to %(most)s)") % {
            "day": figures.day(self.last.day),
            "low": figures.number(self.last.low),
            "high": figures.number(self.last.high),
            "least": low,
            "most": high,
        }

    @property
    def method(self) -> str:
        return _(
            "Method: %(runs)s simulated courses with fixed lots. Each open task comes as many days "
            "after the day now expected as one of the completed tasks came after its deadline; a "
            "day that has passed is drawn again. 8 of 10 courses lie within the band."
        ) % {"runs": RUNS}


def outlook_of(
    facts: Mapping[int, AssignmentFacts], told: Mapping[int, date], day: date
) -> Outlook:
    """``facts``, and ``told``: the days now expected, by assignment."""
    completed, delays, expected = 0, list[int](), list[date]()
    for pk, one in facts.items():
        now = progress_on(one, day)
        if now is None:
            continue
        if now.state is State.COMPLETED:
            completed += 1
            if now.delay is not None:
                delays.append(now.delay)
        elif now.state in OPEN_STATES and now.due_on:
            expected.append(told.get(pk, now.due_on))
    return Outlook(forecast(completed, expected, delays, day), completed + len(expected))
