"""What each person is reminded of on a day, read for all people at once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import starmap
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from core.calendar.workdays import WorkCalendar
from provinces.models import Delegation, Membership
from provinces.roles import AGENCY_ROLES, Role
from targets.awaited import Awaited, awaited
from tasks.models import Assignment, CancelRequest, Escalation, ExtensionRequest
from tasks.models.assignment import OPEN_STATES, Waiting
from tasks.reminders.rules import Desk, Desks, deadlines_to_tell, upwards
from tasks.reminders.sections import Section


@dataclass
class Reminder:
    """What one person is reminded of. Assignments are row numbers, the longest due first;
    ``to_review``, ``to_decide`` and ``to_approve`` count what waits for the person."""

    overdue: list[int] = field(default_factory=list)
    due: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    escalated: list[int] = field(default_factory=list)
    """Long overdue work of the agencies that the person heads, escalated today."""
    figures: list[Awaited] = field(default_factory=list)
    to_review: int = 0
    to_decide: int = 0
    to_approve: int = 0
    more: list[Callable[[], Section]] = field(default_factory=list)
    """What floors above add, each said in the person's language when the letter is written."""


Told = Callable[[date, Desks], Mapping[int, Callable[[], Section]]]
"""By row number of the user; the addresses in it are paths."""
_told: list[Told] = []


def register(told: Told) -> None:
    """A floor above adds sections of its own; called by AppConfig.ready."""
    if told not in _told:
        _told.append(told)


def calendar() -> WorkCalendar:
    """Working days as the law and the settings say."""
    return WorkCalendar(settings.R57_DAYS_OFF, settings.R57_WORKED_DAYS)


def reminders(day: date) -> dict[int, Reminder]:
    """By row number of the user; only users who have something (12 SQL queries, however many, and
    those of the floors above)."""
    held = Membership.objects.filter(role__in=AGENCY_ROLES, user__is_active=True).order_by()
    lent = Delegation.objects.in_force(day).filter(delegate__is_active=True).order_by()
    desks = Desks(
        [
            *(
                Desk(user, user, path or "", is_head=role == Role.AGENCY_HEAD)
                for user, role, path in held.values_list("user", "role", "agency__path")
            ),
            *starmap(Desk, lent.values_list("delegate", "delegator", "agency__path")),
        ]
    )
    found = defaultdict[int, Reminder](Reminder)
    _add_assignments(found, desks, day)

    escalated = Escalation.objects.filter(raised_on=day).order_by("due_on", "assignment")
    for pk, path in escalated.values_list("assignment", "assignment__agency__path").distinct():
        for user in desks.heads_of(path):
            found[user].escalated.append(pk)

    _add_waiting(found, desks)

    # All missing figures on the first working day of a week, else those that became late now.
    since = date.min if calendar().is_first_of_week(day) else calendar().before(day)
    figures = [one for one in awaited(day) if one.late.due_on >= since]
    for one in sorted(figures, key=lambda one: (one.late.due_on, one.indicator.pk, one.area.pk)):
        if one.indicator.owner:
            for user in desks.people_of(one.indicator.owner.path):
                found[user].figures.append(one)
    for told in _told:
        for user, section in told(day, desks).items():
            found[user].more.append(section)
    return dict(found)


def _add_assignments(found: dict[int, Reminder], desks: Desks, day: date) -> None:
    soon = deadlines_to_tell(day, calendar())
    is_open = Q(state__in=OPEN_STATES)
    rows = (
        Assignment.objects.filter(
            Q(waiting=Waiting.RETURNED) | (is_open & (Q(due_on__lt=day) | Q(due_on__in=soon)))
        )
        .order_by("due_on", "pk")
        .values_list("pk", "agency__path", "responsible", "state", "waiting", "due_on")
    )
    for pk, path, responsible, state, waiting, due_on in rows.iterator(chunk_size=5000):
        for user in desks.people_of(path, responsible):
            reminder = found[user]
            if waiting == Waiting.RETURNED:
                reminder.returned.append(pk)
            if due_on and state in OPEN_STATES and due_on < day:
                reminder.overdue.append(pk)
            elif due_on in soon and state in OPEN_STATES:
                reminder.due.append(pk)


def _add_waiting(found: dict[int, Reminder], desks: Desks) -> None:
    """Count for the reviewers of each area, and for the heads where a plan asks for approval."""
    to_review = _by_area(Assignment.objects.filter(waiting=Waiting.REVIEW), "area__path")
    to_decide: Counter[str] = Counter()
    for kind in (ExtensionRequest, CancelRequest):
        pending = kind.objects.filter(decision=kind.Decision.PENDING)
        to_decide.update(_by_area(pending, "assignment__area__path"))
    held = Membership.objects.filter(role=Role.REVIEWER, user__is_active=True).order_by()
    for user, path in held.values_list("user", "area__path"):
        reviewed, decided = to_review.get(path or "", 0), to_decide.get(path or "", 0)
        if reviewed or decided:
            # A role in an area and another below it see the same reports.
            found[user].to_review = max(found[user].to_review, reviewed)
            found[user].to_decide = max(found[user].to_decide, decided)
    approved = Assignment.objects.filter(waiting=Waiting.AGENCY).order_by()
    for path, number in approved.values_list("agency__path").annotate(Count("pk")):
        for user in desks.heads_of(path):
            found[user].to_approve += number


def _by_area(rows: "QuerySet[Any]", lookup: str) -> dict[str, int]:
    """How many lie in each area or below it, by the area's path."""
    counts: defaultdict[str, int] = defaultdict(int)
    for path, number in rows.order_by().values_list(lookup).annotate(Count("pk")):
        for place in upwards(path):
            counts[place] += number
    return dict(counts)
