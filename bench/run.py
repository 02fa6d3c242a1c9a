"""Everything that is measured, in its order, and what is written down of it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from bench import intake, machine, office, pages, recalculation, sizes, writes
from bench.measure import Ratio, table

RESULTS = Path(__file__).parent / "results.json"
_CASES: Mapping[str, Callable[[], list[Ratio]]] = {
    "recalculation": lambda: [recalculation.everything()],
    "change": lambda: [recalculation.one_change()],
    "cached": pages.cached,
    "growth": pages.growth,
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
    costs, pieces = pages.costs(), office.pieces()
    print(table(ratios))
    print(f"\nNot cached, for information:\n\n{pages.table(costs)}")
    print(f"\nIn one step, for information:\n\n{office.table(pieces)}")
    return {
        "machine": machine.facts(),
        "versions": machine.versions(),
        "rows": rows,
        "ratios": [ratio.as_row() for ratio in ratios],
        "not_cached": [asdict(page) for page in costs],
        "in_one_step": [asdict(piece) for piece in pieces],
    }


def write_down(found: dict[str, object]) -> None:
    RESULTS.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def _set_up() -> sizes.Sizes:
    settings.ROOT_URLCONF = "bench.urls"
    settings.R57_DRAIN_AFTER_COMMIT_SECONDS = 0.0  # A write and its recalculation are timed apart.
    return sizes.build()
