"""Goals, readings and baselines for tests: each names only the facts it is about."""

from datetime import date
from decimal import Decimal

from core.calendar.periods import parse_period
from targets.judging.assessment import assess
from targets.judging.goal import Baseline, Goal
from targets.judging.verdict import Assessment, Observation
from targets.kinds import Comparator

TODAY = date(2026, 11, 21)
END_OF_2030 = date(2030, 12, 31)


def goal(comparator: str, bound: str | None = None, **facts: object) -> Goal:
    """A goal for 2030 on a plan with base year 2020, its bound where the comparator looks."""
    upper = comparator in {"<", "<=", "rank_top"}
    chosen: dict[str, object] = {
        "comparator": Comparator(comparator),
        "horizon_on": END_OF_2030,
        "base_year": 2020,
        "maximum" if upper else "minimum": Decimal(bound) if bound else None,
        **facts,
    }
    return Goal(**chosen)  # type: ignore[arg-type]  # Tests name only the facts they are about.


def value(period: str, text: str | None, **facts: object) -> Observation:
    number = None if text is None else Decimal(text)
    chosen: dict[str, object] = {"period": parse_period(period), "value": number, **facts}
    return Observation(**chosen)  # type: ignore[arg-type]  # The same.


def values(*readings: tuple[str, str]) -> list[Observation]:
    return [value(period, text) for period, text in readings]


def rank(period: str, place: int, **facts: object) -> Observation:
    return value(period, None, rank=place, **facts)


def baseline(period: str, text: str) -> Baseline:
    return Baseline(Decimal(text), parse_period(period))


def judged(target: Goal, readings: list[Observation], as_of: date = TODAY) -> Assessment:
    return assess(target, readings, None, as_of)


DIGITAL_ECONOMY = [
    value("2020", "12.66"),
    value("2021", "12.87"),
    value("2022", "12.83"),
    value("2023", "12.87"),
    value("2024", "13.17"),
    value("2025", "14.02", obs_status="E"),
]

AS_PRINTED = {
    "verdict": "off_track",
    "method": "pace",
    "reason": "",
    "baseline": {"period": "2020", "value": "12.66"},
    "reading": {"period": "2025", "value": "14.02", "obs_status": "E"},
    "goal": "30",
    "achieved_share": "0.0784",
    "elapsed_share": "0.5",
    "pace": "0.1569",
    "cagr_actual": "0.0206",
    "cagr_required": "0.0901",
    "cagr_ratio": "0.2288",
    "second_verdict": "off_track",
    "exceeded": False,
    "judgement": None,
    "expected_value": "21.33",
    "projected_value": "15.38",
    "projected_year": 2084,
}
"""The assessment of 57-10, as the API contract prints it."""
