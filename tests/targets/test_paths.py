"""The required path, the straight line onward, the working and the days of change."""

from datetime import date
from decimal import Decimal

import pytest

from targets.judging.assessment import assess, change_days, path_points
from targets.judging.verdict import Reason, to_api, working_to_api
from tests.targets.builders import TODAY, goal, judged, values


def test_milestones_bend_the_required_path_but_not_the_pace() -> None:
    readings = values(("2020", "10"), ("2024", "12"))
    straight = judged(goal(">=", "30"), readings)
    bent = judged(goal(">=", "30", milestones={2025: Decimal(15)}), readings)
    assert (straight.expected_value, bent.expected_value) == (Decimal("18.00"), Decimal("14.00"))
    assert bent.pace == straight.pace


def test_the_path_runs_from_the_baseline_by_the_milestones_to_the_horizon() -> None:
    milestones = {2019: Decimal(1), 2027: Decimal(20), 2025: Decimal(15), 2030: Decimal(99)}
    target = goal(">=", "30", milestones=milestones)
    points = path_points(target, judged(target, values(("2020", "10"), ("2024", "12"))))
    assert [(day.year, int(value)) for day, value in points] == [
        (2020, 10),
        (2025, 15),
        (2027, 20),
        (2030, 30),
    ]


def test_there_is_no_path_without_a_baseline() -> None:
    target = goal(">=", "30")
    assert path_points(target, assess(target, [], None, TODAY)) == []


def test_the_path_of_average_growth_compounds_from_year_to_year() -> None:
    target = goal("growth_avg", "10", horizon_on=date(2023, 12, 31))
    points = path_points(target, judged(target, values(("2020", "100"), ("2021", "105"))))
    assert [value for _, value in points] == [100, 110, 121, Decimal("133.1")]


def test_after_the_horizon_the_path_asks_for_the_bound() -> None:
    found = judged(goal(">=", "30"), values(("2020", "10"), ("2032", "12")), date(2033, 1, 1))
    assert found.expected_value == Decimal(30)


@pytest.mark.parametrize(
    ("reading", "at_horizon", "year"),
    [
        ("20", "30.00", 2030),
        ("15", "20.00", 2040),
        ("10.01", "10.02", None),  # After the year 9999.
        ("10", "10.00", None),
        ("5", "0.00", None),
    ],
)
def test_the_straight_line_says_where_it_stands_at_the_horizon_and_when_it_arrives(
    reading: str, at_horizon: str, year: int | None
) -> None:
    found = judged(goal(">=", "30"), values(("2020", "10"), ("2025", reading)))
    assert (str(found.projected_value), found.projected_year) == (at_horizon, year)
    assert found.reason is (Reason.NONE if year else Reason.NEVER_ARRIVES)


def test_expected_and_projected_values_have_the_decimals_of_the_indicator() -> None:
    found = to_api(
        judged(goal(">", "0.7", decimals=3), values(("2020", "0.6"), ("2025", "0.6125")))
    )
    assert (found["expected_value"], found["projected_value"]) == ("0.650", "0.625")


def test_figures_beyond_all_sense_are_left_out() -> None:
    readings = values(("2025-01-01", "1"), ("2025-01-02", "9" * 40))
    found = judged(goal(">=", "1" + "0" * 40), readings)
    assert (found.cagr_actual, found.reason) == (None, Reason.OUT_OF_RANGE)


def test_the_working_names_every_number_of_the_formula_in_order() -> None:
    lines = working_to_api(judged(goal(">=", "30"), values(("2020", "12"), ("2025", "18.300"))))
    assert [line["name"] for line in lines] == [
        "v0",
        "t0",
        "v",
        "t",
        "T",
        "tT",
        "a",
        "e",
        "pace",
        "years_actual",
        "years_required",
        "cagr_actual",
        "cagr_required",
        "cagr_ratio",
    ]
    assert [line["value"] for line in lines[:9]] == [
        "12",
        "2020-12-31",
        "18.3",
        "2025-12-31",
        "30",
        "2030-12-31",
        "0.35",
        "0.5",
        "0.7",
    ]


def test_the_working_of_about_prints_its_tolerance_and_where_it_begins_to_hold() -> None:
    working = dict(judged(goal("about", "20"), values(("2025", "19"))).working)
    assert (working["tolerance"], working["threshold"]) == (Decimal(5), Decimal(19))


def test_an_assessment_can_change_on_publication_on_judgement_and_after_the_horizon() -> None:
    days = change_days(
        goal(">=", "30"),
        [date(2026, 1, 6), date(2025, 1, 6), date(2026, 1, 6)],
        [date(2025, 6, 1)],
    )
    assert days == [date(2025, 1, 6), date(2025, 6, 1), date(2026, 1, 6), date(2031, 1, 1)]
