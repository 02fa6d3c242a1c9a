"""A figure far from the last ones is told apart from a usual one."""

from decimal import Decimal

import pytest

from indicators.recording.distance import is_jump


@pytest.mark.parametrize(
    ("earlier", "new", "jumps"),
    [
        ([], "5", False),
        (["14"], "14.5", False),
        (["14"], "0.14", True),
        (["14"], "1402", True),
        (["14"], "-14", True),
        (["-4"], "-5", False),
        (["0"], "5", False),
        (["10", "12", "13"], "18", False),
        (["10", "12", "13"], "19.1", True),
        (["10", "12", "13"], "7", False),
        (["10", "12", "13"], "6.9", True),
        (["5", "5", "5"], "9", False),
        (["5", "5", "5"], "11", True),
    ],
)
def test_a_jump_is_measured_by_the_steps_before(earlier: list[str], new: str, jumps: bool) -> None:
    assert is_jump([Decimal(item) for item in earlier], Decimal(new)) is jumps
