"""The daily reminder by a real worker, rung more than once, into a folder of mails."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.calendar import clock
from core.models import User
from faults.product import wait_until
from provinces.roles import Role
from tasks.jobs import send_digests
from tasks.models import DigestDay, Sending
from tests.conftest import CeleryProcesses
from tests.factories import AgencyFactory, AssignmentFactory, UserFactory, member

pytestmark = pytest.mark.services


def test_a_job_delivered_four_times_sends_each_mail_once(
    celery_processes: CeleryProcesses, tmp_path: Path
) -> None:
    agency, mails = AgencyFactory.create(), tmp_path / "mails"
    for _ in range(5):
        user = member(UserFactory.create(), Role.OFFICER, agency)
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@nghean.example")
    today = clock.today()
    AssignmentFactory.create(agency=agency, task__due_on=today - timedelta(days=3))
    celery_processes.environment |= {
        "R57_EMAIL_URL": f"file://{mails}",
        "R57_DIGEST_HOUR": "0",
        "R57_WORKED_DAYS": today.isoformat(),
    }
    celery_processes.start_worker()
    for _ in range(4):
        send_digests.delay()
    wait_until(lambda: DigestDay.objects.filter(finished_at__isnull=False).exists(), seconds=60)
    assert Sending.objects.filter(sent_at__isnull=False).count() == 5
    texts = "".join(path.read_text() for path in mails.iterdir())
    assert texts.count("List-Unsubscribe-Post: List-Unsubscribe=One-Click") == 5
