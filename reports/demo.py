"""The reports of the illustrative province, each frozen at the hour at which its period closed."""

from datetime import date, time

from core.calendar import clock
from core.models import User
from provinces.models import Area, Plan
from reports.frozen.services import freeze
from reports.models import PeriodLength, ReportingPeriod, ReportingSchedule
from reports.periods.services import make_ahead

_SINCE = date(2025, 3, 1)


def load_reports(plan: Plan, province: Area, by: User) -> int:
    """Weekly on Friday and monthly on the 15th, since March 2025; how many were frozen.

    The document stays open, so that back-dated reports can be tried.
    """
    for kind, day, moves in ((PeriodLength.WEEK, 5, "before"), (PeriodLength.MONTH, 15, "")):
        ReportingSchedule.objects.get_or_create(
            plan=plan,
            kind=kind,
            defaults={
                "closing_day": day,
                "closing_time": time(16),
                "moves": moves,
                "since": _SINCE,
            },
        )
    make_ahead()
    closed = ReportingPeriod.objects.filter(plan=plan, closes_at__lte=clock.now(), reports=None)
    periods = list(closed.select_related("plan").order_by("closes_at"))
    for period in periods:
        freeze(period, province, by=by, at=period.closes_at, closes=False)
    return len(periods)
