"""What a task or an assignment can be: each written once, for rows, rules and pages alike.

Pure modules take these from here; nothing but the labels comes from Django.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """What an officer chooses; on schedule or overdue follows from the day."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class DerivedStatus(StrEnum):
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
    NONE = "none", _("none printed")
