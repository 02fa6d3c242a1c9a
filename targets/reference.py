"""The 38 + 18 targets of ``fixtures/reference``."""

from datetime import date

from core.queue import recalculation
from core.tables.fixtures import Tally, columns, number, read_table, sync
from indicators.models import Indicator
from provinces.reference import areas_by_code, plans_by_number
from targets.models import Target

_WORDS = (
    *("unit_vi", "unit_en", "scope_vi", "scope_en"),
    *("phrase_vi", "phrase_en", "name_vi", "name_en"),
)
_COLUMNS = (
    "plan",
    "area",
    "indicator",
    "position",
    "clause",
    "horizon_on",
    "comparator",
    "minimum",
    "maximum",
    *_WORDS,
    "source",
    "source_url",
)


def load_targets() -> Tally:
    """Tolerances, baselines and milestones belong to the offices and are never touched."""
    plans, areas = plans_by_number(), areas_by_code()
    indicators = {item.code: item for item in Indicator.objects.all()}
    wanted = []
    for position, row in enumerate(read_table("reference/targets"), 1):
        target = Target(
            **columns(row, "code", "clause", "comparator", "source_url", *_WORDS),
            plan=plans[row["plan"]],
            area=areas[row["area"]],
            indicator=indicators[row["indicator"]] if row["indicator"] else None,
            position=position,
            horizon_on=date(int(row["horizon"]), 12, 31),
            minimum=number(row["min"]),
            maximum=number(row["max"]),
            tolerance=number(row["tolerance"]),
            source=row["source_title"],
        )
        wanted.append(target)
    tally = sync(wanted, key=["code"], update=_COLUMNS)
    if tally.changed:
        for plan in plans.values():
            ids = Target.objects.filter(plan=plan).values_list("pk", flat=True)
            recalculation.mark("target", ids, since=plan.issued_on)
    return tally
