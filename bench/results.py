"""What was measured, part by part: one can be measured again, and the others stay."""

import json
import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.db import connection

from bench.environment import ROOT

_PATH = ROOT / "bench" / "results.json"

Facts = dict[str, Any]


@dataclass
class Results:
    """``parts``: what a part found, with the day, the commit and the seconds that it took."""

    machine: Facts = field(default_factory=dict)
    parts: dict[str, Facts] = field(default_factory=dict)

    def add(self, part: str, found: object, seconds: float) -> None:
        now = f"{datetime.now(UTC):%d %B %Y}"
        self.machine = machine()
        self.parts[part] = {
            "day": now,
            "commit": _commit(),
            "seconds": round(seconds),
            "found": found,
        }

    def found(self, part: str) -> Any:
        """None where it was not measured."""
        return self.parts.get(part, {}).get("found")

    def write(self) -> None:
        text = json.dumps({"machine": self.machine, "parts": self.parts}, ensure_ascii=False)
        _PATH.write_text(text + "\n")


def read() -> Results:
    return Results(**json.loads(_PATH.read_text())) if _PATH.exists() else Results()


def machine() -> Facts:
    """Memory in whole GB."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return {
        "processor": next(names, platform.machine()),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "python": platform.python_version(),
        "django": django.get_version(),
        connection.vendor: ".".join(map(str, connection.get_database_version())),
    }


@cache
def _commit() -> str:
    """Where the run began: what it writes changes the tree."""
    named = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(named, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
