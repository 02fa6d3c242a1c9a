"""Runs the cases that are asked for and writes what they showed, and on what kind of machine."""

import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

from bench import intake, office, recalculation, sizes, writes
from bench.environment import ROOT
from bench.measure import Ratio, table
from bench.pages import written
from bench.pages.costs import costs
from bench.pages.live import watch
from bench.pages.paging import paging
from bench.pages.written import Measured


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
PERFORMANCE, PLANS = ROOT / "docs" / "performance.md", ROOT / "docs" / "explain.txt"
_PAGES = "pages"
_HEAD = """# How fast it is

`make bench` writes this page; nothing here is typed by hand. Every page and every GET of the API
is opened by the nation's coordinator, or by who else may. *Cold*: nothing of it is kept. *Warm*:
opened again. *ok*: a signed-in view that answers "ok", timed in turn with it. *SQL*: its statements
alone, without Django. *Quiet* and *live*: eight readers of gunicorn with worker and beat. ✗ stands
beside what misses its goal: cold ≤ 10 × ok, ≤ 12 queries, ≤ 150 kB, ≤ 1.3 × the smaller size; live
p50 ≤ 2 × and p95 ≤ 3 × quiet. Files have no goal. How the slowest statements are answered:
[explain.txt](explain.txt)."""
_CASES: Mapping[str, Callable[[], list[Ratio]]] = {
    "recalculation": lambda: [recalculation.everything()],
    "change": lambda: [recalculation.one_change()],
    "paging": paging,
    "reading": lambda: [writes.one_reading()],
    "report": lambda: [writes.one_report()],
    "bulk": intake.bulk,
}
_TITLES = {
    sizes.PROVINCE: "One province at work",
    sizes.HISTORY: "The nation",
    sizes.TENFOLD: "Ten times the nation",
}


@dataclass(frozen=True)
class Asked:
    """Of the pages: at which sizes, in how many rounds, and how long each time readers read."""

    sizes: Sequence[str]
    rounds: int
    seconds: float


def some(names: Sequence[str], asked: Asked) -> None:
    """Prints what these cases show. Raises KeyError for a name that is none."""
    cases = [_CASES[name] for name in names if name != _PAGES]
    rows = _set_up(asked, larger=bool(cases))
    for found in _measured(asked, rows) if _PAGES in names else ():
        print(f"\n## {found.title}\n\n{written.table(found)}")
    if cases:
        print(table([ratio for case in cases for ratio in case()]))


def everything(asked: Asked) -> None:
    """Prints what it writes down."""
    rows = _set_up(asked, larger=True)
    # First of all, while nothing was written to.
    found = list(_measured(asked, rows)) if connection.vendor == "postgresql" else []
    ratios = [ratio for case in _CASES.values() for ratio in case()]
    pieces, book = office.pieces(), office.large_book()
    parts = {
        "Ratios": table(ratios),
        "In one step": f"{office.table(pieces)}\n\nA large Excel file: {book}",
        **{size.title: written.table(size) for size in found},
    }
    text = f"{_machine()}\n\n" + "\n\n".join(f"## {name}\n\n{parts[name]}" for name in parts)
    print(text)
    if not found:
        return
    PERFORMANCE.write_text(f"{_HEAD}\n\n{text}\n")
    PLANS.write_text(written.plans(found[-1].costs))
    results = {
        "machine": facts(),
        "versions": versions(),
        "rows": rows,
        "ratios": [ratio.as_row() for ratio in ratios],
        "in_one_step": [asdict(piece) for piece in pieces],
        "large_excel_file": asdict(book),
    }
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


def _measured(asked: Asked, rows: sizes.Sizes) -> Iterator[Measured]:
    smaller: Mapping[str, float] = {}
    for size in asked.sizes:
        found = list(costs(size, asked.rounds))
        before = smaller if size == sizes.TENFOLD else {}
        yield Measured(_TITLES[size], rows[size], found, watch(size, asked.seconds), before)
        smaller = {cost.page: cost.cold for cost in found}


def _machine() -> str:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    known = {"commit": commit.stdout.strip(), **facts(), **versions()}
    named = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in known.items())
    return f"{datetime.now(UTC):%d %B %Y}: {named}."


def _set_up(asked: Asked, *, larger: bool) -> sizes.Sizes:
    settings.ROOT_URLCONF = "bench.urls"
    settings.R57_DRAIN_AFTER_COMMIT_SECONDS = 0.0  # A write and its recalculation are timed apart.
    needed = {*asked.sizes, sizes.HISTORY} if larger else set(asked.sizes)
    return sizes.build(next(size for size in reversed(sizes.SIZES) if size in needed))
