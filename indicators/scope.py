"""Who may read which figures, and who may hand them in."""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from core.db.conditions import under
from core.models import ApiClient, User
from indicators.models import Indicator, scopes_of
from provinces.models import Area
from provinces.permissions import (
    Caller,
    Permission,
    grants,
    has_permission,
    holds,
    reads_aggregates,
    register,
    sees_everything,
)
from provinces.roles import AGENCY_ROLES, MANAGERS


class FigureKey(NamedTuple):
    """The subject of RECORD_READING: which indicator, of which area."""

    indicator: Indicator
    area: Area


def visible_indicators(caller: Caller) -> QuerySet[Indicator]:
    """All for people; for a connected system those in its scope (1 SQL query)."""
    if reads_aggregates(caller):
        return Indicator.objects.all()
    if not isinstance(caller, ApiClient):
        return Indicator.objects.none()
    named = [scope.indicator_id for scope in scopes_of(caller)]
    return Indicator.objects.filter(Q() if None in named else Q(pk__in=named))


def covers_area(caller: Caller, area: Area) -> bool:
    """May the caller read targets, assessments, completion and charts of that area?"""
    if isinstance(caller, ApiClient):
        return any(scope.reaches(area) for scope in scopes_of(caller))
    return reads_aggregates(caller)


def covers(caller: Caller, fact: FigureKey) -> bool:
    """May the caller read that figure?"""
    return reads_aggregates(caller) or _is_named(caller, fact, write=False)


def sees_all(caller: Caller) -> bool:
    """Is nothing hidden from this caller?"""
    if isinstance(caller, ApiClient):
        return any(scope.indicator is None and scope.area is None for scope in scopes_of(caller))
    return isinstance(caller, User)


def _is_named(caller: Caller, fact: FigureKey, *, write: bool) -> bool:
    return isinstance(caller, ApiClient) and any(
        scope.names(fact.indicator) and scope.reaches(fact.area)
        for scope in scopes_of(caller)
        if scope.can_write or not write
    )


def _may_read(caller: Caller, indicator: Indicator) -> bool:
    if isinstance(caller, ApiClient):
        return any(scope.names(indicator) for scope in scopes_of(caller))
    return isinstance(caller, User)


def _may_record(caller: Caller, fact: FigureKey) -> bool:
    """Systems within their scope, people of the agency that owns the indicator, coordinators of the
    area. An area includes the units that were merged into it."""
    if isinstance(caller, ApiClient):
        return _is_named(caller, fact, write=True)
    return _belongs_to_owner(caller, fact.indicator) or any(
        holds(caller, MANAGERS, area) for area in (fact.area, fact.area.successor)
    )


def _belongs_to_owner(caller: Caller, indicator: Indicator) -> bool:
    return holds(caller, AGENCY_ROLES, indicator.owner)


def may_record_some(user: User, indicator: Indicator) -> bool:
    """Is there an area where it is measured, and of which the user may record it?"""
    if sees_everything(user) or _belongs_to_owner(user, indicator):
        return True
    # A path has a step a level; a coordinator's area has its own level and those below.
    steps = [g.area_path.count("/") for g in grants(user) if g.role in MANAGERS and g.area_path]
    levels = list(Area.Level)
    return any(level in indicator.levels for step in steps for level in levels[step - 1 :])


def areas_to_record(user: User, indicator: Indicator) -> list[Area]:
    """Where it is measured and the user may record it (3 SQL queries).

    Asked of the nation, all provinces, also those before July 2025, and the communes in the areas
    of the owner and of the user.
    """
    wide = Area.objects.exclude(level=Area.Level.COMMUNE).select_related("successor")
    found = sorted(wide, key=lambda a: (a.level != "nation", not a.is_active, a.name_key))
    paths = [g.area_path for g in grants(user) if g.role in MANAGERS and g.area_path]
    if indicator.owner:
        paths.append(indicator.owner.area.path)
    beyond = {area.path for area in found if area.level == Area.Level.NATION}
    small = under(set(paths) - beyond, "path")
    communes = Area.objects.active().filter(small, level=Area.Level.COMMUNE)
    found += communes.select_related("successor").order_by("name_key")
    facts = (FigureKey(indicator, area) for area in found if area.level in indicator.levels)
    return [f.area for f in facts if has_permission(user, Permission.RECORD_READING, f)]


def register_rules() -> None:
    register(Permission.READ_INDICATOR, _may_read)
    register(Permission.RECORD_READING, _may_record)
