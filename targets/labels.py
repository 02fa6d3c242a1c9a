"""The reasons of an assessment in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets.judging.verdict import Reason

REASONS: Mapping[str, str | Promise] = {
    Reason.NONE: "",
    Reason.NO_READING: _("No reading was published by this day."),
    Reason.NONE_JUDGEABLE: _("Only forecasts, withdrawn readings or rough figures were published."),
    Reason.AWAITING_JUDGEMENT: _("Nobody has judged it yet."),
    Reason.NO_BASELINE: _("There is no baseline: no reading in or after the base year."),
    Reason.NO_BOUND: _("The bound cannot be used for a computation."),
    Reason.ONE_READING: _("There is only one reading and no baseline to compare it with."),
    Reason.NOT_AFTER_BASELINE: _("The reading is not later than the baseline."),
    Reason.HORIZON_NOT_AFTER_BASELINE: _("The last day of the target is not after its baseline."),
    Reason.MET_AT_BASELINE: _("It was reached in the base year already."),
    Reason.LOST_SINCE_BASELINE: _("It was reached in the base year and is lost since."),
    Reason.NO_DISTANCE: _("The baseline stands on the bound: there is no way to measure."),
    Reason.NOT_POSITIVE: _("Growth can only be computed for positive values."),
    Reason.OUT_OF_RANGE: _("A figure is too large to say anything."),
    Reason.NEVER_ARRIVES: _("At this rate the bound is never reached."),
    Reason.AFTER_HORIZON: _("The reading is later than the last day of the target."),
}


def reason_in_words(reason: str) -> str:
    """In the reader's language; "" where there is nothing to explain."""
    return str(REASONS[reason])
