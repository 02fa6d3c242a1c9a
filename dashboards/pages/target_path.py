"""The path of a target: what it requires by when, what was measured, where that leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.calendar.periods import parse_period
from core.text.numbers import trimmed
from dashboards.text import comparators, figures
from indicators.models import Indicator
from targets.inputs import goal_of, histories
from targets.judging.assessment import path_points
from targets.judging.series import judged_series
from targets.judging.verdict import Assessment as Judged
from targets.judging.verdict import Observation, Start
from targets.kinds import Comparator, Verdict
from targets.models import Target


@dataclass(frozen=True)
class PathPoint:
    day: date
    value: Decimal
    label: str = ""
    is_provisional: bool = False


@dataclass(frozen=True)
class Path:
    """What the path chart draws. Values are ranks where ``is_rank``: less is better."""

    required: tuple[PathPoint, ...]
    readings: tuple[PathPoint, ...]
    goal: Decimal | None
    goal_far: Decimal | None
    goal_words: str
    horizon: date
    projected: Decimal | None
    unit: str
    is_rank: bool


def target_path(target: Target, day: date, found: Mapping[str, Any]) -> Path | None:
    """None for a qualitative target, and where there is neither a reading nor a bound."""
    if target.indicator is None or target.comparator == Comparator.QUALITATIVE:
        return None
    [(_target, history)] = histories([target])
    goal = history.goal
    readings = tuple(
        PathPoint(
            point.day,
            point.value,
            figures.period_label(observation.period),
            observation.obs_status in {"P", "E", "V"},
        )
        for observation, point in judged_series(goal, _in_force(history.vintages, day))
    )
    if not readings:
        return None
    is_growth = goal.is_growth
    projected = found.get("projected_value")
    level = dict(_required(target, found))
    return Path(
        required=tuple(PathPoint(on, value) for on, value in level.items()),
        readings=readings,
        goal=level.get(goal.horizon_on) if is_growth else _bound(target, found),
        goal_far=None if is_growth else goal.far_bound,
        goal_words=comparators.phrase(target),
        horizon=goal.horizon_on,
        projected=Decimal(trimmed(Decimal(projected))) if projected else None,
        unit=target.unit,
        is_rank=target.comparator == Comparator.RANK_TOP
        or target.indicator.kind == Indicator.Kind.RANK,
    )


def _bound(target: Target, found: Mapping[str, Any]) -> Decimal | None:
    if found.get("goal"):
        return Decimal(found["goal"])
    return target.maximum if target.minimum is None else target.minimum


def _required(target: Target, found: Mapping[str, Any]) -> list[tuple[date, Decimal]]:
    baseline = found.get("baseline")
    if not baseline:
        return []
    value = Decimal(baseline["value"])
    start = Start(parse_period(baseline["period"]), value, baseline["value"])
    return path_points(goal_of(target), Judged(verdict=Verdict.NO_DATA, baseline=start))


def _in_force(vintages: Iterable[Observation], day: date) -> list[Observation]:
    """Vintages come in order of publication, so the last one of a period and base holds."""
    found: dict[tuple[str, int], Observation] = {}
    for vintage in vintages:
        if vintage.published_on <= day:
            found[vintage.period.text, vintage.base] = vintage
    return list(found.values())
