"""Words, tones and icons of verdicts; those of statuses are the tasks' own."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from targets.models.assessment import VerdictChoice
from tasks.labels import STATES, Sign

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

COMPLETED = STATES["completed"]
EXCEEDED = Sign(_("Achieved and exceeded"), "done", "done")


def verdict_sign(verdict: str, *, exceeded: bool = False) -> Sign:
    return EXCEEDED if exceeded and verdict == "achieved" else VERDICTS[verdict]
