"""An Excel file becomes CSV in a process that may be killed; this side only waits."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("child.py")
_LONGER = 5

UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Limits:
    """``memory`` and ``output`` in bytes, ``seconds`` of processor time, ``text`` in characters of
    a cell. ``tidy``: see ``child``."""

    rows: int
    columns: int
    text: int
    memory: int
    seconds: int
    output: int
    tidy: bool = False


@dataclass(frozen=True)
class Converted:
    """``fault`` is "", ``too_large``, ``too_many_rows``, ``too_many_columns``, ``text_too_long``
    or ``unreadable``; ``formulas`` are the (row, column) that held one."""

    fault: str = ""
    formulas: frozenset[tuple[int, int]] = frozenset()


def convert(source: Path, target: Path, limits: Limits) -> Converted:
    """The first sheet of ``source`` as CSV in ``target``."""
    asked = json.dumps({**asdict(limits), "parent": os.getpid()})
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the file is only its input
            [sys.executable, "-I", str(_CHILD), str(source), str(target), asked],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=_LONGER * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Converted("too_large")
    if done.returncode:
        return Converted("too_large")
    answer: dict[str, Any] = json.loads(done.stdout)
    formulas = frozenset((row, column) for row, column in answer.get("formulas", []))
    return Converted(answer.get("fault", ""), formulas)
