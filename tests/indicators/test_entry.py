"""One reading typed by hand: who may, what is kept, what is asked."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.calendar import clock
from core.models import AuditEvent
from indicators.models import Reading
from provinces.models import Area
from tests.factories import CommuneFactory, IndicatorFactory, ProvinceFactory, reading
from tests.indicators.conftest import Cast

PAGE = "/indicators/share/new/"
TODAY = clock.today().isoformat()
SENT = {"area": "40", "period": "2025", "value": "14.02", "obs_status": "A", "published_on": TODAY}


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.officer)
    return client


def page_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def three_years(cast: Cast) -> None:
    for year, value in (("2022", "10"), ("2023", "12"), ("2024", "13")):
        reading(cast.indicator, cast.area, year, value)


def test_signed_out_people_are_sent_to_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/login/")


def test_who_does_not_belong_to_the_owner_may_not_record(cast: Cast, client: Client) -> None:
    client.force_login(cast.viewer)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, SENT).status_code == 403
    assert PAGE not in page_of(client.get("/indicators/share/"))
    assert not Reading.objects.exists()


def test_a_coordinator_records_any_indicator_in_their_own_area(cast: Cast, client: Client) -> None:
    IndicatorFactory.create(code="foreign")
    CommuneFactory.create(code="16654", parent=cast.area)
    client.force_login(cast.coordinator)
    text = page_of(client.get("/indicators/foreign/new/"))
    assert ('value="40"' in text, 'value="16654"' in text) == (True, True)
    assert ('value="01"' in text, 'value="VN"' in text) == (False, False)
    assert client.post("/indicators/foreign/new/", SENT).status_code == 302
    assert client.get(f"{PAGE}?area=01").status_code == 403
    assert client.post(PAGE, {**SENT, "area": "VN"}).status_code == 403
    assert Reading.objects.get().recorded_by_user == cast.coordinator


def test_a_coordinators_area_reaches_the_units_merged_into_it(cast: Cast, client: Client) -> None:
    former = ProvinceFactory.create(
        code="63-x", official_code="99", is_active=False, successor=cast.area
    )
    client.force_login(cast.coordinator)
    sent = {**SENT, "area": "63-x", "period": "2024"}
    assert client.post(PAGE, sent).status_code == 302
    assert Reading.objects.get().area == former


def test_an_officer_records_only_the_indicators_of_their_agency(officer: Client) -> None:
    IndicatorFactory.create(code="foreign")
    assert officer.get("/indicators/foreign/new/").status_code == 403
    assert officer.get("/indicators/nothing/new/").status_code == 404
    assert officer.get(f"{PAGE}?area=99").status_code == 404


def test_the_owner_finds_the_page_from_the_indicator(officer: Client) -> None:
    assert f'href="{PAGE}' in page_of(officer.get("/indicators/share/"))


def test_a_page_that_was_kept_for_a_coordinator_is_not_a_viewers(
    cast: Cast, client: Client
) -> None:
    """Both have their role in the same area."""
    for person, finds in ((cast.coordinator, True), (cast.viewer, False)):
        client.force_login(person)
        assert (PAGE in page_of(client.get("/indicators/share/"))) == finds


def test_a_figure_is_recorded_with_its_sender_and_one_event(cast: Cast, officer: Client) -> None:
    response = officer.post(PAGE, {**SENT, "source": "Cục Thống kê"})
    assert response["Location"] == "/indicators/share/?area=40"
    found = Reading.objects.get()
    assert (found.value_text, found.recorded_by_user) == ("14.02", cast.officer)
    assert AuditEvent.objects.filter(action="reading.created").count() == 1


def test_a_decimal_comma_is_understood(officer: Client) -> None:
    officer.post(PAGE, {**SENT, "value": "14,02"})
    assert Reading.objects.get().value_text == "14.02"


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(officer: Client) -> None:
    response = officer.post(PAGE, {**SENT, "value": "140", "note": "đã soát"})
    text = page_of(response)
    assert response.status_code == 422
    assert 'id="id_value_error"' in text
    assert "đã soát" in text
    assert not Reading.objects.exists()


@pytest.mark.parametrize("value", ["1.234,5", "1e5", "NaN", "abc", "-1"])
def test_a_number_nobody_can_be_sure_of_is_refused(officer: Client, value: str) -> None:
    assert officer.post(PAGE, {**SENT, "value": value}).status_code == 422
    assert not Reading.objects.exists()


def test_the_last_readings_of_the_area_stand_beside_the_form(cast: Cast, officer: Client) -> None:
    three_years(cast)
    reading(cast.indicator, cast.nation, "2024", "77.7")
    text = page_of(officer.get(f"{PAGE}?area=40"))
    assert '<td class="number">13</td>' in text
    assert "77,7" not in text


def test_a_far_figure_is_asked_about_and_then_taken(cast: Cast, officer: Client) -> None:
    three_years(cast)
    far = {**SENT, "value": "40"}
    text = page_of(officer.post(PAGE, far))
    assert 'name="confirmed" value="2025 40"' in text
    assert Reading.objects.filter(period="2025").count() == 0
    officer.post(PAGE, {**far, "confirmed": "2025 40"})
    assert Reading.objects.get(period="2025").value_text == "40"


def test_the_yes_to_one_figure_is_no_yes_to_another(cast: Cast, officer: Client) -> None:
    three_years(cast)
    officer.post(PAGE, {**SENT, "value": "90", "confirmed": "2025 40"})
    assert not Reading.objects.filter(period="2025").exists()


def test_a_declared_break_is_not_asked_about(cast: Cast, officer: Client) -> None:
    three_years(cast)
    officer.post(PAGE, {**SENT, "value": "40", "obs_status": "B"})
    assert Reading.objects.get(period="2025").obs_status == "B"


def test_a_break_begins_a_new_series(cast: Cast, officer: Client) -> None:
    for year, value in (("2021", "10"), ("2022", "12"), ("2023", "13")):
        reading(cast.indicator, cast.area, year, value)
    reading(cast.indicator, cast.area, "2024", "40", obs_status="B")
    officer.post(PAGE, {**SENT, "period": "2025", "value": "41", "obs_status": "P"})
    assert Reading.objects.filter(period="2025").exists()


def test_quarters_are_not_held_against_years(cast: Cast, officer: Client) -> None:
    three_years(cast)
    officer.post(PAGE, {**SENT, "period": "2025-Q1", "value": "3"})
    assert Reading.objects.filter(period="2025-Q1").exists()


def test_a_merged_province_is_asked_for_its_base(cast: Cast, officer: Client) -> None:
    ProvinceFactory.create(code="24", merged_on=date(2025, 7, 1))
    sent = {**SENT, "area": "24", "period": "2024"}
    response = officer.post(PAGE, sent)
    assert (response.status_code, 'id="id_base_error"' in page_of(response)) == (422, True)
    officer.post(PAGE, {**sent, "base": "34"})
    assert Reading.objects.get().base == 34


def test_a_rank_is_asked_for_where_the_fact_is_a_rank(cast: Cast, officer: Client) -> None:
    IndicatorFactory.create(code="place", owner=cast.agency, kind="rank")
    sent = {**SENT, "value": "", "rank": "45", "rank_of": "193"}
    officer.post("/indicators/place/new/", sent)
    assert Reading.objects.get().rank == 45
    assert 'name="rank"' not in page_of(officer.get(PAGE))


@pytest.mark.parametrize("levels", [["nation"], ["province"], ["commune"], ["nation", "commune"]])
@pytest.mark.parametrize("area", ["VN", "40", "01"])
def test_a_link_to_type_figures_opens_for_whoever_it_is_shown(
    cast: Cast, client: Client, levels: list[str], area: str
) -> None:
    for parent in (cast.area, cast.stranger.memberships.get().area):
        CommuneFactory.create(parent=parent)
    cast.indicator.levels, cast.indicator.owner = levels, None
    cast.indicator.save()
    reading(cast.indicator, Area.objects.get(code=area), "2024", "1")
    for user in (cast.coordinator, cast.stranger, cast.officer, cast.viewer):
        client.force_login(user)
        page = page_of(client.get(f"/indicators/share/?area={area}"))
        links = re.findall(r'href="(/indicators/share/(?:new|grid)/[^"]*)"', page)
        assert [client.get(link).status_code for link in links] == [200] * len(links)
        coordinates = user in (cast.coordinator, cast.stranger)
        assert bool(links) == (coordinates and levels != ["nation"])
