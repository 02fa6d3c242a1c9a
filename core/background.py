"""Work that waits in tables and is done beside the web, so that no request waits for a broker.

Each floor registers, in its AppConfig.ready, how its own is worked off.
"""

from collections.abc import Callable

Work = Callable[[float], None]
"""Takes the seconds it may use; what is left is done when it is called again."""

_works: list[Work] = []
_rounds: list[Callable[[], None]] = []


def register(work: Work) -> None:
    if work not in _works:
        _works.append(work)


def work_off(seconds: float) -> None:
    """Each floor's waiting work, for so many seconds each."""
    for work in _works:
        work(seconds)


def register_round(job: Callable[[], None]) -> None:
    """What beat rings by its own schedule; without a broker the loop calls it every minute."""
    if job not in _rounds:
        _rounds.append(job)


def go_round() -> None:
    for job in _rounds:
        job()
