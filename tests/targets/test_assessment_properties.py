"""What holds of every assessment, whatever the goal and the readings."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.calendar.periods import parse_period
from indicators.direction import Direction
from targets.judging.assessment import assess, path_points
from targets.judging.goal import Baseline, Goal
from targets.judging.verdict import Assessment, Observation, to_api, working_to_api
from targets.kinds import Comparator, Verdict
from tests.targets.builders import baseline, goal, judged, values

NUMBERS = st.decimals(-1000, 1000, places=2)
PERIODS = st.one_of(
    st.integers(2015, 2035).map(str),
    st.integers(2020, 2030).map(lambda year: f"{year}-Q2"),
    st.dates(date(2020, 1, 1), date(2031, 12, 31)).map(date.isoformat),
).map(parse_period)
OBSERVATIONS = st.builds(
    Observation,
    period=PERIODS,
    value=st.none() | NUMBERS,
    rank=st.none() | st.integers(1, 200),
    base=st.sampled_from([0, 34, 63]),
    obs_status=st.sampled_from(["A", "P", "F", "O"]),
    qualifier=st.sampled_from(["", "", "<"]),
)
GOALS = st.builds(
    Goal,
    comparator=st.sampled_from(Comparator),
    horizon_on=st.dates(date(2019, 1, 1), date(2045, 12, 31)),
    base_year=st.integers(2018, 2024),
    minimum=st.none() | NUMBERS,
    maximum=st.none() | NUMBERS,
    direction=st.sampled_from(Direction),
    baseline=st.none() | st.builds(Baseline, NUMBERS, PERIODS),
    milestones=st.dictionaries(st.integers(2018, 2045), NUMBERS, max_size=3),
    decimals=st.integers(0, 4),
)
DAYS = st.dates(date(2019, 1, 1), date(2046, 12, 31))

BY_SPEED = {Verdict.ON_TRACK, Verdict.AT_RISK, Verdict.OFF_TRACK, Verdict.MOVING_AWAY}
FIGURES = ("achieved_share", "elapsed_share", "pace", "cagr_ratio", "projected_year")


@given(GOALS, st.lists(OBSERVATIONS, max_size=8), DAYS)
def test_whatever_is_given_there_is_a_verdict_that_can_be_sent(
    target: Goal, readings: list[Observation], as_of: date
) -> None:
    found = assess(target, readings, None, as_of)
    body = json.dumps([to_api(found), working_to_api(found)])
    assert "E+" not in body
    assert "NaN" not in body
    assert [day for day, _ in path_points(target, found)] == sorted(
        {day for day, _ in path_points(target, found)}
    )


@given(GOALS, st.lists(OBSERVATIONS, max_size=8), DAYS)
def test_what_is_missing_is_explained(
    target: Goal, readings: list[Observation], as_of: date
) -> None:
    found = assess(target, readings, None, as_of)
    if found.method == "people":
        return
    wanted = [name for name in FIGURES if not (target.is_growth and name == "achieved_share")]
    if any(getattr(found, name) is None for name in wanted):
        assert found.reason


@given(GOALS, st.lists(OBSERVATIONS, max_size=8), DAYS)
def test_the_verdict_keeps_its_order(
    target: Goal, readings: list[Observation], as_of: date
) -> None:
    found = assess(target, readings, None, as_of)
    assert (found.verdict is Verdict.ACHIEVED) is (found.achieved_since is not None)
    assert found.verdict is Verdict.ACHIEVED or not found.exceeded
    if found.verdict is Verdict.MISSED:
        assert as_of > target.horizon_on
    if found.second_verdict:
        assert found.verdict in BY_SPEED


def mirrored(target: Goal) -> Goal:
    """The same goal seen in a looking-glass: −30 or less instead of 30 or more."""
    swapped = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
    flip = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}
    start = target.baseline
    return Goal(
        comparator=Comparator(swapped.get(target.comparator, target.comparator)),
        horizon_on=target.horizon_on,
        base_year=target.base_year,
        minimum=None if target.maximum is None else -target.maximum,
        maximum=None if target.minimum is None else -target.minimum,
        direction=flip[target.direction],
        baseline=start and Baseline(-start.value, start.period),
        milestones={year: -value for year, value in target.milestones.items()},
        decimals=target.decimals,
    )


NUMERIC = [">", ">=", "<", "<=", "=", "about", "range"]


@given(
    GOALS.filter(lambda target: target.comparator in NUMERIC),
    st.lists(OBSERVATIONS, max_size=6),
    DAYS,
)
def test_down_is_the_mirror_of_up(target: Goal, readings: list[Observation], as_of: date) -> None:
    reversed_readings = [
        Observation(
            period=reading.period,
            value=None if reading.value is None else -reading.value,
            base=reading.base,
            obs_status=reading.obs_status,
            qualifier=reading.qualifier,
        )
        for reading in readings
    ]
    one = assess(target, readings, None, as_of)
    other = assess(mirrored(target), reversed_readings, None, as_of)
    assert summary(one) == summary(other)


def summary(found: Assessment) -> list[object]:
    """What does not change sign in the mirror (growth rates do not exist on both sides)."""
    return [
        found.verdict,
        found.exceeded,
        found.achieved_share,
        found.elapsed_share,
        found.pace,
        found.projected_year,
        found.achieved_since,
    ]


@given(st.integers(-500, 500), st.integers(-500, 500))
def test_a_better_value_never_gets_a_worse_verdict(one: int, other: int) -> None:
    order = [
        Verdict.MOVING_AWAY,
        Verdict.OFF_TRACK,
        Verdict.AT_RISK,
        Verdict.ON_TRACK,
        Verdict.ACHIEVED,
    ]
    target = goal(">=", "300", baseline=baseline("2020", "100"))
    verdicts = [
        order.index(judged(target, values(("2025", str(reading)))).verdict)
        for reading in sorted([one, other])
    ]
    assert verdicts == sorted(verdicts)


@given(st.integers(1, 29), st.decimals("0.5", 50, places=1), st.integers(1, 9))
def test_pace_times_elapsed_share_is_the_achieved_share(
    start: int, gain: Decimal, years: int
) -> None:
    readings = values(("2020", str(start)), (str(2020 + years), str(start + gain)))
    found = judged(goal(">=", "80"), readings)
    assert found.pace is not None
    assert found.elapsed_share is not None
    assert found.achieved_share is not None
    assert abs(found.pace * found.elapsed_share - found.achieved_share) < Decimal("1e-20")
