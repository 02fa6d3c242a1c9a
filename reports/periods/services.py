"""Periods made ahead by themselves, from the schedules of the documents."""

from datetime import date, time, timedelta

from django.conf import settings
from django.db import transaction

from core.audit import trail
from core.calendar import clock
from core.calendar.workdays import WorkCalendar
from core.models import User
from core.web import editing
from provinces.models import Plan
from provinces.permissions import Permission, require
from reports.models import ReportingPeriod, ReportingSchedule
from reports.periods.calendar import Closing, spans

_AHEAD = timedelta(days=45)


def make_ahead(until: date | None = None) -> int:
    """Write the periods that end by the day, 45 days from now if none is given; how many are new.

    Called by beat, and by the first visit of a day without beat: a second call writes nothing.
    """
    last = until or clock.today() + _AHEAD
    days = WorkCalendar(settings.R57_DAYS_OFF, settings.R57_WORKED_DAYS)
    # Only open periods follow a schedule that changed; those behind stay as they were.
    known = set(ReportingPeriod.objects.values_list("plan", "kind", "last_day"))
    rows = []
    for schedule in ReportingSchedule.objects.select_related("plan"):
        closing = Closing(
            schedule.kind,
            schedule.closing_day,
            schedule.closing_time,
            schedule.months_early,
            schedule.moves,
        )
        rows += [
            ReportingPeriod(
                plan=schedule.plan,
                kind=schedule.kind,
                first_day=span.first_day,
                last_day=span.last_day,
                as_of=span.as_of,
                closes_at=span.closes_at,
            )
            for span in spans(closing, schedule.since, last, days)
            if (schedule.plan_id, schedule.kind, span.last_day) not in known
        ]
    ReportingPeriod.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def schedule(
    plan: Plan,
    *,
    kind: str,
    closing_day: int,
    closing_time: time,
    moves: str,
    months_early: int,
    by: User,
) -> ReportingSchedule:
    """Set when reports of a kind close. Periods that have not begun are made anew.

    Raises PermissionDenied and Refused.
    """
    require(by, Permission.MANAGE_PLAN, plan)
    row = ReportingSchedule.objects.filter(plan=plan, kind=kind).first()
    is_new = row is None
    row = row or ReportingSchedule(plan=plan, kind=kind, since=clock.today())
    given = {
        "closing_day": closing_day,
        "closing_time": closing_time,
        "moves": moves,
        "months_early": months_early,
    }
    change = editing.put(row, given)
    editing.check_row(row)
    row.save()
    if change or is_new:
        coming = ReportingPeriod.objects.filter(
            plan=plan, kind=kind, first_day__gt=clock.today(), reports=None, drafts=None
        )
        coming.delete()
        trail.record(
            "report.schedule", row, by=by, before=change.before, after={"kind": kind} | change.after
        )
    make_ahead()
    return row
