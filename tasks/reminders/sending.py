"""The daily reminder by e-mail: once a working day for each person, and never twice.

Each message has a row of its own, committed before it is sent. So two beats cannot both send it,
and a crash loses a message rather than sending it twice.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core import mail
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.audit import trail
from core.calendar import clock
from core.models import User
from tasks.models import Assignment, DigestDay, Escalation, Sending
from tasks.reminders.contents import Reminder, calendar, reminders
from tasks.reminders.letter import letter, shown_assignments

logger = logging.getLogger(__name__)

_SECONDS = 240.0
"""A run ends before the next one begins, and before Celery would kill it."""
_KEPT = timedelta(days=60)
_AT_ONCE = 1000


@dataclass
class Run:
    """How many messages were sent, failed, and were taken by another process."""

    sent: int = 0
    failed: int = 0
    taken_elsewhere: int = 0
    is_finished: bool = False


def send_digests() -> Run | None:
    """One run; None on a day off, before the hour, and when all messages of the day were sent.

    Raises OSError or SMTPException where the mail server cannot be reached; no row is written then.
    """
    now = timezone.localtime(clock.now())
    day = now.date()
    if now.hour < settings.R57_DIGEST_HOUR or not calendar().is_working(day):
        return None
    if DigestDay.objects.filter(day=day, finished_at__isnull=False).exists():
        return None
    begin(day)
    due = reminders(day)
    # Who has a row for the day was served, perhaps by another process.
    served = Sending.objects.filter(user=OuterRef("pk"), day=day, kind=Sending.Kind.DIGEST)
    wanting = User.objects.filter(is_active=True, wants_digest=True).exclude(email="")
    unserved = wanting.exclude(Exists(served)).order_by("pk")
    people = [user for user in unserved if user.pk in due]
    run = Run()
    are_served = _serve(people[: settings.R57_DIGESTS_A_RUN], due, day, run) if people else True
    if not are_served or len(people) > settings.R57_DIGESTS_A_RUN:
        return run
    with transaction.atomic():
        # Another process may have finished the day.
        rows = DigestDay.objects.filter(day=day, finished_at__isnull=True)
        run.is_finished = bool(rows.update(finished_at=clock.now()))
        if run.is_finished:
            sendings = Sending.objects.filter(day=day)
            sent = sendings.filter(sent_at__isnull=False).count()
            counts = {"sent": sent, "lost": sendings.count() - sent}
            trail.record("reminders.finish", DigestDay(day=day), by=None, after=counts)
    return run


@transaction.atomic
def begin(day: date) -> None:
    """Open the day once, and escalate long overdue work to the heads of the agencies."""
    row, is_new = DigestDay.objects.get_or_create(day=day, defaults={"begun_at": clock.now()})
    if not is_new:
        return
    raised = []
    for limit in settings.R57_ESCALATE_AFTER_DAYS:
        known = Escalation.objects.filter(
            assignment=OuterRef("pk"), due_on=OuterRef("due_on"), after_days=limit
        )
        rows = Assignment.objects.open().filter(due_on__lte=day - timedelta(days=limit))
        raised += [
            Escalation(assignment_id=pk, due_on=due_on, after_days=limit, raised_on=day)
            for pk, due_on in rows.exclude(Exists(known)).order_by("pk").values_list("pk", "due_on")
            if due_on
        ]
    Escalation.objects.bulk_create(raised, batch_size=_AT_ONCE, ignore_conflicts=True)
    Sending.objects.filter(day__lt=day - _KEPT).delete()
    trail.record("reminders.begin", row, by=None, after={"escalated": len(raised)})


def _serve(people: Sequence[User], due: Mapping[int, Reminder], day: date, run: Run) -> bool:
    """False where the time was up, or the mail server went away, before the last message."""
    ends = time.monotonic() + _SECONDS
    keys = sorted({pk for user in people for pk in shown_assignments(due[user.pk])})
    rows = Assignment.objects.select_related("task__plan", "agency__successor__successor")
    known: dict[int, Assignment] = {}
    for start in range(0, len(keys), _AT_ONCE):
        known |= rows.in_bulk(keys[start : start + _AT_ONCE])
    connection = mail.get_connection()
    connection.open()
    try:
        for user in people:
            if time.monotonic() > ends:
                return False
            # Committed before anything is sent; another process may have been quicker.
            with transaction.atomic(durable=True):
                sending, is_mine = Sending.objects.get_or_create(
                    user=user, day=day, kind=Sending.Kind.DIGEST, defaults={"taken_at": clock.now()}
                )
            if not is_mine:
                run.taken_elsewhere += 1
                continue
            message = letter(user, due[user.pk], known, day)
            message.connection = connection
            if not _send(message, sending, run):
                # The connection may hang after a failure; the next person gets a new one.
                try:
                    connection.close()
                    connection.open()
                except (SMTPException, OSError):
                    logger.warning("The mail server is gone; the next run goes on")
                    return False
    finally:
        connection.close()
    return True


def _send(message: mail.EmailMultiAlternatives, sending: Sending, run: Run) -> bool:
    """Writes on the row when the message was sent, or which error came."""
    try:
        message.send()
    except (SMTPException, OSError, ValueError) as error:  # A line break in an address is a value.
        sending.error = type(error).__name__
        run.failed += 1
        logger.warning("The reminder to user %d failed: %s", sending.user_id, sending.error)
    else:
        sending.sent_at = clock.now()
        run.sent += 1
    sending.save(update_fields=["sent_at", "error"])
    return not sending.error
