"""What is done to much at once: told before the click, done as it was told, taken back in a day."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import refuse
from core.models import User
from core.web.editing import digest
from provinces.models import Plan
from tasks.models import PlanAct, Undoable
from tasks.reporting.checks import CONFLICT

UNDO_WITHIN = timedelta(days=1)


def check_seen(told: Any, seen: str) -> None:
    """``seen``: the digest of what was told before.

    Raises Refused (``changed_meanwhile``, 409) where it is something else by now.
    """
    if seen != digest(told):
        detail = _("It is no longer what you saw; look at the number again, then confirm.")
        raise refuse("changed_meanwhile", detail, status=CONFLICT)


def keep_act(
    plan: Plan, kind: PlanAct.Kind, *, count: int, moved: dict[str, Any], by: User
) -> PlanAct:
    """So that it can be taken back; inside the write's transaction."""
    return PlanAct.objects.create(
        plan=plan, kind=kind, count=count, moved=moved, by=by, at=clock.now()
    )


def is_in_time(done: Undoable) -> bool:
    return done.taken_back_at is None and clock.now() - done.at <= UNDO_WITHIN


def check_in_time(done: Undoable) -> None:
    """Raises Refused (409): ``taken_back``, ``too_late`` after a day."""
    if done.taken_back_at:
        raise refuse("taken_back", _("This was taken back already."), status=CONFLICT)
    if not is_in_time(done):
        raise refuse("too_late", _("It can be taken back within a day only."), status=CONFLICT)


def close(done: Undoable) -> None:
    done.taken_back_at = clock.now()
    done.save(update_fields=["taken_back_at"])
