"""One task for every unit of a kind: told, then given in one step."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core.audit import trail
from core.errors import refuse
from core.models import User
from core.web.editing import digest
from provinces.models import Agency, Area
from provinces.permissions import Permission, require
from tasks.models import Assignment, PlanAct, Task
from tasks.planning.assigning import check_days, give
from tasks.planning.at_once import check_seen, keep_act


@dataclass(frozen=True)
class FannedOut:
    """How many agencies get the task, how many have it already or are left out, and the areas
    without an agency."""

    given: int
    had_it: int
    without_body: tuple[str, ...]
    left_out: int = 0


@dataclass(frozen=True)
class FanOut:
    """What a fan-out would do; ``new`` are pairs of (agency, its area)."""

    new: list[tuple[int, int]]
    result: FannedOut

    @property
    def told(self) -> Any:
        return [self.new, self.result.had_it]

    @property
    def stamp(self) -> str:
        return digest(self.told)


def weigh_fan_out(
    task: Task, *, level: str, within: Area, leave_out: Collection[int] = ()
) -> FanOut:
    """Three SQL queries, whatever the number. ``leave_out``: agencies, by their row numbers.

    Raises Refused: ``outside_plan``.
    """
    if not within.path.startswith(task.plan.area.path):
        detail = _("The document gives work in %(area)s only.")
        raise refuse("outside_plan", detail % {"area": task.plan.area.name}, "/within")
    areas = Area.objects.active().within(within).filter(level=level).order_by("name_key")
    bodies, skip = answerable(within, level), set(leave_out)
    had = set(Assignment.objects.filter(task=task).values_list("agency_id", flat=True))
    free = [(agency, area) for area, agency in bodies.items() if agency not in had]
    new = [(agency, area) for agency, area in free if agency not in skip]
    missing = [area.short_name for area in areas if area.pk not in bodies]
    result = FannedOut(
        len(new), len(bodies) - len(free), tuple(missing), left_out=len(free) - len(new)
    )
    return FanOut(new, result)


@transaction.atomic
def fan_out(
    task: Task,
    *,
    level: str,
    within: Area,
    assigned_on: date,
    due_on: date | None,
    by: User,
    leave_out: Collection[int] = (),
    seen: str | None = None,
) -> FannedOut:
    """Give the task to the answerable agency of every area of that level in ``within``.

    Whoever has it keeps it. ``seen`` is the stamp of what was told to whoever confirmed it. A few
    queries and one audit event, whatever the number; ``tasks.planning.table`` takes it back. Raises
    PermissionDenied, and Refused: ``outside_plan``, ``due_too_early``, ``nothing_new``,
    ``changed_meanwhile`` (409).
    """
    task = Task.objects.select_for_update(of=("self",)).select_related("plan__area").get(pk=task.pk)
    require(by, Permission.MANAGE_PLAN, task.plan)
    fan = weigh_fan_out(task, level=level, within=within, leave_out=leave_out)
    check_days(assigned_on, due_on)
    if seen is not None:
        check_seen(fan.told, seen)
    if not fan.new:
        raise refuse("nothing_new", _("Every agency of this choice has the task already."))
    given = give(task, fan.new, assigned_on=assigned_on, due_on=due_on)
    moved = {"given": [row.pk for row in given]}
    keep_act(task.plan, PlanAct.Kind.FAN_OUT, count=len(given), moved=moved, by=by)
    areas = Area.objects.filter(pk__in=[area for _agency, area in fan.new])
    trail.record(
        "task.fan_out",
        task,
        by=by,
        after={
            "level": level,
            "within": within.code,
            "assigned_on": assigned_on.isoformat(),
            "due_on": due_on and due_on.isoformat(),
            "areas": sorted(areas.values_list("code", flat=True)),
        },
    )
    return fan.result


def answerable(within: Area, level: str) -> dict[int, int]:
    """Area → the agency that answers for it: under no other agency of that area, and the first of
    those in protocol order. Merged agencies get no new work."""
    rows = Agency.objects.within(within).filter(
        Q(parent=None) | ~Q(parent__area=F("area")),
        area__level=level,
        area__is_active=True,
        successor=None,
    )
    found: dict[int, int] = {}
    for area, agency in rows.order_by("protocol_order", "pk").values_list("area_id", "pk"):
        found.setdefault(area, agency)
    return found
