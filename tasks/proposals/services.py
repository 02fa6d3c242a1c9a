"""Proposals made of similar obstacles, changed, answered; their obstacles resolved."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.queue import recalculation
from core.web import editing
from provinces.models import Area
from provinces.permissions import Permission, require
from tasks.models import Obstacle, Proposal
from tasks.reporting.checks import CONFLICT

PROPOSAL_FIELDS = (
    "text_vi",
    "text_en",
    "addressee",
    "addressee_text",
    "letter_number",
    "sent_on",
    "answer",
    "answered_on",
)


@transaction.atomic
def make_proposal(
    area: Area, obstacles: Collection[int], *, given: Mapping[str, Any], by: User
) -> Proposal:
    """Raises PermissionDenied, and Refused: as ``add_obstacles``, or with every faulty field."""
    require(by, Permission.MANAGE_OBSTACLES, area)
    proposal = Proposal(area=area)
    editing.put(proposal, given)
    _check(proposal)
    free = _free(proposal, obstacles)
    proposal.save(force_insert=True)
    Obstacle.objects.filter(pk__in=free).update(proposal=proposal)
    after = {"area": area.code, **editing.facts(proposal, PROPOSAL_FIELDS), "obstacles": free}
    trail.record("proposal.create", proposal, by=by, after=after)
    recalculation.touch_generation()
    return proposal


@transaction.atomic
def change_proposal(proposal: Proposal, *, given: Mapping[str, Any], seen: str, by: User) -> bool:
    """False when nothing changed. Raises PermissionDenied, and Refused: ``stale`` (412), or every
    fault."""
    proposal = _locked(proposal, by)
    editing.check_unchanged(proposal, PROPOSAL_FIELDS, seen)
    change = editing.put(proposal, given)
    if not change:
        return False
    _check(proposal)
    proposal.save()
    trail.record("proposal.change", proposal, by=by, before=change.before, after=change.after)
    recalculation.touch_generation()
    return True


@transaction.atomic
def add_obstacles(proposal: Proposal, obstacles: Collection[int], *, by: User) -> int:
    """Returns how many were added.

    Raises PermissionDenied, and Refused: ``none_chosen``, ``not_free`` (409) when one of them is
    resolved, in another proposal or in another area by now.
    """
    proposal = _locked(proposal, by)
    free = _free(proposal, obstacles)
    Obstacle.objects.filter(pk__in=free).update(proposal=proposal)
    trail.record("proposal.add", proposal, by=by, after={"obstacles": free})
    recalculation.touch_generation()
    return len(free)


@transaction.atomic
def remove_obstacles(proposal: Proposal, obstacles: Collection[int], *, by: User) -> int:
    """Returns how many were taken out.

    Raises PermissionDenied, and Refused: ``none_chosen``, ``not_in_it`` (409).
    """
    proposal = _locked(proposal, by)
    held = _locked_obstacles(obstacles, proposal=proposal)
    if len(held) < len(set(obstacles)):
        detail = _("One of them was taken out of this proposal meanwhile; choose again.")
        raise refuse("not_in_it", detail, status=CONFLICT)
    Obstacle.objects.filter(pk__in=held).update(proposal=None)
    trail.record("proposal.remove", proposal, by=by, before={"obstacles": held})
    recalculation.touch_generation()
    return len(held)


@transaction.atomic
def resolve_with_answer(proposal: Proposal, *, seen: str, by: User) -> int:
    """Resolve the proposal's open obstacles, as of today and with its answer as the resolution.

    Returns how many. Raises PermissionDenied, and Refused: ``stale`` (412), ``no_answer`` (409),
    ``nothing_open`` (409).
    """
    proposal = _locked(proposal, by)
    editing.check_unchanged(proposal, PROPOSAL_FIELDS, seen)
    if not proposal.answered_on:
        raise refuse("no_answer", _("Record the answer first."), "/answer", status=CONFLICT)
    rows = Obstacle.objects.select_for_update(of=("self",)).filter(
        proposal=proposal, resolved_on=None
    )
    still_open = sorted(row.pk for row in rows.order_by("pk"))
    if not still_open:
        raise refuse("nothing_open", _("Every obstacle of it is resolved."), status=CONFLICT)
    Obstacle.objects.filter(pk__in=still_open).update(
        resolved_on=clock.today(), resolution=proposal.answer
    )
    after = {"obstacles": still_open, "resolution": proposal.answer}
    trail.record("proposal.resolve", proposal, by=by, after=after)
    recalculation.touch_generation()
    return len(still_open)


def _locked(proposal: Proposal, by: User) -> Proposal:
    """The row, locked. Raises PermissionDenied."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("area")
    proposal = rows.get(pk=proposal.pk)
    require(by, Permission.MANAGE_OBSTACLES, proposal.area)
    return proposal


def _free(proposal: Proposal, obstacles: Collection[int]) -> list[int]:
    found = _locked_obstacles(
        obstacles, proposal=None, resolved_on=None, area__path__startswith=proposal.area.path
    )
    if len(found) < len(set(obstacles)):
        detail = _("One of the obstacles was resolved or put into another proposal; choose again.")
        raise refuse("not_free", detail, status=CONFLICT)
    return found


def _locked_obstacles(obstacles: Collection[int], **conditions: Any) -> list[int]:
    """Their ids. Everybody locks them in one order, so that there is no deadlock."""
    if not obstacles:
        raise refuse("none_chosen", _("Tick at least one obstacle."))
    rows = Obstacle.objects.select_for_update(of=("self",)).filter(pk__in=obstacles, **conditions)
    return [row.pk for row in rows.order_by("pk")]


def _check(proposal: Proposal) -> None:
    faults = []
    if not proposal.addressee and not proposal.addressee_text:
        detail = _("Say to whom it goes: choose the agency or write its name.")
        faults.append(Fault("addressee_missing", detail, "/addressee_text"))
    for name in ("sent_on", "answered_on"):
        day = getattr(proposal, name)
        if day and day > clock.today():
            detail = _("The day has not come yet; choose today or earlier.")
            faults.append(Fault("future_date", detail, f"/{name}"))
    if bool(proposal.answer) != bool(proposal.answered_on):
        name = "answered_on" if proposal.answer else "answer"
        detail = _("An answer needs both its text and its day.")
        faults.append(Fault("answer_incomplete", detail, f"/{name}"))
    elif proposal.sent_on and proposal.answered_on and proposal.answered_on < proposal.sent_on:
        detail = _("The answer cannot be older than the proposal.")
        faults.append(Fault("answered_too_early", detail, "/answered_on"))
    if faults:
        raise Refused(faults)
    editing.check_row(proposal)
