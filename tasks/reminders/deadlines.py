"""On which working day somebody is told that a deadline comes near. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.calendar.workdays import WorkCalendar

DAYS_BEFORE = (7, 3, 1)


def deadlines_to_tell(
    today: date, calendar: WorkCalendar, days_before: Sequence[int] = DAYS_BEFORE
) -> set[date]:
    """Deadlines that are 7, 3 or 1 days away today, or will be on a day off before the next working
    day: those are told earlier, never later."""
    days = (calendar.after(today) - today).days
    told = (today + timedelta(days=ahead) for ahead in range(days))
    return {day + timedelta(days=before) for day in told for before in days_before}
