"""The comparators and the verdicts.

Pure modules take them from here; nothing but the labels comes from Django.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Comparator(TextChoices):
    MORE_THAN = ">", _("more than")
    AT_LEAST = ">=", _("at least")
    LESS_THAN = "<", _("less than")
    AT_MOST = "<=", _("at most")
    EQUAL = "=", _("reach")
    ABOUT = "about", _("about")
    RANGE = "range", _("from – to")
    RANK_TOP = "rank_top", _("among the top")
    GROWTH_AVG = "growth_avg", _("average growth")
    MULTIPLE_OF = "multiple_of", _("times the base-year value")
    QUALITATIVE = "qualitative", _("qualitative")


class Verdict(TextChoices):
    ACHIEVED = "achieved", _("Achieved")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")
    MOVING_AWAY = "moving_away", _("Moving away")
    MISSED = "missed", _("Missed")
    NO_DATA = "no_data", _("No data")
    NOT_ASSESSABLE = "not_assessable", _("Not assessable")
    JUDGED_BY_PEOPLE = "judged_by_people", _("Judged by people")
