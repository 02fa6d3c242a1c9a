"""A sheet of an Excel or OpenDocument file becomes CSV in a process that may be killed.

``convert`` starts ``program.py`` as a program of its own, without Django, and waits. The child has
limits of memory, processor time and output, so a hostile file harms nothing else.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OWN_LISTS = "Danh mục R57"
"""A hidden sheet of the forms that R57 makes: what their cells offer. Nobody is told of it."""
_PROGRAM = Path(__file__).with_name("program.py")
_LONGER = 5
"""Seconds of waiting for a second of processor time, since other processes need the processor."""


@dataclass(frozen=True)
class Limits:
    """What a file may cost. ``size``, ``memory`` and ``output`` in bytes (what is unpacked may not
    be more than ``output`` either), ``seconds`` of processor time, ``text`` in characters of a
    cell. ``parts`` and ``tags`` are those of the packed file; 0 tags: not counted."""

    size: int
    rows: int
    columns: int
    text: int
    memory: int
    seconds: int
    output: int
    parts: int = 200
    tags: int = 0
    tidy: bool = False


@dataclass(frozen=True)
class Looks:
    """What a sheet shows besides its texts; rows and columns count from 0.

    ``formulas`` are columns by row, ``typed`` those where a number is kept as text; ``merged`` are
    cells that are one, as first row, first column, last row, last column; ``bold`` and ``hidden``
    are rows; ``sheet`` is its name, ``others`` are those that were left, and whether each is
    hidden. Nothing is known of bold rows of .xls and .ods; ``is_bare``: nor, as of .xls, of what is
    hidden, a formula or in percent.
    """

    formulas: Mapping[int, Sequence[int]] = field(default_factory=dict)
    typed: Mapping[int, Sequence[int]] = field(default_factory=dict)
    merged: Sequence[Sequence[int]] = ()
    bold: Sequence[int] = ()
    hidden: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    others: Sequence[tuple[str, bool]] = ()
    sheet: str = ""
    is_bare: bool = False


class BadTableError(Exception):
    """Its argument is ``too_large``, ``too_many_rows``, ``too_many_columns``, ``text_too_long``,
    ``protected`` or ``damaged``."""


def convert(source: Path, target: Path, limits: Limits, sheet: str = "") -> Looks:
    """A sheet of ``source``, whose kind its suffix says, as CSV in ``target``.

    Raises BadTableError.
    """
    asked = json.dumps({**asdict(limits), "parent": os.getpid(), "sheet": sheet})
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the file is only its input
            [sys.executable, "-I", str(_PROGRAM), str(source), str(target), asked],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
            timeout=_LONGER * limits.seconds,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise BadTableError("too_large") from error
    answer: dict[str, Any] = json.loads(done.stdout)
    if "fault" in answer:
        raise BadTableError(answer["fault"])
    answer["others"] = [one for one in answer["others"] if one != [OWN_LISTS, True]]
    return Looks(**{**answer, "formulas": dict(answer["formulas"]), "typed": dict(answer["typed"])})
