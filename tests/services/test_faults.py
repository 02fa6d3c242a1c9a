"""What `make faults` checks, in small: nothing acknowledged is lost or doubled by kill -9, and
who dribbles holds up nobody."""

import os
import subprocess
import sys

import pytest

from faults.product import ROOT

pytestmark = pytest.mark.services
DRIBBLERS = "16 clients that dribble, on 8 threads"
PATIENCE = {"R57_BODY_SECONDS": "5"}


def findings(*arguments: str) -> list[str]:
    """The lines it prints; all of them hold."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "faults",
            "--readings",
            "60",
            "--kills",
            "2",
            "--megabytes",
            "1",
            "--rows",
            "2000",
            *arguments,
        ],
        cwd=ROOT,
        env=os.environ | PATIENCE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_killed_workers_and_servers_lose_and_double_nothing() -> None:
    worker, followed, server, interrupted, file, workbook, slow, closing = findings()
    assert "60 acknowledged, 60 stored, 0 lost, 0 doubled, 60 audited" in worker
    assert " 0 of " in worker.split(";")[-1]
    assert "60 readings stored, 60 came, 0 missed, 0 came again" in followed
    assert "60 acknowledged, 60 stored, 0 lost, 0 doubled, 60 audited, 60 keys" in server
    assert "; sent again: 1 row, " in interrupted
    assert interrupted.endswith("1 row and 1 answer left; sent again: 1 row, first answer")
    assert " 0 doubled" in file
    assert "done, 2000 rows, 2000 created, 2000 stored, 0 doubled" in workbook
    assert DRIBBLERS in slow
    assert "1 draft, 1 event of it; of 20 e-mails" in closing
    assert " 0 twice" in closing


def test_on_sqlite_a_killed_server_loses_and_doubles_nothing() -> None:
    server, slow = findings("--sqlite")
    assert "60 acknowledged, 60 stored, 0 lost, 0 doubled, 60 audited, 60 keys" in server
    assert DRIBBLERS in slow
