"""The pace of one goal on one day, or why there is none.

The formulas are in the docstring of `targets.judging.assessment`, which sets the decimal context.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from core.calendar.periods import Period
from core.text.numbers import round_half_up
from targets.judging.goal import Goal, Yardstick
from targets.judging.series import Judged
from targets.judging.trend import Point, annual_growth, line_value, line_year, settle, value_on
from targets.judging.verdict import Reason, Start
from targets.kinds import Comparator

NO_TIME = frozenset(
    {
        Reason.NO_BASELINE,
        Reason.ONE_READING,
        Reason.NOT_AFTER_BASELINE,
        Reason.HORIZON_NOT_AFTER_BASELINE,
    }
)
NO_WAY = frozenset({Reason.MET_AT_BASELINE, Reason.LOST_SINCE_BASELINE, Reason.NO_DISTANCE})
"""No distance from baseline to bound, so there is no share of it and no required growth."""


@dataclass(frozen=True)
class PaceInputs:
    """One goal, the readings it is judged by, the baseline used, and the day."""

    goal: Goal
    series: Sequence[Judged]
    start: Start | None
    as_of: date

    @property
    def now(self) -> Point:
        return self.series[-1].point

    @cached_property
    def yardstick(self) -> Yardstick:
        return Yardstick(self.goal, self.start.point if self.start else None)

    @cached_property
    def obstacle(self) -> Reason:
        """Why there is no pace; `Reason.NONE` if there is one."""
        return self._no_time() or self._no_measure() or self._no_way()

    def _no_time(self) -> Reason:
        if self.start is None:
            return Reason.NO_BASELINE if self.goal.bound is not None else Reason.NO_BOUND
        since = self.start.period.last_day
        if self.now.day <= since:
            return Reason.NOT_AFTER_BASELINE if self.goal.baseline else Reason.ONE_READING
        return Reason.HORIZON_NOT_AFTER_BASELINE if self.goal.horizon_on <= since else Reason.NONE

    def _no_measure(self) -> Reason:
        multiple = self.goal.comparator is Comparator.MULTIPLE_OF
        if self.start and (multiple or self.goal.is_growth) and self.start.value <= 0:
            return Reason.NOT_POSITIVE
        if self.goal.is_growth and self.now.value <= 0:
            return Reason.NOT_POSITIVE
        return Reason.NO_BOUND if self.yardstick.bound is None else Reason.NONE

    def _no_way(self) -> Reason:
        if self.start is None:
            return Reason.NONE
        if self.yardstick.holds(self.start.point):
            held = self.yardstick.holds(self.now)
            return Reason.MET_AT_BASELINE if held else Reason.LOST_SINCE_BASELINE
        return Reason.NO_DISTANCE if self.start.value == self.yardstick.level else Reason.NONE

    def missed(self) -> bool:
        """Is the horizon over, and the last reading by then did not meet the goal?"""
        by_then = [entry.point for entry in self.series if entry.point.day <= self.goal.horizon_on]
        last = by_then[-1] if by_then else self.now
        return self.as_of > self.goal.horizon_on and self.yardstick.holds(last) is False

    def achieved_since(self) -> Period | None:
        since = None
        for observation, point in reversed(self.series):
            if not self.yardstick.holds(point):
                break
            since = observation.period
        return since


# Figures ----------------------------------------------------------------------------------


class Shares(NamedTuple):
    achieved: Decimal | None = None
    elapsed: Decimal | None = None
    pace: Decimal | None = None


class Growth(NamedTuple):
    actual: Decimal | None = None
    required: Decimal | None = None
    ratio: Decimal | None = None


class PaceLine(NamedTuple):
    expected: Decimal | None = None
    projected: Decimal | None = None
    year: int | None = None


def shares_of(case: PaceInputs) -> Shares:
    start, level, bound = case.yardstick.start, case.yardstick.level, case.yardstick.bound
    if start is None or case.obstacle in NO_TIME:
        return Shares()
    gone, way = (case.now.day - start.day).days, (case.goal.horizon_on - start.day).days
    elapsed = settle(Decimal(gone) / way)
    if case.obstacle or level is None or bound is None:
        return Shares(elapsed=elapsed)
    if case.goal.is_growth:
        measure = case.yardstick.measure(case.now)
        return Shares(None, elapsed, None if measure is None else settle(measure / bound))
    come, distance = case.now.value - start.value, level - start.value
    return Shares(settle(come / distance), elapsed, settle(come * way / (distance * gone)))


def growth_of(case: PaceInputs) -> Growth:
    start, level = case.yardstick.start, case.yardstick.level
    if start is None or case.obstacle in NO_TIME:
        return Growth()
    actual = annual_growth(start, case.now)
    if level is None or case.obstacle in NO_WAY:
        return Growth(actual)
    required = annual_growth(start, Point(case.goal.horizon_on, level))
    if case.goal.is_growth and case.yardstick.bound:
        required = case.yardstick.bound / 100  # Exact, where the level is rounded.
    if actual is None or not required:
        return Growth(actual, required)
    return Growth(actual, required, settle(actual / required))


def line_of(case: PaceInputs) -> PaceLine:
    start, level, places = case.yardstick.start, case.yardstick.level, case.goal.shown_decimals
    expected = value_on(case.yardstick.required_path(), case.now.day)
    expected = None if expected is None else round_half_up(expected, places)
    if start is None or case.obstacle in NO_TIME:
        return PaceLine(expected)
    year = None
    if level is not None and case.obstacle not in NO_WAY:
        year = line_year(start, case.now, level)
    if case.now.day > case.goal.horizon_on:
        return PaceLine(expected, None, year)
    projected = line_value(start, case.now, case.goal.horizon_on)
    return PaceLine(expected, round_half_up(projected, places), year)
