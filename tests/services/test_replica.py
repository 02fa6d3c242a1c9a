"""A real primary and a real streaming replica, in small: what `make faults` checks in full."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.product import ROOT

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def replicated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of servers of its own."""
    folder = tmp_path_factory.mktemp("replicated") / "services"
    script, where = str(ROOT / "bin/services"), str(folder)
    services = [script, "--directory", where, "--throwaway", "--replica"]
    subprocess.run([*services, "start"], check=True, capture_output=True)
    lines = Path(folder, "env").read_text().splitlines()
    yield dict(line.split("=", 1) for line in lines)
    subprocess.run([*services, "stop"], check=True, capture_output=True)


def finding(replicated: dict[str, str], *arguments: str) -> str:
    """The line it prints; it holds."""
    done = subprocess.run(
        [sys.executable, "-m", "faults", *arguments],
        cwd=ROOT,
        env=os.environ | replicated,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_who_saves_and_reads_again_sees_it_while_the_replica_is_behind(
    replicated: dict[str, str],
) -> None:
    assert "40 of 40 saved, 40 seen" in finding(replicated, "--only", "saved", "--tries", "40")


def test_no_page_fails_when_the_replica_is_killed(replicated: dict[str, str]) -> None:
    found = finding(replicated, "--only", "replica", "--kills", "2")
    assert ", 0 failed; " in found
    assert "/readyz said unreachable, at the end ok" in found
