"""Judging qualitative targets; the assessment in force."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused
from core.models import User
from core.queue import recalculation
from provinces.permissions import Permission, holds, register, require
from provinces.roles import MANAGERS
from targets.inputs import histories
from targets.judging.verdict import to_api, working_to_api
from targets.kinds import Comparator, Verdict
from targets.models import Judgement, Target

JUDGEABLE = (
    Verdict.ACHIEVED,
    Verdict.ON_TRACK,
    Verdict.AT_RISK,
    Verdict.OFF_TRACK,
    Verdict.MOVING_AWAY,
    Verdict.MISSED,
)
"""The verdicts that people may give to a qualitative target."""


def register_rules() -> None:
    """Coordinators of the target's area set and judge it."""
    register(Permission.MANAGE_TARGETS, lambda caller, target: holds(caller, MANAGERS, target.area))


@dataclass(frozen=True)
class TargetState:
    """A target as of a day. ``figures`` and ``working`` as in ``Assessment``."""

    verdict: str
    figures: dict[str, Any]
    working: list[dict[str, str]]
    computed_at: datetime


def judge(*, target: Target, by: User, day: date, verdict: str, reason: str) -> Judgement:
    """Record a coordinator's judgement of a qualitative target, as of a day.

    Raises PermissionDenied; Refused (``not_qualitative``, ``unknown_verdict``, ``required``,
    ``future_date``, ``before_document``) naming the field.
    """
    require(by, Permission.MANAGE_TARGETS, target)
    reason = reason.strip()
    faults = []
    if target.comparator != Comparator.QUALITATIVE:
        detail = _("This target is judged by its figures.")
        faults.append(Fault("not_qualitative", detail, "/target"))
    if verdict not in JUDGEABLE:
        faults.append(Fault("unknown_verdict", _("Choose one of the verdicts."), "/verdict"))
    if not reason:
        faults.append(Fault("required", _("Say why."), "/reason"))
    if day > clock.today():
        faults.append(Fault("future_date", _("That day has not come yet."), "/day"))
    if day < target.plan.issued_on:
        detail = _("The document was not issued yet on that day.")
        faults.append(Fault("before_document", detail, "/day"))
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        said = Judgement.objects.create(
            target=target, day=day, verdict=verdict, reason=reason, by=by
        )
        after = {"day": day.isoformat(), "verdict": verdict, "reason": reason}
        trail.record("target.judge", said, by=by, after=after, key=target.code)
        recalculation.mark("target", [target.pk], since=day)
    return said


def assessment_of(
    target: Target, as_of: date, known_at: datetime | None = None
) -> TargetState | None:
    """The snapshot in force on a day; with ``known_at``, computed from what was recorded by then.

    None if the document was not issued by that day. 1 SQL query, 3 if computed.
    """
    if as_of < target.plan.issued_on:
        return None
    row = None if known_at else target.assessments.filter(day__lte=as_of).order_by("-day").first()
    if row:
        return TargetState(row.verdict, row.figures, row.working, row.computed_at)
    # A new target has no snapshot yet.
    [(_target, history)] = histories([target], known_at)
    found = history.on(as_of)
    return TargetState(found.verdict, to_api(found), working_to_api(found), clock.now())
