"""Processes as the kernel tells of them: who is below whom, what they run, how much they held."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """Raises FileNotFoundError where the process has gone."""
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def family(pid: int) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    for child in children(pid):
        yield from family(child)


def command_line(pid: int) -> bytes:
    """Nothing where the process has gone, whether or not somebody has collected it."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def most_memory(pid: int) -> int:
    """Megabytes that the hungriest of the process and those below it has held at once."""
    return max(map(_peak, family(pid)))


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
