"""The daily reminder: what is in it, in which language, on which days, and never twice."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries as DjangoAssertMaxNumQueries

from core.calendar import clock
from core.models import AuditEvent, User
from provinces.models import Agency, Delegation
from provinces.roles import Role
from targets.awaited import awaited
from tasks import jobs
from tasks.models import Assignment, DigestDay, Escalation, Sending
from tasks.reminders.contents import Reminder, reminders
from tasks.reminders.letter import SHOWN, letter
from tasks.reminders.sending import Run, send_digests
from tasks.reporting import reviews
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    ExtensionFactory,
    IndicatorFactory,
    UserFactory,
    member,
    reading,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import due, report

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)
Turn = Callable[..., None]


@pytest.fixture(autouse=True)
def turn_to(monkeypatch: pytest.MonkeyPatch) -> Turn:
    """Sets the clock; it is Friday, 20 November 2026, eight in the morning in Viet Nam."""

    def turn(day: date, hour: int = 8) -> None:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "today", lambda: day)

    turn(FRIDAY)
    return turn


@pytest.fixture
def officer(cast: Cast) -> User:
    return reachable(cast.officer)


def reachable(user: User, **fields: Any) -> User:
    User.objects.filter(pk=user.pk).update(email=f"{user.username}@nghean.example", **fields)
    user.refresh_from_db()
    return user


def run() -> Run:
    found = send_digests()
    assert found is not None
    return found


def letters() -> dict[str, str]:
    """The text of each mail by its address."""
    return {message.to[0]: str(message.body) for message in mail.outbox}


def test_a_digest_names_what_is_overdue_due_and_returned(cast: Cast, officer: User) -> None:
    due(cast, date(2026, 11, 1), task__title_vi="Xây trung tâm dữ liệu", task__number="7")
    due(cast, date(2026, 11, 23), task__title_vi="Lắp trạm 5G")
    reviews.review_report(
        report(cast.assignment, officer), by=cast.reviewer, decision="returned", reason="Thiếu"
    )
    assert run().sent == 1
    (message,) = mail.outbox
    assert message.subject == "Nghị quyết 57, 20/11/2026: 1 quá hạn, 1 sắp đến hạn, 1 trả lại"
    text = str(message.body)
    assert "7. Xây trung tâm dữ liệu" in text
    assert "thời hạn 01/11/2026 · quá hạn 19 ngày" in text
    assert "còn 3 ngày" in text
    assert f"http://127.0.0.1:8000/assignments/{cast.assignment.pk}/" in text


def test_deadlines_between_the_marks_and_ended_work_are_not_named(
    cast: Cast, officer: User
) -> None:
    due(cast, date(2026, 11, 26))
    due(cast, date(2026, 11, 1), state="completed")
    assert reminders(FRIDAY) == {}
    assert run() == Run(is_finished=True)


def test_each_is_written_to_in_their_language(cast: Cast, officer: User) -> None:
    due(cast, date(2026, 11, 1), task__title_en="Build the data centre")
    english = reachable(member(UserFactory.create(), Role.OFFICER, cast.agency), language="en")
    run()
    assert "Build the data centre" in letters()[english.email]
    assert "1 day left" not in letters()[english.email]
    assert "QUÁ HẠN (1)" in letters()[officer.email]
    second: Any = mail.outbox[1]
    assert '<html lang="en">' in second.alternatives[0][0]


def test_no_word_of_a_letter_is_left_in_the_other_language(cast: Cast, officer: User) -> None:
    """Every section of it; what both letters say are names and numbers."""
    late = due(cast, date(2026, 11, 1), task__title_vi="Xây trung tâm", task__title_en="Build it")
    left = [AssignmentFactory.create().pk for _ in range(SHOWN)]
    indicator = IndicatorFactory.create(
        owner=cast.agency, name_vi="Kinh tế số", name_en="Digital share", frequency="year"
    )
    reading(indicator, cast.area, "2023", "13")
    lists: dict[str, Any] = {
        name: [late.pk, *left] for name in ("overdue", "due", "returned", "escalated")
    }
    told = Reminder(**lists, figures=list(awaited(FRIDAY)), to_review=1, to_decide=2, to_approve=3)
    words = []
    for language in ("vi", "en"):
        officer.language = language
        message: Any = letter(officer, told, {late.pk: late}, FRIDAY)
        html, _kind = message.alternatives[0]
        text = re.sub(r"https?://\S+|<[^>]*>", " ", f"{message.subject} {message.body} {html}")
        words.append(words_of(text))
    names = f"{officer} {cast.plan.number} {cast.agency} {cast.area.short_name_en}"
    assert min(map(len, words)) > 40
    assert words[0] & words[1] <= words_of(names)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text))


def test_a_mail_has_two_parts_and_a_way_out_in_one_click(cast: Cast, officer: User) -> None:
    due(cast, date(2026, 11, 1), task__title_vi="<b>Hạ tầng</b>")
    run()
    message: Any = mail.outbox[0]
    html, kind = message.alternatives[0]
    assert (kind, "&lt;b&gt;Hạ tầng" in html, "<b>Hạ tầng" in message.body) == (
        "text/html",
        True,
        True,
    )
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("http://127.0.0.1:8000/notices/unsubscribe/")
    assert address in message.body


@pytest.mark.parametrize("fields", [{"email": ""}, {"wants_digest": False}, {"is_active": False}])
def test_who_has_no_address_or_wants_no_mail_gets_none(
    cast: Cast, officer: User, fields: dict[str, Any]
) -> None:
    due(cast, date(2026, 11, 1))
    User.objects.filter(pk=officer.pk).update(**fields)
    assert run().sent == 0
    assert not Sending.objects.exists()


def test_a_second_run_of_the_day_sends_nothing(cast: Cast, officer: User) -> None:
    due(cast, date(2026, 11, 1))
    assert run().is_finished
    assert send_digests() is None
    assert len(mail.outbox) == 1


def test_nothing_is_sent_on_days_off_or_before_the_hour(
    cast: Cast, officer: User, turn_to: Turn
) -> None:
    due(cast, date(2026, 11, 1))
    off = (date(2026, 11, 21), date(2026, 11, 24), date(2027, 2, 8))
    for day, hour in ((FRIDAY, 6), *((day, 8) for day in off)):
        turn_to(day, hour)
        assert send_digests() is None
    with override_settings(R57_WORKED_DAYS=frozenset([date(2026, 11, 21)])):
        turn_to(date(2026, 11, 21))
        assert run().sent == 1


def test_a_message_that_was_taken_and_not_sent_is_never_sent_again(
    cast: Cast, officer: User
) -> None:
    due(cast, date(2026, 11, 1))
    with (
        mock.patch("tasks.reminders.sending._send", side_effect=MemoryError),
        pytest.raises(MemoryError),
    ):
        send_digests()
    assert Sending.objects.get().sent_at is None
    assert run() == Run(is_finished=True)
    assert mail.outbox == []
    assert AuditEvent.objects.get(action="reminders.finish").after == {"sent": 0, "lost": 1}


def test_a_wrong_address_keeps_nobody_else_from_their_mail(
    cast: Cast, officer: User, caplog: pytest.LogCaptureFixture
) -> None:
    due(cast, date(2026, 11, 1))
    other = reachable(member(UserFactory.create(), Role.OFFICER, cast.agency))
    User.objects.filter(pk=officer.pk).update(email="officer\n@nghean.example")
    found = run()
    assert (found.sent, found.failed, list(letters())) == (1, 1, [other.email])
    assert Sending.objects.get(user=officer).error == "BadHeaderError"
    assert "nghean.example" not in caplog.text


def test_without_a_mail_server_nothing_is_taken_and_the_next_run_sends(
    cast: Cast, officer: User
) -> None:
    due(cast, date(2026, 11, 1))
    with mock.patch.object(EmailBackend, "open", side_effect=ConnectionRefusedError):
        jobs.send_digests()
    assert not Sending.objects.exists()
    assert run().sent == 1


def test_when_the_mail_server_goes_away_the_others_wait_for_the_next_run(
    cast: Cast, officer: User
) -> None:
    due(cast, date(2026, 11, 1))
    for _ in range(3):
        reachable(member(UserFactory.create(), Role.OFFICER, cast.agency))
    opened = [None, ConnectionRefusedError]
    with (
        mock.patch.object(EmailBackend, "open", side_effect=opened),
        mock.patch.object(EmailBackend, "send_messages", side_effect=SMTPServerDisconnected),
    ):
        assert run() == Run(failed=1)
    assert run() == Run(sent=3, is_finished=True)


@override_settings(R57_DIGESTS_A_RUN=2)
def test_a_run_is_bounded_and_the_next_goes_on(cast: Cast, officer: User) -> None:
    due(cast, date(2026, 11, 1))
    for _ in range(2):
        reachable(member(UserFactory.create(), Role.OFFICER, cast.agency))
    assert [run(), run()] == [Run(sent=2), Run(sent=1, is_finished=True)]
    assert len(letters()) == 3


def test_reading_costs_the_same_for_one_person_and_for_many(
    cast: Cast, django_assert_max_num_queries: DjangoAssertMaxNumQueries
) -> None:
    for _ in range(6):
        agency = AgencyFactory.create()
        reachable(member(UserFactory.create(), Role.OFFICER, agency))
        due(cast, date(2026, 11, 1), agency=agency)
        due(cast, date(2026, 11, 21), agency=agency)
    with django_assert_max_num_queries(12):
        assert len(reminders(FRIDAY)) == 6


# Heads and reviewers ----------------------------------------------------------------------------


def head_of(agency: Agency) -> User:
    return reachable(member(UserFactory.create(), Role.AGENCY_HEAD, agency))


def test_what_is_overdue_for_long_is_put_before_the_head_once(
    cast: Cast, officer: User, turn_to: Turn
) -> None:
    head = head_of(cast.agency)
    late = due(cast, FRIDAY - timedelta(days=15))
    due(cast, FRIDAY - timedelta(days=14))
    run()
    assert "NGƯỜI ĐỨNG ĐẦU" in letters()[head.email]
    assert "NGƯỜI ĐỨNG ĐẦU" not in letters()[officer.email]
    assert list(Escalation.objects.values_list("assignment", flat=True)) == [late.pk]
    turn_to(date(2026, 11, 23))
    assert reminders(date(2026, 11, 23))[head.pk].escalated == []
    run()
    assert Escalation.objects.count() == 2


def test_after_a_granted_extension_the_days_are_counted_anew(cast: Cast, turn_to: Turn) -> None:
    head_of(cast.agency)
    late = due(cast, FRIDAY - timedelta(days=20))
    run()
    Assignment.objects.filter(pk=late.pk).update(due_on=date(2026, 12, 1))
    turn_to(date(2026, 12, 16))
    run()
    assert list(Escalation.objects.order_by("pk").values_list("due_on", flat=True)) == [
        date(2026, 10, 31),
        date(2026, 12, 1),
    ]


@override_settings(R57_ESCALATE_AFTER_DAYS=[15, 45])
def test_two_limits_passed_at_once_are_one_line(cast: Cast) -> None:
    head, late = head_of(cast.agency), due(cast, FRIDAY - timedelta(days=60))
    run()
    assert Escalation.objects.count() == 2
    assert reminders(FRIDAY)[head.pk].escalated == [late.pk]


def test_an_agency_without_a_head_is_put_before_the_one_above(cast: Cast) -> None:
    below = AgencyFactory.create(parent=cast.agency)
    head, late = head_of(cast.agency), due(cast, FRIDAY - timedelta(days=60), agency=below)
    run()
    assert reminders(FRIDAY)[head.pk].escalated == [late.pk]


def test_reviewers_are_told_how_much_waits_for_them(cast: Cast, officer: User) -> None:
    reachable(cast.reviewer)
    report(cast.assignment, officer)
    ExtensionFactory.create(assignment=cast.assignment)
    run()
    text = letters()[cast.reviewer.email]
    assert "1 báo cáo chờ duyệt" in text
    assert "1 đề nghị gia hạn chờ quyết định" in text
    assert "/review/" in text
    assert mail.outbox[0].subject.endswith("việc chờ bạn xử lý")


def test_a_head_is_told_what_waits_for_their_approval(cast: Cast, officer: User) -> None:
    head = head_of(cast.agency)
    cast.plan.requires_agency_approval = True
    cast.plan.save()
    report(cast.assignment, officer)
    assert reminders(FRIDAY)[head.pk].to_approve == 1
    run()
    assert "1 báo cáo chờ lãnh đạo đơn vị duyệt" in letters()[head.email]


def test_a_deputy_is_told_for_the_days_they_stand_in(cast: Cast, officer: User) -> None:
    deputy = UserFactory.create()
    Delegation.objects.create(
        agency=cast.agency, delegator=officer, delegate=deputy, from_day=FRIDAY, to_day=FRIDAY
    )
    late = due(cast, date(2026, 11, 1), responsible=officer)
    assert reminders(FRIDAY)[deputy.pk].overdue == [late.pk]
    assert deputy.pk not in reminders(date(2026, 11, 23))


# Figures ----------------------------------------------------------------------------------------


def test_the_owner_of_an_indicator_is_told_on_mondays_what_is_missing(
    cast: Cast, officer: User, turn_to: Turn
) -> None:
    indicator = IndicatorFactory.create(owner=cast.agency, name_vi="Kinh tế số", frequency="year")
    reading(indicator, cast.area, "2023", "13")
    assert reminders(FRIDAY) == {}
    monday = date(2026, 11, 23)
    turn_to(monday)
    run()
    assert "Kinh tế số, Nghệ An, 2024" in letters()[officer.email]
    assert f"/indicators/{indicator.code}/" in letters()[officer.email]


def test_a_figure_that_became_missing_now_is_told_at_once(cast: Cast, officer: User) -> None:
    indicator = IndicatorFactory.create(
        owner=cast.agency, frequency="month", expected_after_days=19
    )
    reading(indicator, cast.area, "2026-09", "13")
    assert [one.late.days_late for one in reminders(FRIDAY)[officer.pk].figures] == [1]
    assert reminders(date(2026, 11, 25)) == {}


def test_old_rows_are_forgotten_and_every_day_is_audited(cast: Cast, officer: User) -> None:
    Sending.objects.create(user=officer, day=date(2026, 1, 5), kind="digest", taken_at=clock.now())
    due(cast, date(2026, 11, 1))
    run()
    assert [row.day for row in Sending.objects.all()] == [FRIDAY]
    assert DigestDay.objects.get().finished_at is not None
    finished = AuditEvent.objects.get(action="reminders.finish")
    assert (finished.user, finished.after) == (None, {"sent": 1, "lost": 0})


def test_beat_rings_a_job_that_the_worker_knows() -> None:
    entry: Any = settings.CELERY_BEAT_SCHEDULE["digest"]
    assert entry["task"] == jobs.send_digests.name
    assert entry["options"]["expires"] <= entry["schedule"]
