"""May this caller do that, to this? One question for pages, API, exports and files.

Each floor registers the rules of its own permissions. The places in which a person holds roles are
read here. ``visible_to`` QuerySets leave out what a caller may not see (404). ``has_permission``
refuses what they may see but not do (403).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from core.calendar import clock
from core.db import sql
from core.db.conditions import any_of, under
from core.models import ApiClient, User
from provinces.models import Agency, Area, DisplayKey, PlanScope
from provinces.roles import MANAGERS, Role

Caller = User | ApiClient | DisplayKey | AnonymousUser


class Permission(StrEnum):
    REPORT_STATUS = "report_status"
    CONTRIBUTE = "contribute"
    APPROVE_REPORT = "approve_report"
    REVIEW_REPORT = "review_report"
    BACKDATE_REPORT = "backdate_report"
    END_OR_REOPEN = "end_or_reopen"
    DECIDE_REQUEST = "decide_request"
    MANAGE_OBSTACLES = "manage_obstacles"
    MANAGE_PLAN = "manage_plan"
    MANAGE_TARGETS = "manage_targets"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_CLIENTS = "manage_clients"
    MANAGE_DISPLAYS = "manage_displays"
    READ_INDICATOR = "read_indicator"
    RECORD_READING = "record_reading"
    FREEZE_REPORT = "freeze_report"
    SEE_ACTIVITY = "see_activity"
    SEE_OPERATIONS = "see_operations"


Rule = Callable[[Any, Any], bool]
_rules: dict[Permission, Rule] = {}


def register(permission: Permission, rule: Rule) -> None:
    """``rule(caller, subject)`` decides. Called once for each permission, by AppConfig.ready."""
    _rules[permission] = rule


def has_permission(caller: Caller, permission: Permission, subject: object = None) -> bool:
    """False for callers who are signed out or disabled, or whom the rule does not allow it."""
    if isinstance(caller, AnonymousUser) or not caller.is_active:
        return False
    if isinstance(caller, User) and caller.is_superuser:
        return True
    return _rules[permission](caller, subject)


def require(caller: Caller, permission: Permission, subject: object = None) -> None:
    """Raises PermissionDenied (403) unless the caller has the permission."""
    if not has_permission(caller, permission, subject):
        raise PermissionDenied


@dataclass(frozen=True)
class Grant:
    """A role somebody holds, and the path of the area or agency they hold it in.

    ``place_path`` is the path of that area, or of the agency's area. ``delegation``: the id of the
    delegation that lends the role.
    """

    role: str
    area_path: str = ""
    agency_path: str = ""
    place_path: str = ""
    delegation: int | None = None


# Memberships, and delegations in force today, as Delegation.objects.in_force finds them. The SQL is
# written out, as every page begins with it.
_GRANTS = f"""
SELECT m.role, a.path AS area, g.path AS agency, h.path AS home, NULL AS lent
FROM provinces_membership m LEFT JOIN provinces_area a ON a.id = m.area_id
LEFT JOIN provinces_agency g ON g.id = m.agency_id LEFT JOIN provinces_area h ON h.id = g.area_id
WHERE m.user_id = %s
UNION
SELECT d.role, NULL, g.path, h.path, d.id
FROM provinces_delegation d JOIN provinces_agency g ON g.id = d.agency_id
JOIN provinces_area h ON h.id = g.area_id JOIN core_user u ON u.id = d.delegator_id AND u.is_active
WHERE d.delegate_id = %s AND d.from_day <= %s AND d.to_day >= %s AND d.ended_at IS NULL
AND EXISTS (
    SELECT 1 FROM provinces_membership k WHERE k.user_id = d.delegator_id
    AND k.agency_id = d.agency_id AND k.role IN (d.role, '{Role.AGENCY_HEAD.value}')
)
"""  # noqa: S608 - Only a constant of our own.


_KEPT = "_grants"
_USER = sql.Part(User)
_WITH_GRANTS = f"""
SELECT {_USER.of("u")}, role, area, agency, home, lent FROM core_user u
LEFT JOIN ({_GRANTS}) AS held ON TRUE WHERE u.id = %s
"""  # noqa: S608 - Only columns of our own.


class SignedIn(ModelBackend):
    """Django's passwords; the person of a session is read with their roles (1 SQL query)."""

    def get_user(self, user_id: int) -> User | None:
        rows = sql.fetch(_WITH_GRANTS, [*_of_user(user_id), user_id], alias=DEFAULT_DB_ALIAS)
        user = _USER.read(rows[0][: _USER.width]) if rows else None
        if user is None or not self.user_can_authenticate(user):
            return None
        setattr(user, _KEPT, _read(row[_USER.width :] for row in rows))
        return user


def grants(user: User) -> tuple[Grant, ...]:
    """The user's roles, delegated ones included; read once (1 SQL query, none for ``SignedIn``)."""
    held: tuple[Grant, ...] | None = getattr(user, _KEPT, None)
    if held is None:
        held = _read(sql.fetch(_GRANTS, _of_user(user.pk), alias=DEFAULT_DB_ALIAS))
        setattr(user, _KEPT, held)
    return held


def _of_user(pk: int) -> list[object]:
    """The values of ``_GRANTS``."""
    today = clock.today()
    return [pk, pk, today, today]


def _read(rows: Iterable[sql.Row]) -> tuple[Grant, ...]:
    return tuple(
        Grant(role, area or "", agency or "", area or home or "", lent)
        for role, area, agency, home, lent in rows
        if role
    )


def holds(caller: Caller, roles: Iterable[str], place: Area | Agency | None) -> bool:
    """Does the user hold one of the roles in that place or above it?

    A role in an area covers the agencies of the area. A role in an agency covers its subordinate
    agencies only.
    """
    if not isinstance(caller, User) or place is None:
        return False
    wanted = set(roles)
    area_path = place.path if isinstance(place, Area) else place.area.path
    agency_path = place.path if isinstance(place, Agency) else ""
    return any(
        grant.role in wanted
        and (
            (grant.area_path and area_path.startswith(grant.area_path))
            or (grant.agency_path and agency_path.startswith(grant.agency_path))
        )
        for grant in grants(caller)
    )


def holds_anywhere(caller: Caller, roles: Iterable[str]) -> bool:
    wanted = set(roles)
    return isinstance(caller, User) and any(grant.role in wanted for grant in grants(caller))


def sees_everything(caller: Caller) -> bool:
    """Superusers, and administrators of the nation."""
    return isinstance(caller, User) and caller.is_active and caller.is_superuser


NATION_PATH = "VN/"


def reads_aggregates(caller: Caller) -> bool:
    """Figures of all places: people, and nobody in particular where the dashboards are public."""
    return isinstance(caller, User) or (
        isinstance(caller, AnonymousUser) and settings.R57_PUBLIC_DASHBOARDS
    )


def managed_paths(caller: Caller) -> tuple[str, ...]:
    """The paths of the areas that the caller coordinates; the nation's if they see everything."""
    if sees_everything(caller):
        return (NATION_PATH,)
    if not isinstance(caller, User) or not caller.is_active:
        return ()
    held = (grant.area_path for grant in grants(caller) if grant.role in MANAGERS)
    return tuple(sorted({path for path in held if path}))


def in_scope(caller: Caller, *, area: str = "area", agency: str = "agency", plan: str = "") -> Q:
    """The filter for rows that lie in the caller's areas or belong to their agencies.

    ``area`` and ``agency`` are the lookups from the row to its Area and Agency. Without any role
    the filter matches nothing. For a connected system it matches what the scopes of tasks name,
    where ``plan``, the lookup to the Plan, is given. A screen sees the rows of its area.
    """
    nothing = Q(pk__in=[])
    if isinstance(caller, DisplayKey):
        return Q(**{f"{area}__path__startswith": caller.area.path}) if caller.is_active else nothing
    if isinstance(caller, ApiClient) and plan:
        scopes = PlanScope.held_by(caller)
        return any_of(scope.named(area, plan) for scope in scopes)
    if not isinstance(caller, User) or not caller.is_active:
        return nothing
    held = grants(caller)
    if sees_everything(caller) or any(grant.area_path == NATION_PATH for grant in held):
        return Q()
    in_areas = under((grant.area_path for grant in held if grant.area_path), f"{area}__path")
    agencies = (grant.agency_path for grant in held if grant.agency_path)
    return in_areas | under(agencies, f"{agency}__path")


def register_rules() -> None:
    """Permissions about who and where."""
    register(
        Permission.MANAGE_PLAN,
        lambda caller, plan: holds(caller, MANAGERS, plan.area),
    )
    # Without a place it is asked whether they may anywhere at all.
    for permission in (Permission.MANAGE_MEMBERS, Permission.MANAGE_DISPLAYS):
        register(
            permission,
            lambda caller, place: (
                holds(caller, MANAGERS, place) if place else holds_anywhere(caller, MANAGERS)
            ),
        )
    register(
        Permission.SEE_ACTIVITY,
        lambda caller, _: holds_anywhere(caller, MANAGERS),
    )
    register(
        Permission.SEE_OPERATIONS, lambda caller, _: holds_anywhere(caller, [Role.ADMINISTRATOR])
    )
