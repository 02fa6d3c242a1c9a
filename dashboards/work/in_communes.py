"""What a province's communes have done of each document: counted apart, never added to tasks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.text.language import in_language
from dashboards.sums import series
from dashboards.sums.counts import BreakdownRow, Compared, added, countable
from provinces.models import Area
from tasks.completion.counts import Counts
from tasks.states import State

Breakdown = Mapping[BreakdownRow, Compared]
_TONES = ("bad", "good", "done")


@dataclass(frozen=True)
class PhaseLine:
    number: int
    name: str
    done: int
    total: int


@dataclass(frozen=True)
class CommuneSection:
    """A document's assignments to communes: counted apart, never added to tasks."""

    plan_id: int
    number: str
    name: str
    is_illustrative: bool
    provenance: str
    counts: Compared
    communes: int
    finished: int
    with_overdue: int
    cells: tuple[str, ...]
    phases: tuple[PhaseLine, ...]


def commune_sections(
    breakdown: Breakdown, dues: Sequence[series.DueCount]
) -> tuple[CommuneSection, ...]:
    sections = []
    for plan, rows, plan_dues in by_plan(Area.Level.COMMUNE, breakdown, dues):
        phases: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
        for due in plan_dues:
            if due.state != State.CANCELLED:
                phases[due.phase_number, due.phase][0] += (
                    due.count if due.state == State.COMPLETED else 0
                )
                phases[due.phase_number, due.phase][1] += due.count
        communes = [counts.now for counts in rows.values()]
        sections.append(
            CommuneSection(
                plan_id=plan.plan_id,
                number=plan.plan_number,
                name=in_language(plan.plan_name_vi, plan.plan_name_en),
                is_illustrative=any(due.provenance == "illustrative" for due in plan_dues),
                provenance=plan.provenance,
                counts=added(rows.values()),
                communes=len(communes),
                finished=sum(counts.completed == countable(counts) for counts in communes),
                with_overdue=sum(counts.overdue > 0 for counts in communes),
                cells=tuple(sorted(map(_tone, communes), key=_TONES.index)),
                phases=tuple(PhaseLine(*key, *phases[key]) for key in sorted(phases) if key[0]),
            )
        )
    return tuple(sections)


def _tone(counts: Counts) -> str:
    """How a commune is drawn."""
    if counts.overdue:
        return "bad"
    return "done" if counts.completed == countable(counts) else "good"


def by_plan(
    level: Area.Level, breakdown: Breakdown, dues: Sequence[series.DueCount]
) -> Iterator[tuple[BreakdownRow, Breakdown, list[series.DueCount]]]:
    """Of each plan: a row that names it, the counts of areas of the level, and their deadlines."""
    plans: defaultdict[int, dict[BreakdownRow, Compared]] = defaultdict(dict)
    for row, counts in breakdown.items():
        if row.level == level:
            plans[row.plan_id][row] = counts
    for plan_id, rows in plans.items():
        plan_dues = [due for due in dues if due.plan_id == plan_id and due.level == level]
        yield next(iter(rows)), rows, plan_dues
