"""Is a new figure far from the last ones? It may be right: people are asked, nothing is refused.

Pure.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

USUAL = 3
"""A step is unusual when it is longer than so many times the longest step before it."""
_ENOUGH_STEPS = 2
_FEW = Decimal(2)


def is_jump(earlier: Sequence[Decimal], new: Decimal) -> bool:
    """``earlier``: the figures before it, oldest first, of one base and one length of period.

    With three or more of them the last step is held against the steps before; a series that never
    moved, or a shorter one, against twice and half its last figure. Nothing to compare with: False.
    """
    if not earlier:
        return False
    last = earlier[-1]
    steps = [abs(b - a) for a, b in pairwise(earlier)]
    if len(steps) >= _ENOUGH_STEPS and max(steps):
        return abs(new - last) > USUAL * max(steps)
    if last == 0:
        return False
    return not abs(last) / _FEW <= new * (1 if last > 0 else -1) <= abs(last) * _FEW
