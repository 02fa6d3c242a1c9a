"""Who may read which figures, and who may hand them in."""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from core.models import ApiClient, User
from indicators.models import Indicator, scopes_of
from provinces.models import Area, Role
from provinces.permissions import Caller, Permission, holds, register, sees_everything


class Fact(NamedTuple):
    """The subject of RECORD_READING: which indicator, of which area."""

    indicator: Indicator
    area: Area


def visible_indicators(caller: Caller) -> QuerySet[Indicator]:
    """All to whoever is signed in; to a connected system those its scope names (1 SQL query)."""
    if isinstance(caller, User):
        return Indicator.objects.all()
    if not isinstance(caller, ApiClient):
        return Indicator.objects.none()
    named = [scope.indicator_id for scope in scopes_of(caller)]
    return Indicator.objects.filter(Q() if None in named else Q(pk__in=named))


def covers_area(caller: Caller, area: Area) -> bool:
    """May the caller read targets, assessments, completion and charts of that area?"""
    if isinstance(caller, ApiClient):
        return any(scope.reaches(area) for scope in scopes_of(caller))
    return isinstance(caller, User)


def covers(caller: Caller, fact: Fact) -> bool:
    """May the caller read that figure?"""
    return isinstance(caller, User) or _is_named(caller, fact, write=False)


def sees_all(caller: Caller) -> bool:
    """Nothing is hidden from this caller."""
    if isinstance(caller, ApiClient):
        return any(scope.indicator is None and scope.area is None for scope in scopes_of(caller))
    return isinstance(caller, User)


def _is_named(caller: Caller, fact: Fact, *, write: bool) -> bool:
    return isinstance(caller, ApiClient) and any(
        scope.names(fact.indicator) and scope.reaches(fact.area)
        for scope in scopes_of(caller)
        if scope.can_write or not write
    )


def _may_read(caller: Caller, indicator: Indicator) -> bool:
    if isinstance(caller, ApiClient):
        return any(scope.names(indicator) for scope in scopes_of(caller))
    return isinstance(caller, User)


def _may_record(caller: Caller, fact: Fact) -> bool:
    """Systems within their scope; people of the agency that owns the indicator."""
    if isinstance(caller, ApiClient):
        return _is_named(caller, fact, write=True)
    return holds(caller, [Role.OFFICER, Role.AGENCY_HEAD], fact.indicator.owner)


def may_record_some(user: User, indicator: Indicator) -> bool:
    """Is the user an officer or head of the agency that owns the indicator?"""
    return sees_everything(user) or holds(user, [Role.OFFICER, Role.AGENCY_HEAD], indicator.owner)


def register_rules() -> None:
    register(Permission.READ_INDICATOR, _may_read)
    register(Permission.RECORD_READING, _may_record)
