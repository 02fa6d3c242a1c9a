"""Is a new figure far from the last ones? It may be right, so it is asked about, never refused.

Pure.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

USUAL = 3
"""A step is unusual if it is longer than so many times the longest earlier one."""
_ENOUGH_STEPS = 2
_FEW = Decimal(2)


def is_jump(earlier: Sequence[Decimal], new: Decimal) -> bool:
    """``earlier``: the figures before it, oldest first, of one base and one length of period.

    With three or more of them the new step is compared with the longest earlier one. In a shorter
    series, or one that never moved, the figure is compared with half and twice the last one. With
    nothing to compare the answer is False.
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
