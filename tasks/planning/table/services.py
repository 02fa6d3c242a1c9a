"""An act of the table is done as it was told, or told anew; the last one can be taken back."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import refuse
from core.models import User
from provinces.models import Plan
from provinces.permissions import Permission, require
from tasks.models import PlanAct
from tasks.planning.at_once import UNDO_WITHIN, check_in_time, check_seen, close, keep_act
from tasks.planning.table.acts import Act
from tasks.planning.table.later import later_facts
from tasks.planning.table.registry import ACTS
from tasks.planning.table.rows import TableQuery, select
from tasks.reporting.checks import CONFLICT


@transaction.atomic
def do_act(
    plan: Plan,
    act: Act,
    *,
    asked: TableQuery,
    ticked: Collection[int] | None,
    seen: str,
    by: User,
) -> PlanAct:
    """Do it to the ticked rows, or to all that match where ``ticked`` is None.

    ``seen`` is the stamp of what was told. One transaction, one audit event, a few queries whatever
    the number. Raises PermissionDenied, and Refused: ``nothing_to_do``, ``changed_meanwhile``
    (409), or what the act finds wrong.
    """
    require(by, Permission.MANAGE_PLAN, plan)
    plan = _locked(plan)
    chosen = select(plan, asked, ticked, lock=True)
    weighed = act.weigh(chosen)
    check_seen(weighed.told, seen)
    if not weighed.changes:
        raise refuse("nothing_to_do", _("There is nothing to change in these rows."))
    moved = act.do(chosen, weighed, by=by)
    done = keep_act(plan, act.kind, count=weighed.count, moved=moved, by=by)
    after = {
        "kind": done.kind,
        "count": done.count,
        "passed_over": weighed.passed_over,
        "tasks": [task.number for task in chosen.tasks],
        **act.facts(),
    }
    trail.record("plan.act", plan, by=by, after=after)
    return done


def last_act(plan: Plan) -> PlanAct | None:
    """The newest that was not taken back, while it may be; what came before it stays."""
    rows = PlanAct.objects.filter(plan=plan, taken_back_at=None, at__gte=clock.now() - UNDO_WITHIN)
    return rows.select_related("by").order_by("-at", "-pk").first()


@transaction.atomic
def take_back(done: PlanAct, *, by: User) -> PlanAct:
    """Undo all of it, in one audit event; nothing of the history is removed.

    Raises PermissionDenied, and Refused (409): ``taken_back``, ``too_late``, ``not_last``,
    ``built_on`` once something else happened to one of its rows.
    """
    require(by, Permission.MANAGE_PLAN, done.plan)
    plan = _locked(done.plan)
    done = PlanAct.objects.select_related("plan").get(pk=done.pk)
    check_in_time(done)
    if last_act(plan) != done:
        detail = _("Something newer was done in this document; take that back first.")
        raise refuse("not_last", detail, status=CONFLICT)
    if later_facts(done):
        detail = _("Something was built on it since, so it stays.")
        raise refuse("built_on", detail, status=CONFLICT)
    ACTS[done.kind].take_back(done, by)
    close(done)
    trail.record("plan.take_back", plan, by=by, before={"kind": done.kind, "count": done.count})
    return done


def _locked(plan: Plan) -> Plan:
    """One act at a time in a document; whoever adds or changes a task waits here too."""
    return Plan.objects.select_for_update(of=("self",)).select_related("area").get(pk=plan.pk)
