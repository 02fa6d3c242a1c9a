"""The closing hour of a reporting period, with two beats and a worker that is killed."""

import time
from datetime import timedelta

from core.calendar import clock
from core.models import AuditEvent, User
from faults.product import wait_until
from faults.trial import Finding, Trial
from provinces.models import Area, Plan
from reports.frozen.services import freeze
from reports.models import ReportDraft, ReportingPeriod, ReportingSchedule, ReportMail

_ADDRESSES = 20
_PATIENCE = 200
"""Seconds: beat rings once a minute, and a run may be killed."""


def closed(trial: Trial) -> Finding:
    """kill −9 the worker while it makes the draft and while it mails the report, with two beats."""
    product, box = trial.product, trial.product.folder / "mails"
    product.environment["R57_EMAIL_URL"] = f"file://{box}"
    period = _period()
    product.start()
    for name in ("beat", "beat-2", "worker"):
        product.start_celery(name)
    wait_until(lambda: ReportDraft.objects.filter(period=period).exists(), seconds=_PATIENCE)
    product.kill("worker")
    product.start_celery("worker")
    report = freeze(period, period.plan.area, by=User.objects.get(username="faults"))
    mails = ReportMail.objects.filter(report=report)
    wait_until(lambda: mails.exclude(taken_at=None).exists(), seconds=_PATIENCE, pause=0.001)
    product.kill("worker")
    product.start_celery("worker")
    wait_until(lambda: not mails.filter(taken_at=None).exists(), seconds=_PATIENCE)
    time.sleep(70)  # Both beats ring again.
    product.stop("worker", "beat", "beat-2", "server")
    drafts = ReportDraft.objects.filter(period=period).count()
    made = AuditEvent.objects.filter(action="report.ready").count()
    told = "".join(path.read_text() for path in box.iterdir())
    times = [told.count(f"To: {one.address}\n") for one in mails]
    lost = mails.filter(sent_at=None).count()
    return Finding(
        "the closing hour with two beats and a killed worker",
        drafts == made == 1 and max(times) == 1 and times.count(0) <= lost <= 1,
        f"{drafts} draft, {made} event of it; of {len(times)} e-mails {times.count(1)} were sent "
        f"once, {sum(n > 1 for n in times)} twice, {times.count(0)} lost by the kill",
    )


def _period() -> ReportingPeriod:
    """It closes in a moment, and its report goes to twenty addresses."""
    User.objects.filter(username="faults").update(is_superuser=True)
    plan = Plan.objects.filter(area__level=Area.Level.PROVINCE).select_related("area").first()
    if plan is None:
        raise RuntimeError("There is no document of a province.")
    now, today = clock.now(), clock.today()
    addresses = "\n".join(f"nguoi-nhan-{n}@nghean.example" for n in range(_ADDRESSES))
    ReportingSchedule.objects.create(
        plan=plan, kind="week", closing_day=5, since=today + timedelta(days=400), mail_to=addresses
    )
    return ReportingPeriod.objects.create(
        plan=plan,
        kind="week",
        first_day=today - timedelta(days=6),
        last_day=today,
        as_of=today,
        closes_at=now + timedelta(seconds=5),
    )
