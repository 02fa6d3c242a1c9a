"""What a target asks for: its comparator, its bound, and whether a value meets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.calendar.periods import Period
from indicators.direction import Direction
from targets.judging.trend import Point, annual_growth, grown
from targets.kinds import Comparator

RANK_DECIMALS = 1
ALL_LOST = Decimal(-100)
"""% a year: nothing can shrink faster."""

_UPWARD = {Comparator.MORE_THAN, Comparator.AT_LEAST}
_DOWNWARD = {Comparator.LESS_THAN, Comparator.AT_MOST, Comparator.RANK_TOP}
_STRICT = {Comparator.MORE_THAN, Comparator.LESS_THAN}


@dataclass(frozen=True)
class Baseline:
    """The value from which a target starts (a rank if the goal is one), and its period."""

    value: Decimal
    period: Period


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One target. Bounds are in the indicator's unit; `growth_avg` in % a year; ranks count.

    `tolerance`: % of the bound, for `about`. `milestones`: year → value on its 31 December.
    """

    comparator: Comparator
    horizon_on: date
    base_year: int
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    tolerance: Decimal = Decimal(5)
    direction: Direction = Direction.UP
    baseline: Baseline | None = None
    milestones: Mapping[int, Decimal] = field(default_factory=dict)
    decimals: int = 2

    @property
    def is_growth(self) -> bool:
        return self.comparator is Comparator.GROWTH_AVG

    @property
    def wants_more(self) -> bool:
        """Is more better? One-sided comparators say so, else the indicator."""
        if self.comparator in _UPWARD or self.comparator in _DOWNWARD:
            return self.comparator in _UPWARD
        return self.direction is Direction.UP

    @property
    def bound(self) -> Decimal | None:
        """The bound that is reached first: the lower one going up, the upper one going down."""
        near, far = self._near_and_far()
        return far if near is None else near

    @property
    def far_bound(self) -> Decimal | None:
        """The second bound, beyond which `range` and `growth_avg` are exceeded."""
        near, far = self._near_and_far()
        return None if near is None else far

    @property
    def shown_decimals(self) -> int:
        return RANK_DECIMALS if self.comparator is Comparator.RANK_TOP else self.decimals

    def _near_and_far(self) -> tuple[Decimal | None, Decimal | None]:
        ends = (self.minimum, self.maximum)
        return ends if self.wants_more else ends[::-1]


@dataclass(frozen=True)
class Yardstick:
    """A goal with its baseline, which some comparators need."""

    goal: Goal
    start: Point | None

    @property
    def bound(self) -> Decimal | None:
        """What a measure is compared with: `multiple_of` × the base-year value, else as set.

        None without a bound, without a positive value to multiply, and for an average growth of 0
        or of the wrong sign, as no pace can be divided by it.
        """
        bound = self.goal.bound
        if bound is None:
            return None
        if self.goal.comparator is Comparator.MULTIPLE_OF:
            return bound * self.start.value if self.start and self.start.value > 0 else None
        if self.goal.is_growth and not self._is_usable_growth(bound):
            return None
        return bound

    @property
    def level(self) -> Decimal | None:
        """The indicator's value to be reached at the horizon; None if it is not known."""
        if not self.goal.is_growth or self.bound is None:
            return self.bound
        if self.start is None or self.start.value <= 0:
            return None
        return grown(self.start, self.bound / 100, self.goal.horizon_on).value

    @property
    def threshold(self) -> Decimal | None:
        """The value from which the goal is met: the bound, less the tolerance of `about`."""
        return None if self.bound is None else self.bound - self._slack

    def measure(self, point: Point) -> Decimal | None:
        """What is compared with the bound: mean annual growth in % for `growth_avg`."""
        if not self.goal.is_growth:
            return point.value
        rate = annual_growth(self.start, point) if self.start else None
        return None if rate is None else rate * 100

    def holds(self, point: Point) -> bool | None:
        """Is the goal met? None if that cannot be known."""
        measure, threshold = self.measure(point), self.threshold
        if measure is None or threshold is None:
            return None
        if measure == threshold:
            return self.goal.comparator not in _STRICT
        return (measure > threshold) is self.goal.wants_more

    def exceeds(self, point: Point) -> bool:
        """Is it better than `=`, `about`, `range` or `growth_avg` ask for?"""
        measure, limit = self.measure(point), self._limit()
        if measure is None or limit is None or measure == limit:
            return False
        return (measure > limit) is self.goal.wants_more

    def is_worse(self, value: Decimal, other: Decimal) -> bool:
        return value < other if self.goal.wants_more else value > other

    def required_path(self) -> tuple[Point, ...]:
        """From baseline to horizon by the milestones between; empty if it cannot be drawn.

        `growth_avg` compounds from year's end to year's end. If the baseline already met the goal,
        the goal itself is required all along.
        """
        start, level, horizon = self.start, self.level, self.goal.horizon_on
        if start is None or level is None or horizon <= start.day:
            return ()
        bends = self._compounded(start) if self.goal.is_growth else {}
        bends |= {date(year, 12, 31): value for year, value in self.goal.milestones.items()}
        between = [Point(day, bends[day]) for day in sorted(bends) if start.day < day < horizon]
        first = level if self.holds(start) else start.value
        return (Point(start.day, first), *between, Point(horizon, level))

    def _compounded(self, start: Point) -> dict[date, Decimal]:
        rate = (self.bound or Decimal(0)) / 100
        years = range(start.day.year, self.goal.horizon_on.year + 1)
        ends = [date(year, 12, 31) for year in years]
        return {day: grown(start, rate, day).value for day in ends}

    def _limit(self) -> Decimal | None:
        """The measure beyond which the goal is exceeded; None if the comparator has none."""
        if self.bound is None:
            return None
        match self.goal.comparator:
            case Comparator.EQUAL | Comparator.ABOUT:
                return self.bound + self._slack
            case Comparator.RANGE | Comparator.GROWTH_AVG:
                return self.goal.far_bound
            case _:
                return None

    def _is_usable_growth(self, percent: Decimal) -> bool:
        return percent > 0 if self.goal.wants_more else ALL_LOST < percent < 0

    @property
    def _slack(self) -> Decimal:
        """The tolerance of `about` in the unit of the bound, positive if more is better."""
        if self.goal.comparator is not Comparator.ABOUT or self.bound is None:
            return Decimal(0)
        step = abs(self.bound) * self.goal.tolerance / 100
        return step if self.goal.wants_more else -step
