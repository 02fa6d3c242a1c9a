"""All work of somebody who leaves, given to a successor in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import ApiClient, User
from core.queue import recalculation
from indicators.clients.services import manageable
from provinces.members.services import close_account, facts_of, must_own
from provinces.models import Delegation, Membership
from provinces.scope import people_within, scope_of
from tasks.models import Assignment, Draft


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
    """As far as ``by`` reaches (5 queries). Raises PermissionDenied where the account opens more,
    and Refused: ``own_account``."""
    must_own(person, by)
    if person == by:
        raise refuse("own_account", _("Somebody else hands over your own work."))
    delegations = Delegation.objects.standing(clock.today())
    return WorkOfPerson(
        assignments=list(_assignments(person, by).select_related("task", "agency")),
        drafts=Draft.objects.filter(user=person).count(),
        roles=list(person.memberships.select_related("area", "agency__area").order_by("id")),
        systems=list(manageable(by).filter(owner=person).order_by("name")),
        delegations=[
            *delegations.filter(delegator=person).select_related("delegator", "delegate"),
            *delegations.filter(delegate=person).select_related("delegator", "delegate"),
        ],
    )


def _assignments(person: User, by: User) -> QuerySet[Assignment]:
    rows = Assignment.objects.open().filter(scope_of(by).over("area__path"), responsible=person)
    return rows.order_by("task__plan", "task__number_key", "agency__name_key")


@transaction.atomic
def hand_over(person: User, *, successor: User, disable: bool, by: User) -> WorkOfPerson:
    """Open assignments, drafts, roles and connected systems go to the successor; delegations end,
    for a role is lent to one person and by one; ``disable`` shuts the account.

    One audit event names all that moved. Raises PermissionDenied, and Refused: ``own_account``,
    ``not_a_successor``.
    """
    held = User.objects.select_for_update().filter(pk__in=[person.pk, successor.pk])
    people = {user.pk: user for user in held.order_by("pk")}
    person, successor = people[person.pk], people[successor.pk]
    work = work_of(person, by=by)
    _check(person, successor, work, by)
    _move(work, person, successor)
    if disable:
        close_account(person)
    trail.record("user.hand_over", person, by=by, after=_told(work, successor, disable=disable))
    # Names of responsible people stand on cached pages.
    recalculation.touch_generation()
    return work


def _check(person: User, successor: User, work: WorkOfPerson, by: User) -> None:
    reach = scope_of(by)
    if not all(reach.may_give(held.role, held.area_path) for held in work.roles):
        raise PermissionDenied
    known = people_within(reach).filter(pk=successor.pk, is_active=True).exists()
    if successor == person or not known:
        detail = _("Choose an active account of your areas, other than the leaver's.")
        raise Refused([Fault("not_a_successor", detail, "/successor")])


def _move(work: WorkOfPerson, person: User, successor: User) -> None:
    ids = [assignment.pk for assignment in work.assignments]
    Assignment.objects.filter(pk__in=ids).update(responsible=successor)
    begun = Draft.objects.filter(user=successor).values("assignment")
    Draft.objects.filter(user=person).exclude(assignment__in=begun).update(user=successor)
    Draft.objects.filter(user=person).delete()
    ApiClient.objects.filter(pk__in=[one.pk for one in work.systems]).update(owner=successor)
    for held in work.roles:
        Membership.objects.get_or_create(
            user=successor, role=held.role, area=held.area, agency=held.agency
        )
    Membership.objects.filter(pk__in=[held.pk for held in work.roles]).delete()
    lent = [one.pk for one in work.delegations]
    Delegation.objects.filter(pk__in=lent).update(ended_at=clock.now())


def _told(work: WorkOfPerson, successor: User, *, disable: bool) -> dict[str, Any]:
    return {
        "successor": successor.username,
        "assignments": [assignment.pk for assignment in work.assignments],
        "drafts": work.drafts,
        "roles": [facts_of(held) for held in work.roles],
        "systems": [system.name for system in work.systems],
        "delegations": [one.pk for one in work.delegations],
        "disabled": disable,
    }
