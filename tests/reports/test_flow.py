"""From the closing hour to the signed paper: each step once, and told to whoever is next."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from core.calendar import clock
from core.models import AuditEvent, User
from provinces.models import Plan
from provinces.roles import Role
from reports.files.word import word
from reports.flow.mails import send_mails
from reports.flow.ready import make_ready
from reports.frozen.services import freeze
from reports.jobs import close_periods
from reports.models import (
    FrozenReport,
    ReportDraft,
    ReportingPeriod,
    ReportingSchedule,
    ReportMail,
    SignedCopy,
)
from tasks.reminders.notices import notices_of
from tests.factories import UserFactory, member
from tests.reports.conftest import CLOSES, FRIDAY, Office

PDF = b"%PDF-1.7\n%a scan"


@pytest.fixture
def monday(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """It is the Monday after the closing hour."""
    monkeypatch.setattr(clock, "now", lambda: CLOSES + timedelta(days=3))
    monkeypatch.setattr(clock, "today", lambda: FRIDAY + timedelta(days=3))
    return office


def _texts(user: User) -> dict[str, list[str]]:
    user.__dict__.pop("_grants", None)
    return {str(group.title): [one.text for one in group.notices] for group in notices_of(user)}


def test_a_draft_is_made_once_when_its_period_closes(monday: Office) -> None:
    assert (make_ready(), make_ready()) == (1, 0)
    draft = ReportDraft.objects.get()
    assert (draft.period, draft.area) == (monday.period, monday.area)
    assert AuditEvent.objects.filter(action="report.ready").count() == 1


def test_none_is_made_before_it_closes_nor_after_it_is_frozen(monday: Office) -> None:
    ReportingPeriod.objects.filter(pk=monday.period.pk).update(
        closes_at=clock.now() + timedelta(minutes=1)
    )
    assert make_ready() == 0
    ReportingPeriod.objects.filter(pk=monday.period.pk).update(closes_at=CLOSES)
    freeze(monday.period, monday.area, by=monday.reviewer)
    assert make_ready() == 0


def test_without_beat_the_first_visit_makes_it(client: Client, monday: Office) -> None:
    client.force_login(monday.viewer)
    assert client.get(reverse("reports")).status_code == HTTPStatus.OK
    assert ReportDraft.objects.count() == 1


def test_whoever_is_next_has_a_notice(monday: Office) -> None:
    name = f"305-KH/TU: {monday.period.name}"
    assert _texts(monday.reviewer)["Báo cáo cần soạn và chốt"] == [name]
    assert "Báo cáo cần soạn và chốt" not in _texts(monday.viewer)
    report = freeze(monday.period, monday.area, by=monday.reviewer)
    assert "Báo cáo cần soạn và chốt" not in _texts(monday.reviewer)
    unsigned = "Báo cáo đã chốt chưa có số và bản quét đã ký"
    assert _texts(monday.reviewer)[unsigned] == [name]
    _signed(report, monday.reviewer)
    assert unsigned not in _texts(monday.reviewer)


def test_the_level_above_has_a_notice_and_sees_it(client: Client, monday: Office) -> None:
    assert monday.area.parent is not None
    centre = member(UserFactory.create(), Role.VIEWER, monday.area.parent)
    report = freeze(monday.period, monday.area, by=monday.reviewer)
    name = f"305-KH/TU: {monday.period.name}"
    assert _texts(centre)["Báo cáo của cấp dưới"] == [name]
    assert "Báo cáo của cấp dưới" not in _texts(monday.stranger)
    client.force_login(centre)
    assert client.get(report.get_absolute_url()).status_code == HTTPStatus.OK


# E-mail


def _with_list(plan: Plan) -> None:
    ReportingSchedule.objects.create(
        plan=plan,
        kind="week",
        closing_day=5,
        since=date(2100, 1, 1),
        mail_to="chu.tich@nghean.example\nvan.phong@nghean.example",
    )


@pytest.mark.django_db(transaction=True)
def test_the_list_gets_the_word_file_once(monday: Office) -> None:
    _with_list(monday.plan)
    report = freeze(monday.period, monday.area, by=monday.reviewer)
    assert (send_mails(), send_mails()) == (2, 0)
    assert [one.to for one in mail.outbox] == [
        ["chu.tich@nghean.example"],
        ["van.phong@nghean.example"],
    ]
    [first, _second] = mail.outbox
    assert "được giao 5 nhiệm vụ" in first.body
    assert report.get_absolute_url() in first.body
    [(name, content, _kind)] = first.attachments
    assert name == "bao-cao-40-2025-11-14-1.docx"
    assert content == word(report)


def test_a_new_version_is_mailed_anew_and_other_areas_are_not(monday: Office) -> None:
    _with_list(monday.plan)
    freeze(monday.period, monday.area, by=monday.reviewer)
    send_mails()
    freeze(monday.period, monday.area, by=monday.reviewer, reason="Bổ sung việc số 4")
    assert send_mails() == 2
    assert "phiên bản 2" in mail.outbox[-1].subject


def test_one_that_was_taken_and_lost_is_never_sent_again(monday: Office) -> None:
    _with_list(monday.plan)
    freeze(monday.period, monday.area, by=monday.reviewer)
    ReportMail.objects.order_by("pk").filter(address__startswith="chu").update(taken_at=clock.now())
    assert send_mails() == 1
    assert [one.to for one in mail.outbox] == [["van.phong@nghean.example"]]


class _Away:
    def __enter__(self) -> Any:
        raise OSError

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""


def test_while_the_mail_server_is_away_nothing_is_taken(
    monday: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_list(monday.plan)
    freeze(monday.period, monday.area, by=monday.reviewer)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "get_connection", _Away)
        close_periods()
    assert not ReportMail.objects.exclude(taken_at=None).exists()
    close_periods()
    assert len(mail.outbox) == 2


# The signed paper


def _signed(report: FrozenReport, by: User) -> SignedCopy:
    return SignedCopy.objects.create(
        report=report, number="123-BC/VPTU", signed_on=FRIDAY, by=by, at=clock.now()
    )


@pytest.fixture
def frozen(monday: Office, client: Client) -> FrozenReport:
    client.force_login(monday.reviewer)
    return freeze(monday.period, monday.area, by=monday.reviewer)


def _sign(client: Client, report: FrozenReport, **given: Any) -> Any:
    usual = {"number": "123-BC/VPTU", "signed_on": "16/11/2025"}
    return client.post(report.get_absolute_url(), {**usual, **given})


def test_number_and_scan_stand_on_the_report_which_stays_the_same(
    client: Client, frozen: FrozenReport
) -> None:
    before = word(frozen)
    assert _sign(client, frozen).status_code == HTTPStatus.FOUND
    assert (
        "Đã ký, số 123-BC/VPTU ngày 16/11/2025"
        in client.get(frozen.get_absolute_url()).content.decode()
    )
    assert _sign(client, frozen, scan=SimpleUploadedFile("a.pdf", PDF)).status_code == 302
    answer: Any = client.get(reverse("signed_scan", args=[frozen.pk, "pdf"]))
    assert b"".join(answer.streaming_content) == PDF
    assert 'filename="123-BC-VPTU.pdf"' in answer["Content-Disposition"]
    assert word(FrozenReport.objects.get(pk=frozen.pk)) == before
    # A number put right keeps the scan.
    _sign(client, frozen, number="124-BC/VPTU")
    again: Any = client.get(reverse("signed_scan", args=[frozen.pk, "pdf"]))
    assert b"".join(again.streaming_content) == PDF
    assert [one.number for one in frozen.signed_copies.all()] == [
        "123-BC/VPTU",
        "123-BC/VPTU",
        "124-BC/VPTU",
    ]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SignedCopy.objects.update(number="?")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"number": " "}, "field-error"),
        ({"signed_on": "18/11/2025"}, "Ngày này chưa đến"),
        ({"scan": SimpleUploadedFile("a.pdf", b"MZ\x90")}, "Bản quét là tệp pdf, png hoặc jpg"),
    ],
)
def test_what_is_no_signed_paper_is_refused(
    client: Client, frozen: FrozenReport, given: dict[str, Any], words: str
) -> None:
    answer = _sign(client, frozen, **given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    assert not SignedCopy.objects.exists()


def test_who_only_reads_puts_nothing_on_it(client: Client, monday: Office) -> None:
    report = freeze(monday.period, monday.area, by=monday.reviewer)
    client.force_login(monday.viewer)
    assert _sign(client, report).status_code == HTTPStatus.FORBIDDEN
    assert "Gắn vào báo cáo" not in client.get(report.get_absolute_url()).content.decode()
