"""Two beats at once: each message goes out once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.db import connection

from core.calendar import clock
from core.calendar.workdays import WorkCalendar
from core.models import User
from provinces.roles import Role
from tasks.models import DigestDay, Escalation, Sending
from tasks.reminders import sending
from tests.factories import AssignmentFactory, UserFactory, member
from tests.tasks.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)
BEATS, PEOPLE = 4, 12


def test_runs_at_the_same_time_send_each_message_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(PEOPLE):
        user = member(UserFactory.create(), Role.OFFICER, cast.agency)
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@nghean.example")
    AssignmentFactory.create(
        agency=cast.agency,
        task__plan=cast.plan,
        task__due_on=clock.today() - timedelta(days=30),
        assigned_on=date(2025, 1, 1),
    )
    monkeypatch.setattr("django.conf.settings.R57_DIGEST_HOUR", 0)
    start, serve = Barrier(BEATS), sending._serve

    def together(*given: Any) -> bool:
        """Each knows already whom to write to: the same people."""
        start.wait()
        return serve(*given)

    def beat(_: int) -> tuple[int, int]:
        try:
            run = sending.send_digests()
            return (run.sent, run.taken_elsewhere) if run else (0, 0)
        finally:
            connection.close()

    with (
        mock.patch.object(WorkCalendar, "is_working", return_value=True),
        mock.patch.object(sending, "_serve", together),
        ThreadPoolExecutor(BEATS) as threads,
    ):
        counts = list(threads.map(beat, range(BEATS)))
    assert sum(sent for sent, _ in counts) == PEOPLE
    assert sum(elsewhere for _, elsewhere in counts) == PEOPLE * (BEATS - 1)
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == PEOPLE
    assert Sending.objects.filter(sent_at__isnull=False).count() == PEOPLE
    assert (DigestDay.objects.count(), Escalation.objects.count()) == (1, 1)
