"""Work that waits in tables and is done outside of requests.

Each floor registers in its AppConfig.ready how its own is worked off.
"""

import mmap
import time
from collections.abc import Callable

Work = Callable[[float], None]
"""Takes the seconds it may use; the next call goes on with what is left."""

_works: list[Work] = []
_rounds: list[Callable[[], None]] = []
_told_to_end = mmap.mmap(-1, 1)  # One byte, shared with forked processes.


def register(work: Work) -> None:
    if work not in _works:
        _works.append(work)


def work_off(seconds: float) -> None:
    """Each floor's waiting work, for so many seconds each."""
    for work in _works:
        work(seconds)


def tell_to_end() -> None:
    """This process and its children finish what they do and begin nothing more."""
    _told_to_end[0] = 1


def is_over(ends: float) -> bool:
    """Has the monotonic clock reached ``ends``, or were we told to end?"""
    return bool(_told_to_end[0]) or time.monotonic() >= ends


def register_round(job: Callable[[], None]) -> None:
    """A job that beat calls by its schedule; without a broker the loop calls it every minute."""
    if job not in _rounds:
        _rounds.append(job)


def go_round() -> None:
    for job in _rounds:
        job()
