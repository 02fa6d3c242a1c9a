"""All work of somebody who leaves, given to a successor in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Prefetch, Q, Value, When, prefetch_related_objects
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import ApiClient, User
from core.queue import recalculation
from indicators.clients.services import manageable
from provinces.members.services import close_account, facts_of, must_own
from provinces.models import Agency, Area, Delegation, Membership
from provinces.scope import people_within, scope_of
from tasks.models import Assignment, Draft, HandOver
from tasks.planning.at_once import check_in_time, close


@dataclass(frozen=True)
class WorkOfPerson:
    """What is somebody's to hand over. Completed work keeps their name, as do their reports."""

    assignments: Sequence[Assignment]
    drafts: int
    roles: Sequence[Membership]
    systems: Sequence[ApiClient]
    delegations: Sequence[Delegation]

    @property
    def is_empty(self) -> bool:
        return not (self.assignments or self.roles or self.systems or self.delegations)


def work_of(person: User, *, by: User) -> WorkOfPerson:
    """As far as ``by`` reaches (6 queries). Raises PermissionDenied where the account opens more,
    and Refused: ``own_account``."""
    must_own(person, by)
    if person == by:
        raise refuse("own_account", _("Somebody else hands over your own work."))
    delegations = Delegation.objects.standing(clock.today())
    held = Assignment.objects.open().filter(scope_of(by).over("area__path"), responsible=person)
    work = held.select_related("task", "agency")
    return WorkOfPerson(
        assignments=list(work.order_by("task__plan", "task__number_key", "agency__name_key")),
        drafts=Draft.objects.filter(user=person).count(),
        roles=list(person.memberships.select_related("area", "agency__area").order_by("id")),
        systems=list(manageable(by).filter(owner=person).order_by("name")),
        delegations=list(
            delegations.filter(Q(delegator=person) | Q(delegate=person))
            .select_related("delegator", "delegate")
            # What they lent before what was lent to them.
            .order_by(Case(When(delegator=person, then=Value(0)), default=Value(1)), "pk")
        ),
    )


@transaction.atomic
def hand_over(
    person: User, *, successor: User, disable: bool, by: User, confirmed: bool = False
) -> HandOver:
    """Open assignments, drafts, roles and connected systems go to the successor; delegations end,
    because they are between two named people. ``disable`` closes the account.

    One audit event names all that moved. Raises PermissionDenied, and Refused: ``own_account``,
    ``not_a_successor``, ``other_office`` until it is ``confirmed``.
    """
    held = User.objects.select_for_update().filter(pk__in=[person.pk, successor.pk])
    people = {user.pk: user for user in held.order_by("pk")}
    person, successor = people[person.pk], people[successor.pk]
    work = work_of(person, by=by)
    _check(person, successor, work, by)
    agencies = [role.agency_id for role in work.roles if role.agency_id]
    areas = [role.area_id for role in work.roles if role.area_id]
    colleague = successor.memberships.filter(Q(agency__in=agencies) | Q(area__in=areas))
    if work.roles and not confirmed and not colleague.exists():
        words = _(
            "%(person)s works at: %(one)s. %(successor)s works at: %(other)s. "
            "Tick below to hand over to another office all the same."
        )
        offices = {"one": offices_of(person), "other": offices_of(successor)}
        words %= {"person": person, "successor": successor, **offices}
        raise refuse("other_office", words, "/confirmed")
    done = HandOver(person=person, successor=successor, by=by, at=clock.now())
    done.moved = _move(work, person, successor) | {"disabled": disable and close_account(person)}
    done.save()
    after = {
        "successor": successor.username,
        "assignments": [assignment.pk for assignment in work.assignments],
        "drafts": work.drafts,
        "roles": [facts_of(held) for held in work.roles],
        "systems": [system.name for system in work.systems],
        "delegations": [one.pk for one in work.delegations],
        "disabled": disable,
    }
    trail.record("user.hand_over", person, by=by, after=after)
    # Names of responsible people stand on cached pages.
    recalculation.touch_generation()
    return done


_OFFICES = "_offices"
OFFICES = Prefetch(
    "memberships",
    Membership.objects.select_related("area", "agency__area").order_by("id"),
    to_attr=_OFFICES,
)
"""For lists of people whose ``offices_of`` are shown."""


def offices_of(person: User) -> str:
    """Where somebody holds roles: "Sở KH&CN (Nghệ An)"; the area alone for its own roles. One SQL
    query, none where ``OFFICES`` were read."""
    if not hasattr(person, _OFFICES):
        prefetch_related_objects([person], OFFICES)
    places = []
    for row in getattr(person, _OFFICES):
        if row.agency:
            places.append(f"{row.agency.short_name} ({row.agency.area.short_name})")
        elif row.area:
            places.append(row.area.short_name)
    return ", ".join(dict.fromkeys(places)) or _("no office")


@transaction.atomic
def take_back(done: HandOver, *, by: User) -> HandOver:
    """What moved returns, as far as the successor still has it; the account opens again.

    Raises PermissionDenied, and Refused: ``too_late`` after a day, ``taken_back`` (409).
    """
    done = HandOver.objects.select_for_update().get(pk=done.pk)
    if not may_take_back(done, by):
        raise PermissionDenied
    check_in_time(done)
    moved, person, successor = done.moved, done.person, done.successor
    Assignment.objects.filter(pk__in=moved["assignments"], responsible=successor).update(
        responsible=person
    )
    Draft.objects.filter(user=successor, assignment__in=moved["drafts"]).update(user=person)
    ApiClient.objects.filter(pk__in=moved["systems"], owner=successor).update(owner=person)
    for role in moved["roles"]:
        Membership.objects.get_or_create(
            user=person, role=role["role"], area_id=role["area"], agency_id=role["agency"]
        )
    given = [role["given"] for role in moved["roles"] if role["given"]]
    Membership.objects.filter(pk__in=given, user=successor).delete()
    Delegation.objects.filter(pk__in=moved["delegations"]).update(ended_at=None)
    if moved["disabled"]:
        User.objects.filter(pk=person.pk).update(is_active=True)
    close(done)
    trail.record(
        "user.take_back", done.person, by=by, before={"successor": done.successor.username}
    )
    recalculation.touch_generation()
    return done


def may_take_back(done: HandOver, by: User) -> bool:
    """Whoever could hand the same over again."""
    reach = scope_of(by)
    areas = Area.objects.in_bulk([role["area"] for role in done.moved["roles"] if role["area"]])
    agencies = Agency.objects.select_related("area").in_bulk(
        [role["agency"] for role in done.moved["roles"] if role["agency"]]
    )
    return all(
        reach.may_give(
            role["role"],
            areas[role["area"]].path if role["area"] else agencies[role["agency"]].area.path,
        )
        for role in done.moved["roles"]
    ) and (done.by_id == by.pk or bool(done.moved["roles"]))


def _check(person: User, successor: User, work: WorkOfPerson, by: User) -> None:
    reach = scope_of(by)
    if not all(reach.may_give(held.role, held.area_path) for held in work.roles):
        raise PermissionDenied
    known = people_within(reach).filter(pk=successor.pk, is_active=True).exists()
    if successor == person or not known:
        detail = _("Choose an active account of your areas, other than the leaver's.")
        raise Refused([Fault("not_a_successor", detail, "/successor")])


def _move(work: WorkOfPerson, person: User, successor: User) -> dict[str, Any]:
    """As ``HandOver.moved`` keeps it."""
    ids = [assignment.pk for assignment in work.assignments]
    Assignment.objects.filter(pk__in=ids).update(responsible=successor)
    begun = Draft.objects.filter(user=successor).values("assignment")
    moving = Draft.objects.filter(user=person).exclude(assignment__in=begun)
    drafts = list(moving.values_list("assignment", flat=True))
    moving.update(user=successor)
    Draft.objects.filter(user=person).delete()
    ApiClient.objects.filter(pk__in=[one.pk for one in work.systems]).update(owner=successor)
    roles = []
    for held in work.roles:
        given, is_new = Membership.objects.get_or_create(
            user=successor, role=held.role, area=held.area, agency=held.agency
        )
        roles.append(
            {
                "role": held.role,
                "area": held.area_id,
                "agency": held.agency_id,
                "given": given.pk if is_new else None,
            }
        )
    Membership.objects.filter(pk__in=[held.pk for held in work.roles]).delete()
    lent = [one.pk for one in work.delegations]
    Delegation.objects.filter(pk__in=lent).update(ended_at=clock.now())
    return {
        "assignments": ids,
        "drafts": drafts,
        "systems": [one.pk for one in work.systems],
        "roles": roles,
        "delegations": lent,
    }
