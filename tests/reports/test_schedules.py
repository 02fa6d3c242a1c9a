"""When reports of a document close: set on a page of its own by whoever coordinates it."""

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.dates import WEEKDAYS

from core.calendar import clock
from core.models import AuditEvent
from reports.models import ReportingPeriod, ReportingSchedule
from reports.periods.calendar import HANOI
from reports.periods.services import make_ahead
from tests.reports.conftest import Office

WEEKLY: dict[str, Any] = {
    "kind": "week",
    "closing_day": "5",
    "closing_time": "16:00",
    "months_early": "0",
    "moves": "before",
    "mail_to": "",
    "seen": "",
}


def _page(office: Office, query: str = "") -> str:
    return reverse("report_schedules", args=[office.plan.pk]) + query


def _open(office: Office) -> list[ReportingPeriod]:
    rows = ReportingPeriod.objects.filter(plan=office.plan, closes_at__gt=clock.now())
    return list(rows.order_by("closes_at"))


def test_the_coordinator_sets_when_reports_close(client: Client, office: Office) -> None:
    client.force_login(office.coordinator)
    answer = client.post(_page(office), {**WEEKLY, "mail_to": "a@nghean.example\nb@nghean.example"})
    assert answer.status_code == HTTPStatus.FOUND
    row = ReportingSchedule.objects.get(plan=office.plan)
    assert (row.kind, row.closing_day, row.closing_time) == ("week", 5, time(16))
    assert row.addresses == ["a@nghean.example", "b@nghean.example"]
    coming = _open(office)
    assert len(coming) >= 6
    assert {one.closes_at.astimezone(HANOI).hour for one in coming} == {16}
    shown = client.get(_page(office)).content.decode()
    assert f"16:00, {WEEKDAYS[4]}" in shown
    assert "a@nghean.example, b@nghean.example" in shown
    assert AuditEvent.objects.filter(action="report.schedule", user=office.coordinator).exists()


def test_a_change_moves_only_periods_that_have_not_begun(client: Client, office: Office) -> None:
    client.force_login(office.coordinator)
    client.post(_page(office), WEEKLY)
    begun = [one.pk for one in _open(office) if one.first_day <= clock.today()]
    seen = client.get(_page(office, "?kind=week")).context["form"].seen
    client.post(_page(office, "?kind=week"), {**WEEKLY, "closing_time": "11:30", "seen": seen})
    hours = {
        one.closes_at.astimezone(HANOI).strftime("%H:%M")
        for one in _open(office)
        if one.pk not in begun
    }
    assert hours == {"11:30"}
    kept = ReportingPeriod.objects.filter(pk__in=begun)
    assert {one.closes_at.astimezone(HANOI).hour for one in kept} <= {16}


def test_what_a_colleague_set_meanwhile_is_not_overwritten(client: Client, office: Office) -> None:
    client.force_login(office.coordinator)
    client.post(_page(office), WEEKLY)
    again = client.post(_page(office), {**WEEKLY, "closing_day": "4"})
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY  # There is a weekly one already.
    stale = client.post(_page(office, "?kind=week"), {**WEEKLY, "closing_day": "4", "seen": "x"})
    assert stale.status_code == HTTPStatus.PRECONDITION_FAILED
    assert ReportingSchedule.objects.get().closing_day == 5


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"closing_day": "8"}, "Một tuần có bảy ngày"),
        ({"closing_time": "25:00"}, "field-error"),
        ({"mail_to": "không phải thư"}, "không phải là địa chỉ thư điện tử"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    client: Client, office: Office, given: dict[str, str], words: str
) -> None:
    client.force_login(office.coordinator)
    answer = client.post(_page(office), {**WEEKLY, **given})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    assert not ReportingSchedule.objects.exists()


def test_a_report_that_is_no_longer_due_leaves_what_has_begun(
    client: Client, office: Office
) -> None:
    client.force_login(office.coordinator)
    client.post(_page(office), WEEKLY)
    assert client.post(reverse("drop_schedule", args=[office.plan.pk, "week"])).status_code == 302
    assert not ReportingSchedule.objects.exists()
    assert all(one.first_day <= clock.today() for one in _open(office))
    assert ReportingPeriod.objects.filter(pk=office.period.pk).exists()


def test_days_off_of_the_settings_move_the_closing(office: Office, settings: Any) -> None:
    friday = clock.today() + timedelta(days=(4 - clock.today().weekday()) % 7 + 7)
    settings.R57_DAYS_OFF = [friday]
    ReportingSchedule.objects.create(
        plan=office.plan, kind="week", closing_day=5, closing_time=time(16), since=clock.today()
    )
    make_ahead()
    moved = ReportingPeriod.objects.get(plan=office.plan, last_day=friday)
    thursday = friday - timedelta(days=1)
    assert moved.closes_at == datetime.combine(thursday, time(16), HANOI)
    assert moved.as_of == thursday


def test_the_words_of_each_kind(office: Office) -> None:
    row = ReportingSchedule(plan=office.plan, kind="month", closing_day=31, closing_time=time(16))
    assert row.closing_words == "16:00, ngày cuối tháng"
    row.closing_day, row.months_early, row.kind = 30, 1, "year"
    assert row.closing_words == "16:00, ngày 30, trước tháng cuối 1 tháng"
    assert date(2025, 11, 30).day == row.closing_day
