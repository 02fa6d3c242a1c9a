"""What is missing or stale, and who should have sent it."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from core.calendar import clock
from dashboards.pages.indicators import indicator_lines
from dashboards.pages.missing import PAGE_SIZE, missing
from indicators.files.services import work_off
from indicators.models import ImportJob, Indicator
from provinces.models import Agency
from provinces.roles import Role
from tests.dashboards.conftest import Place
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    IndicatorFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)

DAY = date(2026, 11, 21)
PAGE = "/indicators/missing/"


@pytest.fixture
def indicator(place: Place) -> Indicator:
    """Yearly, due 90 days after the year, owned by the department."""
    return IndicatorFactory.create(code="share", owner=place.agency)


def test_a_stale_figure_is_listed_with_owner_head_and_days(
    place: Place, indicator: Indicator
) -> None:
    reading(indicator, place.area, "2024", "13")
    (sender,) = missing(DAY).senders
    (line,) = sender.lines
    assert (sender.name, sender.head) == ("Sở Khoa học và Công nghệ", "Nguyễn Thị Hoa")
    assert (line.period, line.due_on, line.days_late) == ("2025", date(2026, 3, 31), 235)


@pytest.mark.parametrize(
    ("frequency", "period", "status"),
    [
        ("month", "2026-01", "A"),
        ("month", "2026-02", "F"),
        ("quarter", "2025-Q4", "P"),
        ("half", "2025-S2", "A"),
        ("year", "2024", "O"),
        ("irregular", "2024", "A"),
    ],
)
def test_the_list_and_the_page_of_missing_figures_call_the_same_figure_late(
    place: Place, frequency: str, period: str, status: str
) -> None:
    indicator = IndicatorFactory.create(
        code="rate", owner=place.agency, frequency=frequency, expected_after_days=20
    )
    value = None if status == "O" else "13"
    reading(indicator, place.area, period, value, obs_status=status, note="?")
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(0, 150, 5)]
    for day in days:
        (line,) = indicator_lines(day, place.area.code)
        assert line.is_stale == bool(missing(day).total), day
    TargetFactory.create(plan=place.plan, indicator=indicator)
    for day in days:
        (line,) = indicator_lines(day, place.area.code)
        assert line.is_stale == bool(missing(day).total), day


def test_a_figure_that_came_is_not_listed(place: Place, indicator: Indicator) -> None:
    reading(indicator, place.area, "2025", "13")
    assert missing(DAY).senders == ()


def test_each_area_is_awaited_by_itself(place: Place, indicator: Indicator) -> None:
    commune = CommuneFactory.create(parent=place.area)
    reading(indicator, place.area, "2025", "13")
    reading(indicator, commune, "2023", "13")
    assert [line.area for line in missing(DAY).senders[0].lines] == [commune.short_name]


def test_what_a_target_needs_is_awaited_though_never_sent(
    place: Place, indicator: Indicator
) -> None:
    TargetFactory.create(plan=place.plan, indicator=indicator)
    (line,) = missing(DAY).senders[0].lines
    assert (line.area_code, line.last_day) == ("40", None)


@pytest.mark.parametrize("status", ["O", "F"])
def test_a_withdrawn_or_forecast_figure_does_not_count(
    place: Place, indicator: Indicator, status: str
) -> None:
    reading(indicator, place.area, "2024", "13")
    value = None if status == "O" else "14"
    reading(indicator, place.area, "2025", value, obs_status=status)
    assert missing(DAY).senders[0].lines[0].period == "2025"


def test_a_quarter_does_not_stand_for_the_year(place: Place, indicator: Indicator) -> None:
    reading(indicator, place.area, "2024", "13")
    reading(indicator, place.area, "2026-Q1", "3")
    assert missing(DAY).senders[0].lines[0].period == "2025"


def test_what_was_published_later_is_missing_on_the_day_before(
    place: Place, indicator: Indicator
) -> None:
    reading(indicator, place.area, "2024", "13")
    reading(indicator, place.area, "2025", "14", published_on=DAY)
    assert missing(DAY).senders == ()
    assert len(missing(DAY - timedelta(days=1)).senders) == 1


def test_an_irregular_figure_is_never_awaited(place: Place) -> None:
    rare = IndicatorFactory.create(frequency="irregular")
    reading(rare, place.area, "2015", "1")
    assert missing(DAY).senders == ()


def test_the_page_offers_a_reminder_to_copy(
    place: Place, indicator: Indicator, client: Client
) -> None:
    reading(indicator, place.area, "2020", "13")
    client.force_login(place.viewer)
    text = client.get(f"{PAGE}?as_of={clock.today()}").content.decode()
    assert "Kính gửi: Sở Khoa học và Công nghệ" in text
    assert 'data-copy="#reminder-1"' in text
    assert f'href="{PAGE}' in client.get("/indicators/").content.decode()


def test_a_sender_takes_a_form_for_what_they_owe_and_it_comes_back_without_a_question(
    place: Place, indicator: Indicator, client: Client
) -> None:
    reading(indicator, place.area, "2024", "13")
    IndicatorFactory.create(code="other", owner=AgencyFactory.create(area=place.area))
    officer = member(UserFactory.create(), Role.OFFICER, place.agency)
    client.force_login(officer)
    form = f"{PAGE}form.xlsx?sender={place.agency.code}"
    assert form in client.get(PAGE).content.decode()
    made = load_workbook(io.BytesIO(client.get(form).content))
    sheet = made.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [(row[0], row[3], row[5]) for row in rows] == [("share", place.area.code, "2025")]
    sheet.cell(2, 8).value = "14,5"
    buffer = io.BytesIO()
    made.save(buffer)
    client.post("/imports/", {"file": SimpleUploadedFile("form.xlsx", buffer.getvalue())})
    work_off(600)
    job = ImportJob.objects.get()
    assert (job.state, job.created, job.rejected) == ("done", 1, 0)


def test_who_owes_nothing_gets_no_form(place: Place, client: Client) -> None:
    client.force_login(member(UserFactory.create(), Role.OFFICER, place.agency))
    assert client.get(f"{PAGE}form.xlsx", {"sender": place.agency.code}).status_code == 400


def test_signed_out_people_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/login/")


def test_the_list_shows_no_area_picked_at_random(place: Place, indicator: Indicator) -> None:
    commune = CommuneFactory.create(parent=place.area)
    for area in (place.area, commune):
        reading(indicator, area, "2024", "13")
    (line,) = indicator_lines(DAY)
    assert (line.newest, line.areas) == (None, 2)
    (own,) = indicator_lines(DAY, place.area.code)
    assert own.newest
    assert own.newest.area_code == place.area.code


def test_what_a_merged_agency_owned_is_awaited_from_its_successor(
    place: Place, indicator: Indicator
) -> None:
    reading(indicator, place.area, "2024", "13")
    heir = AgencyFactory.create(code="heir", name_vi="Sở Nội vụ")
    Agency.objects.filter(pk=place.agency.pk).update(successor=heir, merged_on=DAY)
    assert [sender.name for sender in missing(DAY).senders] == ["Sở Nội vụ"]
    assert [sender.name for sender in missing(DAY - timedelta(days=1)).senders] == [
        place.agency.name
    ]


def test_many_are_counted_by_sender_and_listed_by_page(
    place: Place, indicator: Indicator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.pages.missing.PAGE_SIZE", 2)
    other = IndicatorFactory.create(code="other", owner=AgencyFactory.create(area=place.area))
    for number in range(3):
        commune = CommuneFactory.create(parent=place.area, code=f"1700{number}")
        reading(indicator, commune, "2024", "13")
    reading(other, place.area, "2024", "13")
    found = missing(DAY)
    assert (found.total, sorted(sender.total for sender in found.senders)) == (4, [1, 3])
    assert not any(sender.lines for sender in found.senders)
    shown = [
        line.area
        for page in ("1", "2")
        for sender in missing(DAY, sender=place.agency.code, page=page).senders
        for line in sender.lines
    ]
    assert len(set(shown)) == len(shown) == 3
    client.force_login(place.viewer)
    first = client.get(f"{PAGE}?as_of={DAY}&sender={place.agency.code}").content.decode()
    assert f"sender={place.agency.code}&amp;page=2&amp;as_of={DAY}" in first


def test_a_full_page_weighs_at_most_150_kilobytes(
    place: Place, indicator: Indicator, client: Client
) -> None:
    for commune in CommuneFactory.create_batch(PAGE_SIZE, parent=place.area):
        reading(indicator, commune, "2024", "13")
    client.force_login(member(UserFactory.create(), Role.OFFICER, place.agency))
    answer = client.get(f"{PAGE}?as_of={DAY}&sender={place.agency.code}")
    assert answer.content.count(b'class="tick no-print"') == PAGE_SIZE
    assert len(answer.content) <= 150_000
