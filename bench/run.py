"""Runs the cases that are asked for and writes what they showed, and on what kind of machine."""

import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

from bench import intake, office, pages, recalculation, sizes, writes
from bench.measure import Ratio, table


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


RESULTS = Path(__file__).parent / "results.json"
_CASES: Mapping[str, Callable[[], list[Ratio]]] = {
    "recalculation": lambda: [recalculation.everything()],
    "change": lambda: [recalculation.one_change()],
    "cached": pages.cached,
    "growth": pages.growth,
    "paging": pages.paging,
    "reading": lambda: [writes.one_reading()],
    "report": lambda: [writes.one_report()],
    "bulk": intake.bulk,
}


def some(names: Iterable[str]) -> None:
    """Prints the ratios of these cases. Raises KeyError for a name that is none."""
    cases = [_CASES[name] for name in names]
    _set_up()
    print(table([ratio for case in cases for ratio in case()]))


def everything() -> dict[str, object]:
    """Prints the tables; returns all that was found, ready for JSON."""
    rows = _set_up()
    ratios = [ratio for case in _CASES.values() for ratio in case()]
    costs, pieces, book = pages.costs(), office.pieces(), office.large_book()
    print(table(ratios))
    print(f"\nNot cached, for information:\n\n{pages.table(costs)}")
    print(f"\nIn one step, for information:\n\n{office.table(pieces)}")
    print(f"\nA large Excel file, for information: {book}")
    return {
        "machine": facts(),
        "versions": versions(),
        "rows": rows,
        "ratios": [ratio.as_row() for ratio in ratios],
        "not_cached": [asdict(page) for page in costs],
        "in_one_step": [asdict(piece) for piece in pieces],
        "large_excel_file": asdict(book),
    }


def write_down(found: dict[str, object]) -> None:
    RESULTS.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def _set_up() -> sizes.Sizes:
    settings.ROOT_URLCONF = "bench.urls"
    settings.R57_DRAIN_AFTER_COMMIT_SECONDS = 0.0  # A write and its recalculation are timed apart.
    return sizes.build()
