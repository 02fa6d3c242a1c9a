"""Requests for a later deadline, and the decisions on them."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from provinces.permissions import Permission, require
from tasks.models import Assignment, ExtensionRequest
from tasks.models.obstacle import DecidedRequest
from tasks.reporting.checks import CONFLICT, FORBIDDEN
from tasks.states import State
from tasks.status.history import locked, settle


@transaction.atomic
def request_extension(
    assignment: Assignment, *, by: User, new_due_on: date | None, reason: str
) -> ExtensionRequest:
    """Ask for a later due day.

    Raises PermissionDenied, and Refused: ``already_completed``, ``already_requested`` (409), or
    the faults of day and reason.
    """
    assignment = locked(assignment)
    require(by, Permission.REPORT_STATUS, assignment)
    _check_open(assignment)
    if assignment.extensions.filter(decision=ExtensionRequest.Decision.PENDING).exists():
        raise refuse(
            "already_requested",
            _("A request for this assignment is already waiting."),
            status=CONFLICT,
        )
    faults = []
    if not reason.strip():
        faults.append(Fault("reason_missing", _("Say why more time is needed."), "/reason"))
    if assignment.due_on is None:
        detail = _("Ongoing work has no deadline to extend.")
        faults.append(Fault("no_deadline", detail, "/new_due_on"))
    elif new_due_on is None or new_due_on <= assignment.due_on:
        detail = _("The new deadline is later than the one in force.")
        faults.append(Fault("not_later", detail, "/new_due_on"))
    if faults or new_due_on is None:
        raise Refused(faults)
    request = ExtensionRequest.objects.create(
        assignment=assignment,
        new_due_on=new_due_on,
        reason=reason.strip(),
        requested_by=by,
        requested_at=clock.now(),
    )
    settle(
        assignment,
        "assignment.request_extension",
        by=by,
        since=clock.today(),
        event={
            "request": request.pk,
            "new_due_on": new_due_on.isoformat(),
            "reason": request.reason,
        },
    )
    return request


@transaction.atomic
def decide_extension(
    request: ExtensionRequest, *, by: User, granted: bool, note: str = ""
) -> ExtensionRequest:
    """Grant or refuse, as of today; the assignment keeps its original due day.

    Raises PermissionDenied, and Refused: ``four_eyes`` (403), ``already_completed``,
    ``already_decided`` (409), ``note_missing``.
    """
    assignment = locked(request.assignment)
    require(by, Permission.DECIDE_REQUEST, assignment)
    request = ExtensionRequest.objects.get(pk=request.pk)
    check_undecided(request, by=by, granted=granted, note=note)
    if granted:
        _check_open(assignment)
    put_decision(request, by=by, granted=granted, note=note)
    settle(
        assignment,
        "assignment.decide_extension",
        by=by,
        since=clock.today(),
        event={
            "request": request.pk,
            "decision": request.decision,
            "note": request.decision_note,
        },
    )
    return request


def check_undecided(request: DecidedRequest, *, by: User, granted: bool, note: str) -> None:
    """What holds of every decision on a request.

    Raises Refused: ``four_eyes`` (403), ``already_decided`` (409), ``note_missing``.
    """
    if request.requested_by_id == by.pk:
        raise refuse(
            "four_eyes", _("Nobody decides their own request; ask a colleague."), status=FORBIDDEN
        )
    if request.decision:
        raise refuse(
            "already_decided", _("This request has been decided already."), status=CONFLICT
        )
    if not granted and not note.strip():
        raise refuse("note_missing", _("Say why the request is refused."), "/note")


def put_decision(request: DecidedRequest, *, by: User, granted: bool, note: str) -> datetime:
    """The moment that it was decided at."""
    decisions = DecidedRequest.Decision
    request.decision = decisions.GRANTED if granted else decisions.REFUSED
    request.decision_note = note.strip()
    at = clock.now()
    request.decided_by, request.decided_on, request.decided_at = by, clock.today(), at
    request.save()
    return at


def _check_open(assignment: Assignment) -> None:
    """Raises Refused: an extension after completion would turn late work into work on time."""
    if assignment.state == State.COMPLETED:
        raise refuse(
            "already_completed",
            _("The task is completed; its deadline can no longer be changed."),
            status=CONFLICT,
        )
