"""On what it was measured; nothing that tells which machine it is."""

import os
import platform
from pathlib import Path

import django
from django.db import connection


def facts() -> dict[str, object]:
    return {"processor": _processor(), "cores": os.cpu_count(), "memory_gb": _memory()}


def versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "django": django.get_version(),
        connection.vendor: ".".join(map(str, connection.get_database_version())),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory() -> int:
    """In whole GB."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
