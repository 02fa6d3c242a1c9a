"""Periods made ahead by themselves, from the schedules of the documents."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

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


SCHEDULE_FIELDS = ("closing_day", "closing_time", "months_early", "moves", "mail_to")


@transaction.atomic
def schedule(
    plan: Plan, *, kind: str, given: Mapping[str, Any], by: User, seen: str = ""
) -> ReportingSchedule:
    """Set when reports of a kind close. Periods that have not begun are made anew.

    ``seen``: the stamp of a schedule that is changed, "" for a new one. Raises PermissionDenied,
    and Refused: ``stale``, ``invalid``.
    """
    require(by, Permission.MANAGE_PLAN, plan)
    row = ReportingSchedule.objects.select_for_update().filter(plan=plan, kind=kind).first()
    is_new = row is None
    row = row or ReportingSchedule(plan=plan, kind=kind, since=clock.today())
    if not is_new:
        editing.check_unchanged(row, SCHEDULE_FIELDS, seen)
    change = editing.put(row, given)
    editing.check_row(row)
    editing.save(row, row.full_clean, is_new=is_new)
    if change or is_new:
        _not_begun(row).delete()
        trail.record(
            "report.schedule", row, by=by, before=change.before, after={"kind": kind} | change.after
        )
    make_ahead()
    return row


@transaction.atomic
def unschedule(row: ReportingSchedule, *, by: User) -> None:
    """No further reports of this kind; periods that have begun stay. Raises PermissionDenied."""
    require(by, Permission.MANAGE_PLAN, row.plan)
    _not_begun(row).delete()
    trail.record("report.unschedule", row, by=by, before={"kind": row.kind})
    row.delete()


def _not_begun(row: ReportingSchedule) -> "QuerySet[ReportingPeriod]":
    """Nobody has worked on them yet, so they may follow a schedule that changed."""
    return ReportingPeriod.objects.filter(
        plan=row.plan_id, kind=row.kind, first_day__gt=clock.today(), reports=None, drafts=None
    )
