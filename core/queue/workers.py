"""Work that waits in tables and is done beside the web, so that no request waits for a broker.

Each floor registers, in its AppConfig.ready, how its own is worked off.
"""

import mmap
import time
from collections.abc import Callable

Work = Callable[[float], None]
"""Takes the seconds it may use; what is left is done when it is called again."""

_works: list[Work] = []
_rounds: list[Callable[[], None]] = []
_told_to_end = mmap.mmap(-1, 1)  # One byte, which processes that are forked from this one share.


def register(work: Work) -> None:
    if work not in _works:
        _works.append(work)


def work_off(seconds: float) -> None:
    """Each floor's waiting work, for so many seconds each."""
    for work in _works:
        work(seconds)


def tell_to_end() -> None:
    """This process and its children: what they are at they finish, and begin nothing more."""
    _told_to_end[0] = 1


def is_over(ends: float) -> bool:
    """Is it so late by the monotonic clock, or are we told to end?"""
    return bool(_told_to_end[0]) or time.monotonic() >= ends


def register_round(job: Callable[[], None]) -> None:
    """What beat rings by its own schedule; without a broker the loop calls it every minute."""
    if job not in _rounds:
        _rounds.append(job)


def go_round() -> None:
    for job in _rounds:
        job()
