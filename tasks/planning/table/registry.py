"""The acts by their kind; what a fan-out gave is taken back like what the table gave."""

from collections.abc import Mapping

from tasks.models import PlanAct
from tasks.planning.table.acts import Act
from tasks.planning.table.on_assignments import CancelAct, DueAct, PersonAct
from tasks.planning.table.on_tasks import GiveAct, GroupAct, TargetAct

ACTS: Mapping[str, type[Act]] = {
    PlanAct.Kind.FAN_OUT: GiveAct,
    **{act.kind: act for act in (GiveAct, DueAct, PersonAct, GroupAct, TargetAct, CancelAct)},
}
