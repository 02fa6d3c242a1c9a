"""The states and kinds of tasks and assignments, for models, rules and pages alike.

Pure modules import them too: only the labels come from Django.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """What an officer reports. Whether it is on schedule or overdue follows from the day."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class DerivedStatus(StrEnum):
    """The status on a day, worked out by ``tasks.status.rules``."""

    COMPLETED_ON_TIME = "completed_on_time"
    COMPLETED_LATE = "completed_late"
    IN_PROGRESS_ON_SCHEDULE = "in_progress_on_schedule"
    IN_PROGRESS_OVERDUE = "in_progress_overdue"
    NOT_STARTED_ON_SCHEDULE = "not_started_on_schedule"
    NOT_STARTED_OVERDUE = "not_started_overdue"
    ONGOING = "ongoing"
    CANCELLED = "cancelled"


class DueKind(TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")
    RANGE = "range", _("range of years")
    RECURRING = "recurring", _("recurring")
    FROM_YEAR = "from_year", _("from a year on")
    ONGOING = "ongoing", _("ongoing")
    AS_PRINTED = "as_printed", _("as printed, without a day")
    NONE = "none", _("none printed")
