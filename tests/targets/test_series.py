"""Which readings a target is judged by, and what is said when they do not suffice."""

from datetime import date
from decimal import Decimal

import pytest

from core.calendar.periods import parse_period
from targets.judging.assessment import assess
from targets.judging.goal import Goal
from targets.judging.verdict import Observation, Reason, to_api
from targets.kinds import Verdict
from tests.targets.builders import (
    DIGITAL_ECONOMY,
    TODAY,
    baseline,
    goal,
    judged,
    rank,
    value,
    values,
)


@pytest.mark.parametrize(
    "unjudged",
    [
        value("2026", "40", obs_status="F"),
        value("2026", None, obs_status="O"),
        value("2026", "40", obs_status="O"),
        value("2026", None),
        value("2026", "40", qualifier="<"),
    ],
)
def test_forecasts_withdrawn_missing_and_qualified_readings_are_never_judged(
    unjudged: Observation,
) -> None:
    assert judged(goal(">=", "30"), [*DIGITAL_ECONOMY, unjudged]) == judged(
        goal(">=", "30"), DIGITAL_ECONOMY
    )
    found = judged(goal(">=", "30"), [unjudged])
    assert (found.verdict, found.reason) == (Verdict.NO_DATA, Reason.NONE_JUDGEABLE)


@pytest.mark.parametrize("status", ["P", "E", "B", "V"])
def test_provisional_estimated_and_other_readings_are_judged(status: str) -> None:
    found = judged(goal(">=", "30"), [value("2025", "31", obs_status=status)])
    assert found.verdict is Verdict.ACHIEVED


def test_only_readings_of_the_current_base_are_compared() -> None:
    readings = [rank("2020", 30, base=63), rank("2024", 28, base=63), rank("2025", 16, base=34)]
    found = judged(goal("rank_top", "10"), readings)
    assert (found.verdict, found.reason) == (Verdict.NOT_ASSESSABLE, Reason.ONE_READING)
    assert found.baseline is not None
    assert found.baseline.period == parse_period("2025")


def test_only_readings_of_the_current_period_length_are_compared() -> None:
    readings = values(("2020", "10"), ("2023-Q4", "15"), ("2024-Q4", "18"))
    found = judged(goal(">=", "30"), readings)
    assert found.baseline is not None
    assert found.baseline.period == parse_period("2023-Q4")


def test_of_two_readings_that_end_together_the_whole_year_is_the_current_one() -> None:
    readings = values(("2025-Q4", "31"), ("2021/2025", "32"), ("2025", "20"), ("2020", "10"))
    found = judged(goal(">=", "30"), readings)
    assert found.reading is not None
    assert found.reading.period == parse_period("2025")


def test_the_order_in_which_readings_are_given_changes_nothing() -> None:
    backwards = judged(goal(">=", "30"), DIGITAL_ECONOMY[::-1])
    assert backwards == judged(goal(">=", "30"), DIGITAL_ECONOMY)


def test_the_baseline_is_the_first_reading_that_ends_in_or_after_the_base_year() -> None:
    readings = values(("2017", "5"), ("2021", "10"), ("2022", "11"), ("2025", "14"))
    found = judged(goal(">=", "30"), readings)
    assert found.baseline is not None
    assert (found.baseline.period.text, found.baseline.text) == ("2021", "10")


def test_a_given_baseline_is_used_before_any_reading() -> None:
    target = goal(">=", "30", baseline=baseline("2019", "12.60"))
    found = to_api(judged(target, DIGITAL_ECONOMY))
    assert found["baseline"] == {"period": "2019", "value": "12.6"}


def test_values_are_printed_as_they_were_sent() -> None:
    readings = [value("2020", "12.660000", value_text="12.660"), value("2025", "14.020000")]
    found = to_api(judged(goal(">=", "30.0000"), readings))
    assert found["baseline"] == {"period": "2020", "value": "12.660"}
    assert found["reading"] == {"period": "2025", "value": "14.02", "obs_status": "A"}
    assert found["goal"] == "30"


def test_without_a_reading_there_is_no_data_before_and_after_the_horizon() -> None:
    target = goal(">=", "30", baseline=baseline("2020", "12"))
    for day in (TODAY, date(2031, 1, 1)):
        found = assess(target, [], None, day)
        assert (found.verdict, found.method) == (Verdict.NO_DATA, "none")
        assert (found.reason, found.goal) == (Reason.NO_READING, Decimal(30))


@pytest.mark.parametrize(
    ("target", "readings", "reason"),
    [
        (goal(">=", "30"), values(("2025", "14")), Reason.ONE_READING),
        (goal(">=", "30"), values(("2018", "12"), ("2020", "14")), Reason.ONE_READING),
        (goal(">=", "30"), values(("2018", "12"), ("2019", "14")), Reason.NO_BASELINE),
        (
            goal(">=", "30", baseline=baseline("2025", "14")),
            values(("2025", "15")),
            Reason.NOT_AFTER_BASELINE,
        ),
        (
            goal(">=", "30", horizon_on=date(2020, 12, 31)),
            values(("2020", "1"), ("2021", "2")),
            Reason.HORIZON_NOT_AFTER_BASELINE,
        ),
        (goal(">=", None), values(("2020", "1"), ("2021", "2")), Reason.NO_BOUND),
        (goal(">=", None), values(("2018", "1")), Reason.NO_BOUND),
        (goal("growth_avg", "0"), values(("2020", "1"), ("2021", "2")), Reason.NO_BOUND),
        (goal("growth_avg", "-5"), values(("2020", "1"), ("2021", "2")), Reason.NO_BOUND),
        (goal("growth_avg", "10"), values(("2020", "0"), ("2021", "2")), Reason.NOT_POSITIVE),
        (goal("growth_avg", "10"), values(("2020", "2"), ("2021", "-1")), Reason.NOT_POSITIVE),
        (goal("multiple_of", "3"), values(("2020", "0"), ("2021", "2")), Reason.NOT_POSITIVE),
        (goal("multiple_of", "3"), values(("2018", "1")), Reason.NO_BASELINE),
    ],
)
def test_what_cannot_be_judged_says_why(
    target: Goal, readings: list[Observation], reason: Reason
) -> None:
    found = assess(target, readings, None, min(TODAY, target.horizon_on))
    assert (found.verdict, found.reason) == (Verdict.NOT_ASSESSABLE, reason)
    assert (found.method, found.pace, found.second_verdict) == ("none", None, None)


def test_one_reading_that_holds_is_achieved_all_the_same() -> None:
    found = judged(goal(">=", "30"), values(("2025", "31")))
    assert (found.verdict, found.reason) == (Verdict.ACHIEVED, Reason.ONE_READING)


@pytest.mark.parametrize(
    ("target", "readings", "pace"),
    [
        (goal(">=", "10"), values(("2020", "0"), ("2025", "5")), "1"),
        (goal(">=", "10"), values(("2020", "-10"), ("2025", "-5")), "0.5"),
        (goal("<=", "0"), values(("2020", "8"), ("2025", "4")), "1"),
        (goal("<=", "-5"), values(("2020", "5"), ("2025", "0")), "1"),
    ],
)
def test_zeros_and_negatives_have_a_pace_but_no_growth(
    target: Goal, readings: list[Observation], pace: str
) -> None:
    found = judged(target, readings)
    assert found.pace == Decimal(pace)
    assert (found.cagr_ratio, found.second_verdict) == (None, None)
    assert found.reason is Reason.NOT_POSITIVE
