"""The arithmetic of the benchmark: a ratio says which way is good."""

import json
import time
from dataclasses import asdict

import pytest

from bench.measure import Ratio, Work, medians, side_by_side, table


def ratio(subject: float, yardstick: float, goal: float, *, at_most: bool) -> Ratio:
    return Ratio("a page", "a view", subject, yardstick, goal, at_most)


@pytest.mark.parametrize(
    ("subject", "found", "reached"), [(0.29, 2.9, True), (0.3, 3.0, True), (0.31, 3.1, False)]
)
def test_a_cost_is_the_subject_over_the_yardstick_and_at_most_the_goal(
    subject: float, found: float, reached: bool
) -> None:
    cost = ratio(subject, 0.1, 3, at_most=True)
    assert cost.ratio == pytest.approx(found)
    assert cost.reached is reached


@pytest.mark.parametrize(
    ("subject", "found", "reached"), [(0.2, 0.5, True), (0.25, 0.4, True), (0.4, 0.25, False)]
)
def test_a_throughput_is_the_yardstick_over_the_subject_and_at_least_the_goal(
    subject: float, found: float, reached: bool
) -> None:
    throughput = ratio(subject, 0.1, 0.4, at_most=False)
    assert throughput.ratio == pytest.approx(found)
    assert throughput.reached is reached


def test_a_ratio_is_the_same_after_it_was_written_down() -> None:
    one = ratio(0.3, 0.2, 3, at_most=True)
    row = asdict(one)
    assert (row["subject_seconds"], row["yardstick_seconds"]) == (0.3, 0.2)
    again = Ratio(**json.loads(json.dumps(row)))
    assert again == one
    assert again.ratio == pytest.approx(1.5)
    assert again.reached


def test_the_table_marks_what_misses_its_goal() -> None:
    lines = table([ratio(0.4, 0.1, 3, at_most=True), ratio(0.2, 0.1, 0.3, at_most=False)])
    assert "| a page | a view | 400.00 | 100.00 | 4.00 ✗ | ≤ 3 |" in lines
    assert "| a page | a view | 200.00 | 100.00 | 0.50 | ≥ 0.3 |" in lines


class Clock:
    """Moves only when work is done."""

    def __init__(self) -> None:
        self.now, self.done = 0.0, ""

    def read(self) -> float:
        return self.now

    def work(self, name: str, *seconds: float) -> Work:
        """Takes these seconds turn by turn; getting ready takes a hundred."""
        turns = iter(seconds)

        def run() -> None:
            self.done += name
            self.now += next(turns)

        def prepare() -> None:
            self.now += 100

        return Work(name, run, prepare)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock.read)
    return clock


def test_turns_alternate_and_neither_warming_up_nor_preparing_counts(clock: Clock) -> None:
    found = side_by_side(
        clock.work("a", 50, 1, 9, 2), clock.work("b", 70, 4, 3, 8), rounds=3, goal=1
    )
    assert (found.subject_seconds, found.yardstick_seconds) == (2, 4)
    assert clock.done == "abababab"


def test_of_many_things_each_has_its_median(clock: Clock) -> None:
    works = [clock.work(name, 50, 3, 1, 2) for name in "abc"]
    assert medians(works, rounds=3) == [2, 2, 2]
    assert clock.done == "abcabcabcabc"
