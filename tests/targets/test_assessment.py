"""How a target is judged: the vectors of the design, growth, multiples, people."""

from datetime import date
from decimal import Decimal

import pytest

from core.text.numbers import round_half_up
from indicators.direction import Direction
from targets.judging.assessment import assess
from targets.judging.goal import Goal
from targets.judging.verdict import Judgement, Observation, Reason, cut, to_api
from targets.kinds import Verdict
from tests.targets.builders import (
    AS_PRINTED,
    DIGITAL_ECONOMY,
    TODAY,
    baseline,
    goal,
    judged,
    rank,
    value,
    values,
)


def thousandths(figure: Decimal | None, times: int = 1) -> str:
    assert figure is not None
    return str(round_half_up(figure * times, 3))


@pytest.mark.parametrize(
    ("target", "readings", "figures", "verdict"),
    [
        (
            goal(">", "55"),
            values(("2020", "45"), ("2025", "50")),
            ("0.5", "1.000", "2.130", "2.027", "1.051"),
            "on_track",
        ),
        (
            goal(">=", "30"),
            values(("2020", "12"), ("2024", "18.3")),
            ("0.35", "0.875", "11.126", "9.596", "1.160"),
            "at_risk",
        ),
        (
            goal(">=", "3"),
            values(("2020", "2.0"), ("2025", "2.2")),
            ("0.2", "0.400", "1.924", "4.138", "0.465"),
            "off_track",
        ),
        (
            goal("rank_top", "50"),
            [rank("2020", 55), rank("2025", 52)],
            ("0.6", "1.200", "-1.116", "-0.949", "1.176"),
            "on_track",
        ),
        (
            goal("rank_top", "50"),
            [rank("2020", 55), rank("2025", 58)],
            ("-0.6", "-1.200", "1.068", "-0.949", "-1.126"),
            "moving_away",
        ),
    ],
)
def test_the_vectors_of_the_design_come_out_to_the_last_digit(
    target: Goal, readings: list[Observation], figures: tuple[str, ...], verdict: str
) -> None:
    """Figures: a, pace, CAGR_a in %, CAGR_r in %, R."""
    found = judged(target, readings)
    assert found.verdict == verdict
    assert figures == (
        to_api(found)["achieved_share"],
        thousandths(found.pace),
        thousandths(found.cagr_actual, times=100),
        thousandths(found.cagr_required, times=100),
        thousandths(found.cagr_ratio),
    )


def test_the_assessment_of_57_10_is_the_one_printed_in_the_api_contract() -> None:
    found = judged(goal(">=", "30"), DIGITAL_ECONOMY)
    assert to_api(found) == AS_PRINTED


def test_a_new_reading_above_the_bound_turns_57_10_to_achieved() -> None:
    found = judged(goal(">=", "30"), [*DIGITAL_ECONOMY, value("2026", "30.5")])
    assert (found.verdict, found.method, found.reason) == ("achieved", "comparator", "")
    assert found.second_verdict is None
    assert not found.exceeded


def test_the_two_opinions_may_disagree() -> None:
    found = judged(goal(">=", "30"), values(("2020", "12"), ("2024", "18.3")))
    assert (found.verdict, found.second_verdict) == (Verdict.AT_RISK, Verdict.ON_TRACK)


@pytest.mark.parametrize(
    ("pace", "verdict"),
    [
        ("0.95", "on_track"),
        ("0.9499999", "at_risk"),
        ("0.60", "at_risk"),
        ("0.5999999", "off_track"),
        ("0", "off_track"),
        ("-0.0000001", "moving_away"),
    ],
)
def test_a_cut_point_belongs_to_the_better_side(pace: str, verdict: str) -> None:
    assert cut(Decimal(pace)) == verdict


@pytest.mark.parametrize(
    ("reading", "verdict"), [("95", "on_track"), ("60", "at_risk"), ("0", "off_track")]
)
def test_a_pace_that_is_exactly_a_cut_point_is_not_lost_to_rounding_thirds(
    reading: str, verdict: str
) -> None:
    target = goal(">=", "300", horizon_on=date(2023, 12, 31), baseline=baseline("2020", "0"))
    found = judged(target, values(("2021", reading)), date(2022, 1, 31))
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("reading", "verdict", "exceeded"),
    [
        ("133.1", "achieved", False),
        ("133.2", "achieved", False),
        ("140.5", "achieved", True),
        ("133", "on_track", False),
        ("121", "at_risk", False),
        ("105", "off_track", False),
        ("99", "moving_away", False),
    ],
)
def test_average_growth_is_judged_by_growth_over_its_lower_bound(
    reading: str, verdict: str, exceeded: bool
) -> None:
    target = goal("growth_avg", "10", maximum=Decimal(12))
    found = judged(target, values(("2020", "100"), ("2023", reading)))
    assert (found.verdict, found.method) == (verdict, "growth")
    assert (found.goal, found.exceeded) == (Decimal(10), exceeded)
    assert found.achieved_share is None


def test_average_growth_of_exactly_its_bound_is_not_lost_to_the_third_root() -> None:
    found = judged(goal("growth_avg", "10"), values(("2020", "100"), ("2023", "133.1")))
    assert found.verdict is Verdict.ACHIEVED
    assert found.pace == found.cagr_ratio == Decimal(1)
    assert (found.level, found.expected_value) == (Decimal("259.37424601"), Decimal("133.10"))


def test_the_growth_required_on_average_is_the_bound_to_the_last_digit() -> None:
    target = goal("growth_avg", "7", horizon_on=date(2030, 6, 30))
    found = judged(target, values(("2020", "0.0001"), ("2025", "0.0001")))
    assert found.cagr_required == Decimal("0.07")


def test_average_shrinking_is_judged_as_the_mirror_of_growing() -> None:
    target = goal("growth_avg", "-10", maximum=Decimal(-5), direction=Direction.DOWN)
    found = judged(target, values(("2020", "100"), ("2022", "96.04")))
    assert (found.verdict, found.pace) == (Verdict.OFF_TRACK, Decimal("0.4"))
    assert judged(target, values(("2020", "100"), ("2022", "90.25"))).verdict == "achieved"
    assert judged(target, values(("2020", "100"), ("2022", "80"))).exceeded


def test_a_multiple_is_of_the_base_year_value() -> None:
    found = judged(goal("multiple_of", "3"), values(("2020", "200"), ("2025", "400")))
    assert (found.goal, found.achieved_share) == (Decimal(600), Decimal("0.5"))
    assert found.verdict is Verdict.ON_TRACK
    assert judged(goal("multiple_of", "3"), values(("2020", "2"), ("2025", "6"))).verdict == (
        Verdict.ACHIEVED
    )


def test_a_qualitative_target_carries_the_judgement_of_people() -> None:
    said = Judgement(date(2026, 1, 5), "on_track", "Đã ban hành chiến lược", "Sở KH&CN")
    found = to_api(assess(goal("qualitative"), [], said, TODAY))
    assert (found["verdict"], found["method"]) == ("judged_by_people", "people")
    assert found["judgement"] == {
        "day": "2026-01-05",
        "verdict": "on_track",
        "reason": "Đã ban hành chiến lược",
        "by": "Sở KH&CN",
    }


def test_a_qualitative_target_nobody_judged_says_that_it_waits() -> None:
    found = assess(goal("qualitative"), DIGITAL_ECONOMY, None, TODAY)
    assert (found.verdict, found.reason) == ("judged_by_people", Reason.AWAITING_JUDGEMENT)
