"""The daily reminder by e-mail: once a working day for each person, and never twice.

Each message is taken by a row of its own, committed before it is sent; so two beats cannot send it
both, and what a crash cuts off is lost rather than doubled.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
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
"""One run ends before the next is rung, and before Celery ends it."""
_KEPT = timedelta(days=60)
_AT_ONCE = 1000


@dataclass
class Run:
    """How many messages went out, failed, and were somebody else's."""

    sent: int = 0
    failed: int = 0
    taken_elsewhere: int = 0
    is_finished: bool = False


def send_digests() -> Run | None:
    """One run; None on a day off, before the hour, and when everybody was served.

    Raises OSError or SMTPException where the mail server cannot be reached; nothing is taken then.
    """
    now = timezone.localtime(clock.now())
    day = now.date()
    if now.hour < settings.R57_DIGEST_HOUR or not calendar().is_working(day):
        return None
    if DigestDay.objects.filter(day=day, finished_at__isnull=False).exists():
        return None
    begin(day)
    wanted = reminders(day)
    people = [user for user in _people(day) if user.pk in wanted]
    run = Run()
    served = _serve(people[: settings.R57_DIGESTS_A_RUN], wanted, day, run) if people else True
    if served and len(people) <= settings.R57_DIGESTS_A_RUN:
        run.is_finished = _finish(day)
    return run


@transaction.atomic
def begin(day: date) -> None:
    """Open the day once, and put what is overdue for long before the heads."""
    row, is_new = DigestDay.objects.get_or_create(day=day, defaults={"begun_at": clock.now()})
    if not is_new:
        return
    raised = [one for limit in settings.R57_ESCALATE_AFTER_DAYS for one in _to_raise(day, limit)]
    Escalation.objects.bulk_create(raised, batch_size=_AT_ONCE, ignore_conflicts=True)
    Sending.objects.filter(day__lt=day - _KEPT).delete()
    trail.record("reminders.begin", row, by=None, after={"escalated": len(raised)})


def _to_raise(day: date, limit: int) -> Iterable[Escalation]:
    known = Escalation.objects.filter(
        assignment=OuterRef("pk"), due_on=OuterRef("due_on"), after_days=limit
    )
    rows = Assignment.objects.open().filter(due_on__lte=day - timedelta(days=limit))
    for pk, due_on in rows.exclude(Exists(known)).order_by("pk").values_list("pk", "due_on"):
        if due_on:
            yield Escalation(assignment_id=pk, due_on=due_on, after_days=limit, raised_on=day)


def _people(day: date) -> list[User]:
    """Whoever wants the e-mail, has an address, and was not served yet."""
    served = Sending.objects.filter(user=OuterRef("pk"), day=day, kind=Sending.Kind.DIGEST)
    rows = User.objects.filter(is_active=True, wants_digest=True).exclude(email="")
    return list(rows.exclude(Exists(served)).order_by("pk"))


def _serve(people: Iterable[User], wanted: dict[int, Reminder], day: date, run: Run) -> bool:
    """False where the time was up, or the mail server went away, before everybody was served."""
    ends, people = time.monotonic() + _SECONDS, list(people)
    known = _assignments({pk for user in people for pk in shown_assignments(wanted[user.pk])})
    connection = mail.get_connection()
    connection.open()
    try:
        for user in people:
            if time.monotonic() > ends:
                return False
            sending = _take(user, day)
            if sending is None:
                run.taken_elsewhere += 1
                continue
            message = letter(user, wanted[user.pk], known, day)
            message.connection = connection
            if not _send(message, sending, run) and not _reopen(connection):
                return False
    finally:
        connection.close()
    return True


def _assignments(keys: set[int]) -> dict[int, Assignment]:
    rows = Assignment.objects.select_related("task__plan", "agency__successor__successor")
    ordered, found = sorted(keys), dict[int, Assignment]()
    for start in range(0, len(ordered), _AT_ONCE):
        found |= rows.in_bulk(ordered[start : start + _AT_ONCE])
    return found


def _take(user: User, day: date) -> Sending | None:
    """The row, committed before anything is sent; None where another process was quicker."""
    with transaction.atomic(durable=True):
        sending, is_mine = Sending.objects.get_or_create(
            user=user, day=day, kind=Sending.Kind.DIGEST, defaults={"taken_at": clock.now()}
        )
    return sending if is_mine else None


def _send(message: mail.EmailMultiAlternatives, sending: Sending, run: Run) -> bool:
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


def _reopen(connection: BaseEmailBackend) -> bool:
    """After a failure the line may hang: a new one for the next person."""
    try:
        connection.close()
        connection.open()
    except (SMTPException, OSError):
        logger.warning("The mail server is gone; the next run goes on")
        return False
    return True


@transaction.atomic
def _finish(day: date) -> bool:
    """False where another process finished the day."""
    rows = DigestDay.objects.filter(day=day, finished_at__isnull=True)
    if not rows.update(finished_at=clock.now()):
        return False
    sendings = Sending.objects.filter(day=day)
    sent = sendings.filter(sent_at__isnull=False).count()
    counts = {"sent": sent, "lost": sendings.count() - sent}
    trail.record("reminders.finish", DigestDay(day=day), by=None, after=counts)
    return True
