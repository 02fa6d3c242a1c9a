"""Obstacles: those who report open them, the standing agency resolves them."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from provinces.models import Area
from provinces.permissions import Permission, require
from tasks.models import Assignment, Obstacle, ObstacleCategory
from tasks.reporting.checks import CONFLICT


@transaction.atomic
def open_obstacle(
    *,
    by: User,
    category: str,
    text: str,
    assignment: Assignment | None = None,
    area: Area | None = None,
) -> Obstacle:
    """Open an obstacle of an assignment, or of an area as a whole, as of today.

    Raises PermissionDenied, and Refused with the faults of category and text. One of
    ``assignment`` and ``area`` must be given.
    """
    if assignment:
        require(by, Permission.REPORT_STATUS, assignment)
        area = assignment.area
    else:
        require(by, Permission.MANAGE_OBSTACLES, area)
    faults = []
    if category not in ObstacleCategory.values:
        faults.append(Fault("unknown_category", _("Choose one of the categories."), "/category"))
    if not text.strip():
        faults.append(Fault("text_missing", _("Describe the obstacle in words."), "/text"))
    if faults or area is None:
        raise Refused(faults)
    obstacle = Obstacle.objects.create(
        area=area,
        assignment=assignment,
        category=category,
        text_vi=text.strip(),
        opened_on=clock.today(),
        opened_by=by,
    )
    trail.record(
        "obstacle.open",
        obstacle,
        by=by,
        after={
            "assignment": assignment.pk if assignment else None,
            "area": area.code,
            "category": category,
            "text": obstacle.text_vi,
        },
    )
    return obstacle


@transaction.atomic
def resolve_obstacle(obstacle: Obstacle, *, by: User, resolution: str) -> Obstacle:
    """Close the obstacle as of today; ``resolution`` says how it was removed.

    Raises PermissionDenied, and Refused: ``already_resolved`` (409), ``resolution_missing``.
    """
    obstacle = Obstacle.objects.select_for_update(of=("self",)).get(pk=obstacle.pk)
    require(by, Permission.MANAGE_OBSTACLES, obstacle)
    if obstacle.resolved_on:
        raise refuse("already_resolved", _("This obstacle is resolved already."), status=CONFLICT)
    if not resolution.strip():
        raise refuse("resolution_missing", _("Say how it was resolved."), "/resolution")
    obstacle.resolved_on, obstacle.resolution = clock.today(), resolution.strip()
    obstacle.save(update_fields=["resolved_on", "resolution"])
    trail.record("obstacle.resolve", obstacle, by=by, after={"resolution": obstacle.resolution})
    return obstacle
