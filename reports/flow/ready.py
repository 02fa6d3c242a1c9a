"""Drafts made ready when their period closes, each once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.audit import trail
from core.calendar import clock
from reports.frozen.services import draft_of
from reports.models import FrozenReport, ReportDraft, ReportingPeriod

_MISSED = timedelta(days=45)
"""How long ago a period may have closed that nobody has made a draft of."""


def make_ready() -> int:
    """A draft for each period that has closed and has none; how many are new.

    Called by beat, and by the first visit without beat. The row of the period is locked, so of two
    callers one makes the draft, and a second call writes nothing.
    """
    now, mine = clock.now(), {"period": OuterRef("pk"), "area": OuterRef("plan__area")}
    waiting = ReportingPeriod.objects.filter(
        ~Exists(ReportDraft.objects.filter(**mine)),
        ~Exists(FrozenReport.objects.filter(**mine)),
        closes_at__lte=now,
        closes_at__gt=now - _MISSED,
    )
    made = 0
    for pk in list(waiting.order_by("closes_at").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = ReportingPeriod.objects.select_for_update(of=("self",)).filter(pk=pk)
            period = rows.select_related("plan__area").get()
            if ReportDraft.objects.filter(period=period, area=period.plan.area).exists():
                continue  # Another process got there first.
            trail.record("report.ready", draft_of(period, period.plan.area), by=None)
            made += 1
    return made
