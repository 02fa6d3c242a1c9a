"""Writes the sums of ``Completion`` that pages ask for: a sum is the sum of its cells on every day.

One statement does it, for one change and for everything.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, QuerySet, When

from core.calendar import clock
from provinces.models import Area
from tasks.completion.inputs import CountCell
from tasks.models import CommuneSum, Completion, ProvinceSum
from tasks.models.completion import COUNTS

_COMMUNE = Area.Level.COMMUNE
_PROVINCE_KEYS = {
    "plan_id": F("plan"),
    # Communes keep their province when they are merged.
    "area_id": Case(When(area__level=_COMMUNE, then=F("area__parent")), default=F("area")),
    "of_communes": ExpressionWrapper(Q(area__level=_COMMUNE), output_field=BooleanField()),
    "group_id": F("group"),
}
_COMMUNE_KEYS = {"plan_id": F("plan"), "area_id": F("area")}

_LINE = ", ".join
# Each cell adds its counts on its first day and takes them back on the day it ends. Added up over
# the days these are the counts of the sum; a day on which nothing changes begins no row.
_INSERT = f"""
INSERT INTO {{table}} ({{keys}}, day, until, {_LINE(COUNTS)}, computed_at)
WITH cells ({{keys}}, day, until, {_LINE(COUNTS)}) AS ({{cells}}), changes AS (
    SELECT {{keys}}, day, {_LINE(COUNTS)} FROM cells
    UNION ALL
    SELECT {{keys}}, until, {_LINE(f"-{name}" for name in COUNTS)} FROM cells
    WHERE until < '{date.max}'
), steps AS (
    SELECT {{keys}}, day, {_LINE(f"sum({name}) AS {name}" for name in COUNTS)}
    FROM changes GROUP BY {{keys}}, day
    HAVING {" OR ".join(f"sum({name}) <> 0" for name in COUNTS)}
)
SELECT {{keys}}, day, lead(day, 1, '{date.max}') OVER days,
    {_LINE(f"sum({name}) OVER days" for name in COUNTS)}, %s
FROM steps WINDOW days AS (PARTITION BY {{keys}} ORDER BY day)
"""  # noqa: S608 - Only names of our own.


def rewrite(cells: Collection[CountCell]) -> None:
    """The sums to which these cells belong, and perhaps others of their groups and provinces."""
    plans, groups = {cell.plan for cell in cells}, {cell.group for cell in cells}
    places = Area.objects.filter(pk__in={cell.area for cell in cells})
    known = list(places.values_list("pk", "parent", "level"))
    communes = {pk for pk, _parent, level in known if level == _COMMUNE}
    tops = {parent if level == _COMMUNE else pk for pk, parent, level in known}
    within = Area.objects.filter(Q(pk__in=tops) | Q(parent__in=tops, level=_COMMUNE))
    _replace(
        ProvinceSum.objects.filter(group__in=groups, area__in=tops),
        Completion.objects.filter(group__in=groups, area__in=within.order_by().values("pk")),
        _PROVINCE_KEYS,
    )
    if communes:
        _replace(
            CommuneSum.objects.filter(plan__in=plans, area__in=communes),
            Completion.objects.filter(plan__in=plans, area__in=communes),
            _COMMUNE_KEYS,
        )


def rewrite_plan(plan_id: int) -> int:
    """All sums of a document; returns how many rows there are now."""
    cells = Completion.objects.filter(plan=plan_id)
    of_communes = cells.filter(area__level=_COMMUNE)
    return _replace(ProvinceSum.objects.filter(plan=plan_id), cells, _PROVINCE_KEYS) + _replace(
        CommuneSum.objects.filter(plan=plan_id), of_communes, _COMMUNE_KEYS
    )


def _replace(old: QuerySet[Any], cells: QuerySet[Completion], keys: dict[str, Any]) -> int:
    old.delete()
    chosen = cells.order_by().values_list(*keys.values(), "day", "until", *COUNTS)
    selection, values = chosen.query.sql_with_params()
    table = old.model._meta.db_table
    statement = _INSERT.format(table=table, keys=_LINE(keys), cells=selection)
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, now])
        return int(cursor.rowcount)
