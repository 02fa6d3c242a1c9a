"""An agency is merged into another, which has its work from a given day on.

The past is not rewritten (docs/adr/0008): assignments, reports and figures of earlier days keep
the agency they were given to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.queue import recalculation
from core.text.vietnamese import fold
from indicators.models import Indicator
from provinces.models import Agency, Area, Delegation, Membership
from provinces.permissions import NATION_PATH, Permission, require
from tasks.models import Assignment

EARLIEST = date(2020, 1, 1)
"""No page can be asked for a day before it."""
_CONFLICT = 409


@dataclass(frozen=True)
class Estate:
    """What an agency has. In a merger its roles move and its delegations end; its work stays where
    it is, and the successor's people reach it from above."""

    open_work: int
    closed_work: int
    roles: Sequence[Membership]
    delegations: Sequence[Delegation]
    below: Sequence[Agency]
    indicators: Sequence[Indicator]


def estate_of(agency: Agency) -> Estate:
    """Six SQL queries."""
    work, lent = Assignment.objects.filter(agency=agency), Delegation.objects.filter(agency=agency)
    return Estate(
        open_work=work.open().count(),
        closed_work=work.count() - work.open().count(),
        roles=list(agency.memberships.select_related("user").order_by("user__name_key", "pk")),
        delegations=list(
            lent.standing(clock.today()).select_related("delegator", "delegate").order_by("pk")
        ),
        below=list(_subtree(agency.path).exclude(pk=agency.pk).order_by("path")),
        indicators=list(agency.indicators.order_by("code")),
    )


def candidates(agency: Agency) -> QuerySet[Agency]:
    """Agencies that it may be merged into."""
    rows = Agency.objects.filter(area=agency.area_id, successor=None)
    return rows.exclude(path__startswith=agency.path).order_by("protocol_order", "name_key")


@transaction.atomic
def merge(agency: Agency, *, successor: Agency, merged_on: date, by: User) -> Estate:
    """From ``merged_on`` on ``successor`` takes the agency's place, with its people and names.

    One audit event names all that moved. Raises PermissionDenied, and Refused with every fault:
    ``already_merged`` (409), ``not_a_successor``, ``path_too_long``, ``future``, ``too_early``.
    """
    require(by, Permission.MANAGE_MEMBERS, agency)
    one_at_a_time()
    locked = Agency.objects.select_for_update(of=("self",)).select_related("area", "parent")
    rows = {row.pk: row for row in locked.filter(pk__in=[agency.pk, successor.pk]).order_by("pk")}
    agency, successor = rows[agency.pk], rows[successor.pk]
    check(agency, successor, merged_on)
    before = {"parent": agency.parent.code if agency.parent else None}
    estate = join(agency, successor, merged_on)
    after = {"successor": successor.code, "merged_on": merged_on.isoformat(), **facts_of([estate])}
    trail.record("agency.merge", agency, by=by, before=before, after=after)
    # Names of agencies stand on cached pages.
    recalculation.touch_generation()
    return estate


def one_at_a_time() -> None:
    """Two mergers at once could move the same part of the tree."""
    list(Area.objects.select_for_update(no_key=True).filter(path=NATION_PATH))


def join(agency: Agency, successor: Agency, merged_on: date) -> Estate:
    """Inside the write that checked it and records it: what the agency had."""
    estate, path = estate_of(agency), agency.path
    move_roles(estate.roles, agency=successor)
    # A lent role would reach further now, so whoever needs one asks again.
    lent = [one.pk for one in estate.delegations]
    Delegation.objects.filter(pk__in=lent).update(ended_at=clock.now())
    inherit_names(agency, successor)
    # Under the successor, with all agencies below it, so that its people reach the work.
    agency.parent, agency.successor, agency.merged_on = successor, successor, merged_on
    agency.save()
    move_below(Agency, path, agency.path)
    return estate


def move_roles(roles: Iterable[Membership], **place: Any) -> None:
    held = list(roles)
    for role in held:
        Membership.objects.get_or_create(user=role.user, role=role.role, **place)
    Membership.objects.filter(pk__in=[role.pk for role in held]).delete()


def inherit_names(place: Agency | Area, successor: Agency | Area) -> None:
    """A search for an old name finds the successor."""
    known = {fold(name) for name in _names(successor)}
    new = [name for name in dict.fromkeys(_names(place)) if fold(name) not in known]
    if new:
        successor.aliases = [*successor.aliases, *new]
        successor.save(update_fields=["aliases", "search_text"])


def move_below(model: type[Agency | Area], old: str, new: str) -> None:
    """All that stood under the old path stands under the new one."""
    moved = Concat(Value(new), Substr("path", len(old) + 1))
    model._default_manager.filter(path__startswith=old).update(path=moved)


def facts_of(estates: Sequence[Estate], more: Sequence[Membership] = ()) -> dict[str, object]:
    """What moved, for the audit; ``more`` roles are those held in areas."""
    roles = [*more, *(role for estate in estates for role in estate.roles)]
    return {
        "assignments": sum(estate.open_work for estate in estates),
        "roles": [{"user": held.user.username, "role": held.role} for held in roles],
        "delegations": [one.pk for estate in estates for one in estate.delegations],
        "agencies": [one.code for estate in estates for one in estate.below],
    }


def check(agency: Agency, successor: Agency, merged_on: date) -> None:
    """Raises Refused as ``merge`` does; changes nothing."""
    if agency.successor_id:
        words = _("%(agency)s was merged already.") % {"agency": agency.name}
        raise refuse("already_merged", words, status=_CONFLICT)
    faults = []
    if not candidates(agency).filter(pk=successor.pk).exists():
        detail = _(
            "Choose an agency of the same area that was not merged itself and does not stand "
            "under this one."
        )
        faults.append(Fault("not_a_successor", detail, "/successor"))
    else:
        faults += place_faults(agency, successor)
    faults += day_faults(agency, merged_on)
    if faults:
        raise Refused(faults)


def place_faults(agency: Agency, successor: Agency) -> list[Fault]:
    longest = _subtree(agency.path).aggregate(most=Max(Length("path")))["most"] or 0
    moved = longest - len(agency.path) + len(f"{successor.path}{agency.code}/")
    if moved <= (Agency._meta.get_field("path").max_length or 0):
        return []
    detail = _("Too many agencies would stand under one another there; merge higher up first.")
    return [Fault("path_too_long", detail, "/successor")]


def day_faults(agency: Agency, merged_on: date) -> list[Fault]:
    if merged_on > clock.today():
        return [Fault("future", _("The day of a merger is today or earlier."), "/merged_on")]
    taken = agency.predecessors.aggregate(newest=Max("merged_on"))["newest"]
    if taken and merged_on < taken:
        detail = _("Another agency was merged into this one on %(day)s; it cannot end before.")
        return [Fault("too_early", detail % {"day": f"{taken:%d/%m/%Y}"}, "/merged_on")]
    if merged_on < EARLIEST:
        detail = _("The day of a merger is %(day)s or later.") % {"day": f"{EARLIEST:%d/%m/%Y}"}
        return [Fault("too_early", detail, "/merged_on")]
    return []


def _names(place: Agency | Area) -> list[str]:
    given = (place.name_vi, place.name_en, place.short_name_vi, place.short_name_en)
    return [name for name in (*given, *place.aliases) if name]


def _subtree(path: str) -> QuerySet[Agency]:
    return Agency.objects.filter(path__startswith=path)
