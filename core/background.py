"""Work that waits in tables and is done beside the web, so that no request waits for a broker.

Each floor registers, in its AppConfig.ready, how its own is worked off.
"""

from collections.abc import Callable

Work = Callable[[float], None]
"""Takes the seconds it may use; what is left is done when it is called again."""

_works: list[Work] = []


def register(work: Work) -> None:
    if work not in _works:
        _works.append(work)


def work_off(seconds: float) -> None:
    """Each floor's waiting work, for so many seconds each."""
    for work in _works:
        work(seconds)
