"""Who may do what to assignments, reports, requests and obstacles."""

from core.models import ApiClient, User
from provinces.models import Area, Plan, PlanScope
from provinces.permissions import NATION_PATH, Caller, Permission, grants, holds, register
from provinces.roles import AGENCY_ROLES, MANAGERS, REVIEWERS, Role
from tasks.models import Assignment, Obstacle


def may_report(caller: Caller, assignment: Assignment) -> bool:
    """The lead agency's people or those of an agency above it, the area's coordinators, and systems
    whose scope names the document and reaches the area."""
    if isinstance(caller, ApiClient):
        return _is_named(caller, assignment.task.plan, assignment.area, write=True)
    return holds(caller, AGENCY_ROLES, assignment.agency) or holds(
        caller, MANAGERS, assignment.area
    )


def may_follow(caller: Caller, plan: Plan, area: Area) -> bool:
    """May the system read every assignment of the document in that area?"""
    return isinstance(caller, ApiClient) and _is_named(caller, plan, area, write=False)


def _is_named(client: ApiClient, plan: Plan, area: Area, *, write: bool) -> bool:
    return any(
        scope.names(plan) and scope.reaches(area)
        for scope in PlanScope.held_by(client)
        if scope.can_write or not write
    )


def may_contribute(caller: Caller, assignment: Assignment) -> bool:
    """The people of a coordinating agency or of one above it."""
    return any(holds(caller, AGENCY_ROLES, agency) for agency in assignment.coordinating.all())


def may_approve(caller: Caller, assignment: Assignment) -> bool:
    """The head of the lead agency or of one above it."""
    return holds(caller, [Role.AGENCY_HEAD], assignment.agency)


def may_review(caller: Caller, assignment: Assignment) -> bool:
    """The standing agency's reviewers of the area or of an area above it.

    What a commune was given from above is reviewed above it: there the agency and the standing
    agency are one office, and the figure would be its own.
    """
    area = assignment.area
    if not isinstance(caller, User) or not holds(caller, REVIEWERS, area):
        return False
    if area.level != Area.Level.COMMUNE:
        return True
    province = f"{NATION_PATH}{area.province_code}/"
    held = (grant.area_path for grant in grants(caller) if grant.role in REVIEWERS)
    if any(path and province.startswith(path) for path in held):
        return True
    return assignment.task.plan.area.level == Area.Level.COMMUNE


def may_direct(caller: Caller, assignment: Assignment) -> bool:
    """The coordinators of the document's area: what would make a figure better, an agency's or a
    place's, is for those who gave the work."""
    if not holds(caller, MANAGERS, assignment.area):
        return False
    plan = assignment.task.plan  # Its area is read where it is another one only.
    return plan.area_id == assignment.area_id or holds(caller, MANAGERS, plan.area)


def may_manage_obstacles(caller: Caller, subject: Obstacle | Assignment | Area) -> bool:
    """The standing agency's reviewers of the area or of an area above it."""
    area = subject if isinstance(subject, Area) else subject.area
    return holds(caller, REVIEWERS, area)


def register_rules() -> None:
    register(Permission.REPORT_STATUS, may_report)
    register(Permission.CONTRIBUTE, may_contribute)
    register(Permission.APPROVE_REPORT, may_approve)
    register(Permission.REVIEW_REPORT, may_review)
    register(Permission.BACKDATE_REPORT, may_direct)
    register(Permission.END_OR_REOPEN, may_direct)
    register(Permission.DECIDE_REQUEST, may_review)
    register(Permission.MANAGE_OBSTACLES, may_manage_obstacles)
