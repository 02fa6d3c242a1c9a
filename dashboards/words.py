"""Words, tones and icons of verdicts and statuses. Colour is never the only sign."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets.models.assessment import VerdictChoice


@dataclass(frozen=True)
class Sign:
    """``tone`` is one of done, good, warn, bad, none; ``icon`` a symbol of the sprite."""

    label: str | Promise
    tone: str
    icon: str


VERDICTS: Mapping[str, Sign] = {
    "moving_away": Sign(VerdictChoice.MOVING_AWAY.label, "bad", "worst"),
    "off_track": Sign(VerdictChoice.OFF_TRACK.label, "bad", "bad"),
    "missed": Sign(VerdictChoice.MISSED.label, "bad", "missed"),
    "at_risk": Sign(VerdictChoice.AT_RISK.label, "warn", "warn"),
    "on_track": Sign(VerdictChoice.ON_TRACK.label, "good", "good"),
    "achieved": Sign(VerdictChoice.ACHIEVED.label, "done", "done"),
    "not_assessable": Sign(VerdictChoice.NOT_ASSESSABLE.label, "none", "unsure"),
    "no_data": Sign(VerdictChoice.NO_DATA.label, "none", "none"),
    "judged_by_people": Sign(VerdictChoice.JUDGED_BY_PEOPLE.label, "none", "people"),
}
"""Worst first: the order in which a committee reads them."""

COMPLETED = Sign(_("Completed"), "done", "done")
EXCEEDED = Sign(_("Achieved and exceeded"), "done", "done")

STATUSES: Mapping[str, Sign] = {
    "completed_on_time": Sign(_("Completed on time"), "done", "done"),
    "completed_late": Sign(_("Completed late"), "done", "clock"),
    "in_progress_on_schedule": Sign(_("In progress, on schedule"), "good", "good"),
    "not_started_on_schedule": Sign(_("Not started, on schedule"), "none", "idle"),
    "in_progress_overdue": Sign(_("In progress, overdue"), "bad", "bad"),
    "not_started_overdue": Sign(_("Not started, overdue"), "bad", "worst"),
    "ongoing": Sign(_("Ongoing"), "good", "unsure"),
    "cancelled": Sign(_("Cancelled"), "none", "cancelled"),
}
"""In the order of the split bar: done first, then what is left, then what does not count."""


def verdict_sign(verdict: str, *, exceeded: bool = False) -> Sign:
    return EXCEEDED if exceeded and verdict == "achieved" else VERDICTS[verdict]
