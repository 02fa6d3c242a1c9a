"""Shorthand for tests of the coordinator's table."""

from collections.abc import Collection
from datetime import date
from typing import Any

from core.models import User
from provinces.models import Agency, Plan
from tasks.models import PlanAct, Task
from tasks.planning.table.acts import Act, Weighed
from tasks.planning.table.on_tasks import GiveAct
from tasks.planning.table.rows import read_table_query, select
from tasks.planning.table.services import do_act
from tests.factories import TaskFactory
from tests.tasks.conftest import Cast

DAY, DUE = date(2025, 7, 1), date(2025, 12, 31)


def tasks(cast: Cast, count: int, **given: Any) -> list[Task]:
    """Tasks of one group of the cast's document that nobody has."""
    group = cast.assignment.task.group
    return TaskFactory.create_batch(count, plan=cast.plan, group=group, **given)


def giving(*agencies: Agency, **given: Any) -> GiveAct:
    fields: dict[str, Any] = {"assigned_on": DAY, "due_on": None, **given}
    return GiveAct(agencies=agencies, **fields)


def weigh(plan: Plan, act: Act, ticked: Collection[int] | None = None, **query: str) -> Weighed:
    return act.weigh(select(plan, read_table_query(query, plan), ticked))


def do(
    plan: Plan, act: Act, by: User, ticked: Collection[int] | None = None, **query: str
) -> PlanAct:
    """What was told is done, to all that match or to the ticked rows."""
    asked = read_table_query(query, plan)
    seen = act.weigh(select(plan, asked, ticked)).stamp
    return do_act(plan, act, asked=asked, ticked=ticked, seen=seen, by=by)
