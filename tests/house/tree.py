"""What the house's tests read: the files of the project as git tracks them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FLOORS = (
    "core",
    "provinces",
    "indicators",
    "targets",
    "tasks",
    "reports",
    "dashboards",
    "r57",
)


@cache
def tracked(*patterns: str) -> list[Path]:
    command = ["git", "ls-files", "-z", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def read(name: str) -> str:
    return (ROOT / name).read_text()
