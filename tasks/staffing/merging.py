"""An agency that was merged into another: from a day on its work is the other's.

Nothing that happened is rewritten (docs/adr/0008): assignments, reports and figures of earlier
days keep the agency they were given to.
"""

from collections.abc import Iterator, Sequence
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
    """What an agency has and what becomes of it. Roles move, delegations end; work stays its own
    and is reached from above."""

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
    """Whom it may be merged into."""
    rows = Agency.objects.filter(area=agency.area_id, successor=None)
    return rows.exclude(path__startswith=agency.path).order_by("protocol_order", "name_key")


@transaction.atomic
def merge(agency: Agency, *, successor: Agency, merged_on: date, by: User) -> Estate:
    """From ``merged_on`` on ``successor`` stands for the agency; who worked in it works there.

    One audit event names all that moved. Raises PermissionDenied, and Refused with every fault:
    ``already_merged`` (409), ``not_a_successor``, ``path_too_long``, ``future``, ``too_early``.
    """
    require(by, Permission.MANAGE_MEMBERS, agency)
    # One merger at a time: two at once could move the same places from under each other.
    list(Area.objects.select_for_update(no_key=True).filter(path=NATION_PATH))
    held = Agency.objects.select_for_update(of=("self",)).select_related("area", "parent")
    rows = {row.pk: row for row in held.filter(pk__in=[agency.pk, successor.pk]).order_by("pk")}
    agency, successor = rows[agency.pk], rows[successor.pk]
    check(agency, successor, merged_on)
    estate, above = estate_of(agency), agency.parent
    _move_people(estate, successor)
    _inherit_names(agency, successor)
    _move_place(agency, successor, merged_on)
    trail.record(
        "agency.merge",
        agency,
        by=by,
        before={"parent": above.code if above else None},
        after=_told(estate, successor, merged_on),
    )
    # Agencies stand on cached pages.
    recalculation.touch_generation()
    return estate


def check(agency: Agency, successor: Agency, merged_on: date) -> None:
    """Raises Refused as ``merge`` does; changes nothing."""
    if agency.successor_id:
        words = _("%(agency)s was merged already.") % {"agency": agency.name}
        raise refuse("already_merged", words, status=_CONFLICT)
    faults = [*_faults_of_place(agency, successor), *_faults_of_day(agency, merged_on)]
    if faults:
        raise Refused(faults)


def _faults_of_place(agency: Agency, successor: Agency) -> Iterator[Fault]:
    if not candidates(agency).filter(pk=successor.pk).exists():
        detail = _(
            "Choose an agency of the same area that was not merged itself and does not stand "
            "under this one."
        )
        yield Fault("not_a_successor", detail, "/successor")
        return
    longest = _subtree(agency.path).aggregate(most=Max(Length("path")))["most"] or 0
    moved = longest - len(agency.path) + len(_new_path(agency, successor))
    if moved > (Agency._meta.get_field("path").max_length or 0):
        detail = _("Too many agencies would stand under one another there; merge higher up first.")
        yield Fault("path_too_long", detail, "/successor")


def _faults_of_day(agency: Agency, merged_on: date) -> Iterator[Fault]:
    if merged_on > clock.today():
        yield Fault("future", _("The day of a merger is today or earlier."), "/merged_on")
    taken = agency.predecessors.aggregate(newest=Max("merged_on"))["newest"]
    if taken and merged_on < taken:
        detail = _("Another agency was merged into this one on %(day)s; it cannot end before.")
        yield Fault("too_early", detail % {"day": f"{taken:%d/%m/%Y}"}, "/merged_on")
    elif merged_on < EARLIEST:
        detail = _("The day of a merger is %(day)s or later.") % {"day": f"{EARLIEST:%d/%m/%Y}"}
        yield Fault("too_early", detail, "/merged_on")


def _move_people(estate: Estate, successor: Agency) -> None:
    """The same roles there; whoever was lent one asks anew, for it would reach further now."""
    for held in estate.roles:
        Membership.objects.get_or_create(user=held.user, role=held.role, agency=successor)
    Membership.objects.filter(pk__in=[held.pk for held in estate.roles]).delete()
    lent = [one.pk for one in estate.delegations]
    Delegation.objects.filter(pk__in=lent).update(ended_at=clock.now())


def _inherit_names(agency: Agency, successor: Agency) -> None:
    """Whoever looks for the old name finds the successor too."""
    known = {fold(name) for name in _names(successor)}
    new = [name for name in dict.fromkeys(_names(agency)) if fold(name) not in known]
    if new:
        successor.aliases = [*successor.aliases, *new]
        successor.save(update_fields=["aliases", "search_text"])


def _names(agency: Agency) -> list[str]:
    given = (agency.name_vi, agency.name_en, agency.short_name_vi, agency.short_name_en)
    return [name for name in (*given, *agency.aliases) if name]


def _move_place(agency: Agency, successor: Agency, merged_on: date) -> None:
    """Under the successor, with all below it: its people then reach the work (three writes)."""
    old = agency.path
    agency.parent, agency.successor, agency.merged_on = successor, successor, merged_on
    agency.save()
    moved = Concat(Value(agency.path), Substr("path", len(old) + 1))
    _subtree(old).exclude(pk=agency.pk).update(path=moved)


def _subtree(path: str) -> QuerySet[Agency]:
    return Agency.objects.filter(path__startswith=path)


def _new_path(agency: Agency, successor: Agency) -> str:
    return f"{successor.path}{agency.code}/"


def _told(estate: Estate, successor: Agency, merged_on: date) -> dict[str, Any]:
    return {
        "successor": successor.code,
        "merged_on": merged_on.isoformat(),
        "assignments": estate.open_work,
        "roles": [{"user": held.user.username, "role": held.role} for held in estate.roles],
        "delegations": [one.pk for one in estate.delegations],
        "agencies": [one.code for one in estate.below],
    }
