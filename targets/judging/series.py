"""The readings by which a target is judged, all of one base and one length of period."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.text.numbers import trimmed
from targets.judging.goal import Baseline, Goal
from targets.judging.trend import Point
from targets.judging.verdict import Observation, Start
from targets.kinds import Comparator

NEVER_JUDGED = frozenset({"O", "F"})
"""Status codes of SDMX: missing, forecast."""

_DAYS_OF_A_YEAR = 365


class Judged(NamedTuple):
    observation: Observation
    point: Point


def judged_series(goal: Goal, observations: Iterable[Observation]) -> tuple[Judged, ...]:
    """Readings with the base and length of period of the current one, by their last day."""
    judged = [
        Judged(observation, Point(observation.period.last_day, value))
        for observation in observations
        if (value := _judged_value(goal, observation)) is not None
    ]
    judged.sort(key=_recency)
    if not judged:
        return ()
    current = judged[-1].observation
    kind = (current.base, current.period.length_key)
    return tuple(
        entry
        for entry in judged
        if (entry.observation.base, entry.observation.period.length_key) == kind
    )


def _judged_value(goal: Goal, observation: Observation) -> Decimal | None:
    if observation.obs_status in NEVER_JUDGED or observation.qualifier:
        return None
    if goal.comparator is Comparator.RANK_TOP:
        return None if observation.rank is None else Decimal(observation.rank)
    return observation.value


def _recency(judged: Judged) -> tuple[date, int, date, int, int]:
    """By last day. Of two that end together, the one nearer to a year in length is later; then the
    newer one."""
    reading = judged.observation
    from_a_year = abs(reading.period.days - _DAYS_OF_A_YEAR)
    return (
        judged.point.day,
        -from_a_year,
        reading.published_on,
        reading.revision,
        reading.base,
    )


def start_of(goal: Goal, series: Sequence[Judged]) -> Start | None:
    """The given baseline, else the first reading that ends in or after the base year."""
    if goal.baseline:
        return given(goal.baseline)
    for observation, point in series:
        if point.day.year >= goal.base_year:
            return Start(observation.period, point.value, as_sent(goal, observation))
    return None


def given(baseline: Baseline) -> Start:
    return Start(baseline.period, baseline.value, trimmed(baseline.value))


def as_sent(goal: Goal, observation: Observation) -> str:
    if goal.comparator is Comparator.RANK_TOP:
        return str(observation.rank)
    return observation.value_text or trimmed(observation.value or Decimal(0))
