"""The process that reads an Excel file, and the one that waits for it."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from faults.processes import children, command_line
from faults.product import ROOT, wait_until

_WAITS = """
import sys
from pathlib import Path
from core.tables.child import Limits, convert
limits = Limits(size=9, rows=9, columns=9, text=9, memory=1 << 30, seconds=60, output=1 << 20)
convert(Path(sys.argv[1]), Path(sys.argv[2]), limits)
"""


def test_a_reader_ends_with_whoever_waits_for_it(tmp_path: Path) -> None:
    never_ends, table = tmp_path / "book.xlsx", tmp_path / "rows.csv"
    os.mkfifo(never_ends)
    waiting = subprocess.Popen([sys.executable, "-c", _WAITS, never_ends, table], cwd=ROOT)
    wait_until(table.exists)
    [reader] = children(waiting.pid)
    waiting.kill()
    waiting.wait()
    try:
        wait_until(lambda: not command_line(reader))
    finally:
        with suppress(ProcessLookupError):
            os.kill(reader, signal.SIGKILL)
