"""The 38 + 18 targets of ``fixtures/reference``."""

from datetime import date

from core.queue import recalculation
from core.tables.fixtures import Row, Tally, number, read_table, sync
from indicators.models import Indicator
from provinces.reference import areas_by_code, plans_by_number
from targets.models import Target

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
    "unit_vi",
    "unit_en",
    "scope_vi",
    "scope_en",
    "phrase_vi",
    "phrase_en",
    "name_vi",
    "name_en",
    "source",
    "source_url",
)


def load_targets() -> Tally:
    """Tolerances, baselines and milestones belong to the offices and are never touched."""
    plans, areas = plans_by_number(), areas_by_code()
    indicators = {item.code: item for item in Indicator.objects.all()}
    wanted = []
    for position, row in enumerate(read_table("reference/targets"), 1):
        target = _target(row, position)
        target.plan, target.area = plans[row["plan"]], areas[row["area"]]
        target.indicator = indicators[row["indicator"]] if row["indicator"] else None
        wanted.append(target)
    tally = sync(wanted, key=["code"], update=_COLUMNS)
    if tally.changed:
        for plan in plans.values():
            ids = Target.objects.filter(plan=plan).values_list("pk", flat=True)
            recalculation.mark("target", ids, since=plan.issued_on)
    return tally


def _target(row: Row, position: int) -> Target:
    return Target(
        code=row["code"],
        position=position,
        clause=row["clause"],
        horizon_on=date(int(row["horizon"]), 12, 31),
        comparator=row["comparator"],
        minimum=number(row["min"]),
        maximum=number(row["max"]),
        tolerance=number(row["tolerance"]),
        unit_vi=row["unit_vi"],
        unit_en=row["unit_en"],
        scope_vi=row["scope_vi"],
        scope_en=row["scope_en"],
        phrase_vi=row["phrase_vi"],
        phrase_en=row["phrase_en"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        source=row["source_title"],
        source_url=row["source_url"],
    )
