"""Connected systems and their scopes. Coordinators manage those in their own area.

A scope names figures (indicators × areas) or tasks (documents × areas). They are two tables, so
that no right to the one is ever taken for a right to the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.accounts.clients import insert_key
from core.accounts.credentials import NewKey
from core.audit import trail
from core.db.conditions import any_of, under
from core.errors import refuse
from core.models import ApiClient, User
from core.web import editing
from indicators.models import ClientScope, Indicator
from provinces.models import Area, AreaScope, Plan, PlanScope
from provinces.permissions import (
    NATION_PATH,
    Permission,
    grants,
    holds,
    holds_anywhere,
    register,
    sees_everything,
)
from provinces.roles import MANAGERS

KINDS = (ClientScope, PlanScope)
Kind = type[ClientScope] | type[PlanScope]


@dataclass(frozen=True)
class Reach:
    """Scopes to be given: each of the things (none: all) in each of the areas."""

    kind: Kind
    things: Sequence[Indicator] | Sequence[Plan]
    areas: Sequence[Area]
    can_write: bool


def manageable(user: User) -> QuerySet[ApiClient]:
    """The systems whose whole scope lies in areas that the user coordinates.

    A scope of all areas needs the nation. A system without any scope belongs to its owner.
    """
    if sees_everything(user):
        return ApiClient.objects.all()
    if not holds_anywhere(user, MANAGERS):
        return ApiClient.objects.none()
    paths = [g.area_path for g in grants(user) if g.role in MANAGERS and g.area_path]
    return none_beyond(paths, Q(owner=user))


def none_beyond(paths: Iterable[str], unscoped: Q | None = None) -> QuerySet[ApiClient]:
    """The systems whose whole scope lies in these areas, and those of ``unscoped`` without any."""
    inside = any_of(
        Q(pk__isnull=False) if path == NATION_PATH else under([path], "area__path")
        for path in paths
    )
    figures, tasks = (kind.objects.filter(client=OuterRef("pk")) for kind in KINDS)
    return ApiClient.objects.filter(
        ~Exists(figures.exclude(inside)),
        ~Exists(tasks.exclude(inside)),
        Exists(figures) | Exists(tasks) | (unscoped or Q(pk__in=[])),
    )


def home_of(user: User) -> Area | None:
    """The first area they coordinate; the nation for those who see everything."""
    if sees_everything(user):
        return Area.objects.filter(level=Area.Level.NATION).first()
    held = user.memberships.filter(role__in=MANAGERS).select_related("area").order_by("id")
    member = held.first()
    return member.area if member else None


def create_client(
    *, name: str, owner: User, note: str, reach: Reach, expires_on: date | None, by: User
) -> tuple[ApiClient, NewKey]:
    """A system, its scope and its first key.

    Raises Refused: ``name_taken``, ``not_in_scope``, ``required``, those of ``insert_key``.
    """
    _check_areas(reach.areas, by)
    with transaction.atomic():
        client = ApiClient(name=name, owner=owner, note=note)
        _check_name(client)
        editing.save(client, lambda: _check_name(client), is_new=True)
        scopes = _add(client, reach)
        key = insert_key(client, expires_on=expires_on)
        after = {
            "name": name,
            "owner": owner.pk,
            "key": key.public_id,
            "scopes": [scope.rights() for scope in scopes],
            "expires_on": expires_on and expires_on.isoformat(),
        }
        trail.record("apiclient.create", client, by=by, after=after)
    return client, key


def _check_name(client: ApiClient) -> None:
    if ApiClient.objects.filter(name=client.name).exists():
        raise refuse("name_taken", _("There is a system of this name already."), "/name")


def add_scopes(client: ApiClient, *, reach: Reach, by: User) -> None:
    """Raises Refused: ``not_in_scope``, ``required``."""
    _check_areas(reach.areas, by)
    with transaction.atomic():
        after = {"scopes": [scope.rights() for scope in _add(client, reach)]}
        trail.record("clientscope.add", client, by=by, after=after)


def remove_scope(scope: AreaScope, *, by: User) -> None:
    with transaction.atomic():
        before = {"scopes": [scope.rights()]}
        scope.delete()
        trail.record("clientscope.remove", scope.client, by=by, before=before)


def _check_areas(areas: Sequence[Area], by: User) -> None:
    if not areas:
        raise refuse("required", _("Name at least one area."), "/areas")
    for area in areas:
        if not (sees_everything(by) or holds(by, MANAGERS, area)):
            detail = _("%(name)s does not lie in an area you coordinate.")
            raise refuse("not_in_scope", detail % {"name": area.name}, "/areas")


def _add(client: ApiClient, reach: Reach) -> list[AreaScope]:
    """A scope that exists already takes the new right to write."""
    found: list[AreaScope] = []
    for area in reach.areas:
        for thing in reach.things or [None]:
            named: dict[str, Any] = {"client": client, "area": area, reach.kind.thing: thing}
            scope = reach.kind(**named, can_write=reach.can_write)
            if not reach.kind.objects.filter(**named).update(can_write=reach.can_write):
                scope.save()
            found.append(scope)
    return found


def _may_manage(user: User, client: ApiClient | None) -> bool:
    """Without a client: may they manage any at all?"""
    if client is None:
        return holds_anywhere(user, MANAGERS)
    return manageable(user).filter(pk=client.pk).exists()


def register_rules() -> None:
    register(Permission.MANAGE_CLIENTS, _may_manage)
