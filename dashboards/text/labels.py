"""Words, tones and icons of verdicts; those of statuses are the tasks' own."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from targets.kinds import Verdict
from tasks.labels import STATES, Sign

VERDICTS: Mapping[str, Sign] = {
    "moving_away": Sign(Verdict.MOVING_AWAY.label, "bad", "worst"),
    "off_track": Sign(Verdict.OFF_TRACK.label, "bad", "bad"),
    "missed": Sign(Verdict.MISSED.label, "bad", "missed"),
    "at_risk": Sign(Verdict.AT_RISK.label, "warn", "warn"),
    "on_track": Sign(Verdict.ON_TRACK.label, "good", "good"),
    "achieved": Sign(Verdict.ACHIEVED.label, "done", "done"),
    "not_assessable": Sign(Verdict.NOT_ASSESSABLE.label, "none", "unsure"),
    "no_data": Sign(Verdict.NO_DATA.label, "none", "none"),
    "judged_by_people": Sign(Verdict.JUDGED_BY_PEOPLE.label, "none", "people"),
}
"""Worst first: the order in which a committee reads them."""

COMPLETED = STATES["completed"]
EXCEEDED = Sign(_("Achieved and exceeded"), "done", "done")


def verdict_sign(verdict: str, *, exceeded: bool = False) -> Sign:
    return EXCEEDED if exceeded and verdict == "achieved" else VERDICTS[verdict]
