"""The page that a run writes: its goals are computed from what was found."""

from dataclasses import asdict
from typing import Any

import pytest

from bench import document, goals
from bench.measure import Ratio
from bench.pages.addresses import PAST
from bench.pages.costs import Cost
from bench.pages.live import Watched, spread
from bench.results import Results


def results(**found: Any) -> Results:
    one = {"day": "1 November 2026", "commit": "abc1234", "seconds": 12}
    named = {name.replace("_", " "): {**one, "found": what} for name, what in found.items()}
    return Results({"cores": 2}, named)


def cost(page: str, cold: float, **more: Any) -> dict[str, Any]:
    return asdict(Cost(page, is_file=False, cold=cold, ok=0.002, warm=0.002, bare=0.001, **more))


def costs(*found: dict[str, Any]) -> dict[str, Any]:
    return {"rows": {"Assignment": 63132}, "costs": list(found)}


NATION = costs(
    cost("/", 0.02, queries=12, kilobytes=150),
    cost(f"/{PAST}", 0.025, queries=13, kilobytes=150.5),
    cost("late/", 0.01),
    cost("list.csv", 9) | {"is_file": True},
)


def met(found: Results) -> dict[str, bool | None]:
    return {goal.wanted: goal.met for goal in goals.goals(found)}


def measured(found: Results, words: str) -> str:
    [goal] = [goal for goal in goals.goals(found) if words in goal.wanted]
    return goal.measured


def test_what_was_not_measured_is_said_to_be_not_measured() -> None:
    assert set(met(results()).values()) == {None}
    lines = document.page(results()).splitlines()
    assert len([line for line in lines if line.endswith("| not measured |")]) == len(met(results()))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cold ≤ 10 ×", "2 of 3 do; most: “/ of a past day” 12.5"),
        ("≤ 12 queries", "2 of 3 do; most: “/ of a past day” 13"),
        ("150 kB", "2 of 3 do; most: “/ of a past day” 150.5"),
        ("a past day", "0 of 1 do; most: “/ of a past day” 1.25"),
    ],
)
def test_the_pages_that_miss_a_goal_are_counted_and_named_and_files_are_left_out(
    words: str, found: str
) -> None:
    assert measured(results(pages_history=NATION), words) == found


def test_a_larger_country_is_compared_page_by_page_each_against_its_ok() -> None:
    larger = costs(cost("/", 0.052) | {"ok": 0.004}, cost("late/", 0.014))
    both = results(pages_history=NATION, pages_tenfold=larger)
    assert measured(both, "ten times") == "1 of 2 do; most: “late/” 1.40"


def test_live_answers_are_compared_with_the_quiet_ones_and_a_failed_one_is_no_success() -> None:
    found = Watched({}, {}, (0.01, 0.02), (0.02, 0.07), 900, 1, 50, 800, 0)
    live = results(live_history=asdict(found))
    assert measured(live, "p50") == "2.00 × (10 → 20 ms)"
    assert measured(live, "p95") == "3.50 × (20 → 70 ms)"
    assert [was for name, was in met(live).items() if was is not None] == [True, False, False]


def test_a_ratio_is_met_when_each_of_its_pairs_is() -> None:
    rows = [asdict(Ratio("a", "b", times, 1, 3, at_most=True)) for times in (2.5, 3.5)]
    paging = results(paging_history=rows)
    assert measured(paging, "at 1,000,000") == "2.50 ×, 3.50 ×"
    assert [was for was in met(paging).values() if was is not None] == [False]


def test_the_page_has_the_day_the_commit_and_a_section_of_each_part() -> None:
    text = document.page(results(pages_history=NATION, pages_tenfold=NATION))
    assert "63,132 Assignment. (1 November 2026, abc1234; took 12 s.)" in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## What it must show", "## The nation", "## Ten times the nation"]


def test_of_many_answers_the_middle_and_the_slow_end_are_told() -> None:
    assert spread([n / 100 for n in range(1, 101)]) == (0.505, 0.95)
