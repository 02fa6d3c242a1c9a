"""Two frozen reports of a document and an area, row by row as each was stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.text.language import numeral
from reports.content.figures import FOLDS, LEVELS, Moved, compare, counts_in
from reports.content.report import rows_in
from reports.models import FrozenReport


@dataclass(frozen=True)
class Comparison:
    """``completed``, ``late``, ``came``, ``went``, ``otherwise``: each row that moved is in one."""

    earlier: FrozenReport
    later: FrozenReport
    completed: tuple[Moved, ...]
    late: tuple[Moved, ...]
    came: tuple[Moved, ...]
    went: tuple[Moved, ...]
    otherwise: tuple[Moved, ...]

    def __len__(self) -> int:
        return sum(map(len, (self.completed, self.late, self.came, self.went, self.otherwise)))

    def folds(self) -> Iterator[tuple[str, str, int, int, str]]:
        """Level, figure, what it was, what it is, and by how much it changed."""
        for level in LEVELS:
            was, now = (
                counts_in(report.figures["figures"], f"{level}.")
                for report in (self.earlier, self.later)
            )
            if was.total or now.total:
                for fold in ("total", "completed", "on_schedule", "overdue"):
                    before, after = getattr(was, fold), getattr(now, fold)
                    change = numeral(Decimal(after - before))
                    yield level, fold, before, after, "+" * (after > before) + change


def between(one: FrozenReport, other: FrozenReport) -> Comparison:
    """From the one of the earlier day to the later; of one day, from version to version."""
    earlier, later = sorted((one, other), key=lambda report: (report.as_of, report.version))
    parts: dict[str, list[Moved]] = {
        name: [] for name in ("completed", "late", "came", "went", "otherwise")
    }
    for moved in compare(rows_in(earlier), rows_in(later)):
        was, now = FOLDS.get(moved.was), FOLDS.get(moved.now)
        if not moved.was:
            part = "came"
        elif not moved.now:
            part = "went"
        elif now == "completed" != was:
            part = "completed"
        elif now == "overdue" != was:
            part = "late"
        else:
            part = "otherwise"
        parts[part].append(moved)
    return Comparison(earlier, later, **{name: tuple(rows) for name, rows in parts.items()})
