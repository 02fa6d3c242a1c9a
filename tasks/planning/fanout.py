"""One task given to all communes of a province, or to all provinces, in one step."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core.audit import trail
from core.errors import refuse
from core.models import User
from provinces.models import Agency, Area
from provinces.permissions import Permission, require
from tasks.models import Assignment, Task
from tasks.planning.assigning import check_days, give


@dataclass(frozen=True)
class FannedOut:
    """How many agencies got the task, how many had it already, and the areas without a body."""

    given: int
    had_it: int
    without_body: tuple[str, ...]


@transaction.atomic
def fan_out(
    task: Task, *, level: str, within: Area, assigned_on: date, due_on: date | None, by: User
) -> FannedOut:
    """Give the task to the first body of every area of that level in ``within``.

    Bodies that have it keep theirs. Six queries and one audit event, whatever the number. Raises
    PermissionDenied, and Refused: ``outside_plan``, ``due_too_early``, ``nothing_new``.
    """
    task = Task.objects.select_for_update(of=("self",)).select_related("plan__area").get(pk=task.pk)
    require(by, Permission.MANAGE_PLAN, task.plan)
    _check(task, within, assigned_on, due_on)
    areas = {a.pk: a for a in Area.objects.active().within(within).filter(level=level)}
    bodies = _bodies(within, level)
    had = set(Assignment.objects.filter(task=task).values_list("agency_id", flat=True))
    new = [(agency, area) for area, agency in bodies.items() if agency not in had]
    if not new:
        raise refuse("nothing_new", _("Every agency of this choice has the task already."))
    given = give(task, new, assigned_on=assigned_on, due_on=due_on)
    trail.record(
        "task.fan_out",
        task,
        by=by,
        after={
            "level": level,
            "within": within.code,
            "assigned_on": assigned_on.isoformat(),
            "due_on": due_on and due_on.isoformat(),
            "areas": sorted(areas[row.area_id].code for row in given),
        },
    )
    missing = sorted(
        (area for pk, area in areas.items() if pk not in bodies), key=lambda area: area.name_key
    )
    return FannedOut(
        len(given), len(bodies) - len(given), tuple(area.short_name for area in missing)
    )


def _check(task: Task, within: Area, assigned_on: date, due_on: date | None) -> None:
    if not within.path.startswith(task.plan.area.path):
        detail = _("The document gives work in %(area)s only.")
        raise refuse("outside_plan", detail % {"area": task.plan.area.name}, "/within")
    check_days(assigned_on, due_on)


def _bodies(within: Area, level: str) -> dict[int, int]:
    """Area → the body that answers for it: one that stands under no other body of that area, the
    first in protocol order. Merged bodies get no new work."""
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
