"""What a target asks for, in the words of the glossary."""

from typing import Any

import pytest
from django.utils import translation

from dashboards.text.labels import against_goal, phrase
from provinces.models import Plan
from targets.models import Target

CASES = [
    (">", {"minimum": "55"}, "trên 55%", "more than 55%"),
    (">=", {"minimum": "1000.5"}, "tối thiểu 1.000,5%", "at least 1,000.5%"),
    ("<", {"maximum": "3"}, "dưới 3%", "less than 3%"),
    ("<=", {"maximum": "3"}, "không quá 3%", "at most 3%"),
    ("=", {"minimum": "0.70"}, "đạt 0,70%", "reach 0.70%"),
    (
        "about",
        {"minimum": "20"},
        "khoảng 20% (chênh lệch không quá 5%)",
        "about 20% (give or take 5%)",
    ),
    (
        "about",
        {"minimum": "20", "tolerance": "2.5"},
        "khoảng 20% (chênh lệch không quá 2,5%)",
        "about 20% (give or take 2.5%)",
    ),
    ("range", {"minimum": "40", "maximum": "50"}, "từ 40 đến 50%", "from 40 to 50%"),
    ("rank_top", {"maximum": "3"}, "thuộc nhóm 3 nước dẫn đầu", "among the top 3 countries"),
    ("growth_avg", {"minimum": "10"}, "tăng bình quân 10%/năm", "average growth of 10% a year"),
    (
        "growth_avg",
        {"minimum": "16", "maximum": "18"},
        "tăng bình quân 16 đến 18%/năm",
        "average growth of 16 to 18% a year",
    ),
    ("multiple_of", {"minimum": "3"}, "gấp 3 lần năm 2020", "3 times the value of 2020"),
    ("qualitative", {}, "đạt mức cao", "at a high level"),
]


def _target(comparator: str, **bounds: Any) -> Target:
    return Target(
        comparator=comparator,
        unit_vi="%",
        unit_en="%",
        scope_vi="nước",
        scope_en="countries",
        phrase_vi="đạt mức cao",
        phrase_en="at a high level",
        plan=Plan(base_year=2020),
        **bounds,
    )


@pytest.mark.parametrize(("comparator", "bounds", "vietnamese", "english"), CASES)
def test_every_comparator_has_its_words(
    comparator: str, bounds: dict[str, str], vietnamese: str, english: str
) -> None:
    target = _target(comparator, **bounds)
    assert phrase(target) == vietnamese
    with translation.override("en"):
        assert phrase(target) == english


def test_a_unit_in_words_stands_apart_from_its_number() -> None:
    assert phrase(Target(comparator=">=", minimum="5", unit_vi="tổ chức")) == "tối thiểu 5 tổ chức"


def test_a_rank_is_set_against_its_goal_in_words() -> None:
    assert against_goal(_target("rank_top", maximum="30"), "44", "30") == "hạng 44 (cần 30)"
    assert against_goal(_target(">", minimum="30"), "14.02", "30") == "14,02% → cần 30%"
    assert against_goal(_target(">", minimum="30"), None, "30") == ""
