"""Reached, exceeded, lost again, missed: what the comparator alone decides."""

from datetime import date
from decimal import Decimal

import pytest

from core.calendar.periods import parse_period
from indicators.direction import Direction
from targets.judging.verdict import Reason, to_api
from targets.kinds import Verdict
from tests.targets.builders import END_OF_2030, goal, judged, rank, value, values


@pytest.mark.parametrize(
    ("comparator", "bound", "reading", "up", "reached", "exceeded"),
    [
        (">", "55", "55", True, False, False),
        (">", "55", "55.01", True, True, False),
        (">=", "30", "30", True, True, False),
        (">=", "30", "29.99", True, False, False),
        ("<", "5", "5", False, False, False),
        ("<", "5", "4.99", False, True, False),
        ("<=", "5", "5", False, True, False),
        ("<=", "5", "5.01", False, False, False),
        ("=", "80", "79.9", True, False, False),
        ("=", "80", "80.0", True, True, False),
        ("=", "80", "81", True, True, True),
        ("=", "80", "79", False, True, True),
        ("=", "80", "81", False, False, False),
        ("about", "20", "18.99", True, False, False),
        ("about", "20", "19", True, True, False),
        ("about", "20", "21", True, True, False),
        ("about", "20", "21.01", True, True, True),
        ("about", "20", "21", False, True, False),
        ("about", "20", "21.01", False, False, False),
        ("about", "20", "18.99", False, True, True),
        ("about", "-20", "-21", True, True, False),
        ("about", "-20", "-21.01", True, False, False),
    ],
)
def test_a_comparator_holds_and_is_exceeded_on_the_good_side(  # noqa: PLR0917 - a table
    comparator: str, bound: str, reading: str, up: bool, reached: bool, exceeded: bool
) -> None:
    target = goal(comparator, bound, direction=Direction.UP if up else Direction.DOWN)
    found = judged(target, values(("2025", reading)))
    assert (found.verdict is Verdict.ACHIEVED) is reached
    assert found.exceeded is exceeded


@pytest.mark.parametrize(
    ("reading", "direction", "bound", "reached", "exceeded"),
    [
        ("39", "up", "40", False, False),
        ("40", "up", "40", True, False),
        ("50", "up", "40", True, False),
        ("51", "up", "40", True, True),
        ("51", "down", "50", False, False),
        ("50", "down", "50", True, False),
        ("40", "down", "50", True, False),
        ("39", "down", "50", True, True),
    ],
)
def test_a_range_is_reached_at_its_nearer_bound_and_exceeded_beyond_the_other(
    reading: str, direction: str, bound: str, reached: bool, exceeded: bool
) -> None:
    target = goal("range", "40", maximum=Decimal(50), direction=Direction(direction))
    found = judged(target, values(("2025", reading)))
    assert found.goal == Decimal(bound)
    assert (found.verdict is Verdict.ACHIEVED) is reached
    assert found.exceeded is exceeded


def test_a_range_written_the_wrong_way_round_is_never_exceeded_before_it_is_reached() -> None:
    target = goal("range", "50", maximum=Decimal(40))
    found = judged(target, values(("2020", "10"), ("2025", "45")))
    assert (found.verdict, found.exceeded) == (Verdict.ON_TRACK, False)


def test_the_tolerance_of_about_may_be_set() -> None:
    target = goal("about", "20", tolerance=Decimal(10))
    assert judged(target, values(("2025", "18"))).verdict is Verdict.ACHIEVED
    assert judged(target, values(("2025", "17.9"))).verdict is not Verdict.ACHIEVED


def test_a_rank_is_better_when_lower_whatever_the_direction_of_its_indicator() -> None:
    target = goal("rank_top", "20", direction=Direction.UP)
    assert judged(target, [rank("2025", 20)]).verdict is Verdict.ACHIEVED
    assert judged(target, [rank("2020", 30), rank("2025", 35)]).verdict is Verdict.MOVING_AWAY


def test_a_rank_goal_reads_ranks_and_never_the_value_beside_them() -> None:
    readings = [rank("2020", 86), value("2022", "0.67"), value("2024", "0.77", rank=71)]
    found = to_api(judged(goal("rank_top", "50"), readings))
    assert found["reading"] == {"period": "2024", "value": "71", "obs_status": "A"}
    assert (found["baseline"], found["goal"]) == ({"period": "2020", "value": "86"}, "50")
    assert found["expected_value"] == "71.6"


def test_achieved_says_since_when_it_holds_without_interruption() -> None:
    readings = values(
        ("2020", "20"), ("2021", "31"), ("2022", "29"), ("2023", "30"), ("2024", "33")
    )
    found = judged(goal(">=", "30"), readings)
    assert found.achieved_since == parse_period("2023")
    assert judged(goal(">=", "34"), readings).achieved_since is None


def test_a_goal_that_was_reached_can_be_lost_again() -> None:
    readings = values(("2020", "20"), ("2023", "31"), ("2025", "24"))
    found = judged(goal(">=", "30"), readings)
    assert (found.verdict, found.pace) == (Verdict.AT_RISK, Decimal("0.8"))


def test_a_goal_met_at_the_baseline_and_lost_is_moving_away_not_ahead() -> None:
    found = judged(goal(">=", "30"), values(("2020", "35"), ("2025", "28")))
    assert (found.verdict, found.reason) == (Verdict.MOVING_AWAY, Reason.LOST_SINCE_BASELINE)
    assert (found.achieved_share, found.pace, found.cagr_ratio) == (None, None, None)
    assert (found.second_verdict, found.projected_year) == (None, None)
    assert found.expected_value == Decimal(30)


def test_the_same_goal_still_met_is_achieved_without_a_share_of_any_way() -> None:
    found = judged(goal(">=", "30"), values(("2020", "35"), ("2025", "32")))
    assert (found.verdict, found.reason) == (Verdict.ACHIEVED, Reason.MET_AT_BASELINE)
    assert (found.achieved_share, found.pace, found.projected_year) == (None, None, None)


@pytest.mark.parametrize(
    ("reading", "verdict"), [("30", Verdict.NOT_ASSESSABLE), ("29", Verdict.MOVING_AWAY)]
)
def test_a_baseline_that_stands_on_the_bound_leaves_nothing_to_divide_by(
    reading: str, verdict: Verdict
) -> None:
    found = judged(goal(">", "30"), values(("2020", "30"), ("2025", reading)))
    assert (found.verdict, found.reason) == (verdict, Reason.NO_DISTANCE)
    assert (found.pace, found.elapsed_share) == (None, Decimal("0.5"))


def test_a_goal_is_missed_from_the_day_after_its_horizon() -> None:
    readings = values(("2020", "10"), ("2025", "20"))
    assert judged(goal(">=", "30"), readings, END_OF_2030).verdict is Verdict.ON_TRACK
    found = judged(goal(">=", "30"), readings, date(2031, 1, 1))
    assert (found.verdict, found.method) == (Verdict.MISSED, "comparator")
    assert (found.second_verdict, found.exceeded) == (None, False)


def test_a_reading_of_the_horizon_that_holds_undoes_a_miss() -> None:
    readings = values(("2020", "10"), ("2025", "20"), ("2030", "30"))
    assert judged(goal(">=", "30"), readings, date(2031, 2, 1)).verdict is Verdict.ACHIEVED


def test_a_goal_reached_after_its_horizon_is_achieved_late_and_since_then() -> None:
    readings = values(("2020", "10"), ("2030", "29"), ("2031", "31"))
    found = judged(goal(">=", "30"), readings, date(2032, 2, 1))
    assert (found.verdict, found.achieved_since) == (Verdict.ACHIEVED, parse_period("2031"))


def test_a_goal_held_at_its_horizon_and_lost_later_was_not_missed() -> None:
    readings = values(("2020", "10"), ("2030", "30"), ("2032", "28"))
    found = judged(goal(">=", "30"), readings, date(2033, 2, 1))
    assert (found.verdict, found.achieved_share) == (Verdict.AT_RISK, Decimal("0.9"))
    assert found.elapsed_share is not None
    assert found.elapsed_share > 1
    assert (found.projected_value, found.reason) == (None, Reason.AFTER_HORIZON)
