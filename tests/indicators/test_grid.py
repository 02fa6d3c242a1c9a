"""Figures typed into a grid: each cell saved, refused or asked about for itself."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.calendar import clock
from core.calendar.periods import parse_period
from core.models import AuditEvent
from indicators.models import Reading
from indicators.schedule import begun
from tests.factories import CommuneFactory, IndicatorFactory, ProvinceFactory, UserFactory, reading
from tests.indicators.conftest import Cast

PAGE = "/indicators/share/grid/"
YEAR = clock.today().year - 1
Y1, Y2, Y3, Y4 = (str(YEAR - back) for back in (3, 2, 1, 0))
COMMON = {
    "published_on": clock.today().isoformat(),
    "obs_status": "A",
    "source": "Cục Thống kê",
    "notation": "comma",
}


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.officer)
    return client


def cell(period: str = Y4, area: str = "40", base: int = 0, seen: int = 0) -> str:
    return f"{area}|{period}|{base}.{seen}"


def send(
    client: Client, cells: dict[str, str], *, yes: list[str] | None = None, **more: str
) -> Any:
    """As the script does, which gets the cells back that it sent."""
    data = {**COMMON, **more, **cells, "yes": yes or []}
    return client.post(PAGE, data, headers={"HX-Request": "true"})


def page_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def values() -> dict[str, str]:
    """By area and period, the newest vintage of each."""
    rows = Reading.objects.order_by("revision")
    return {f"{row.area.code} {row.period}": row.value_text for row in rows}


def three_years(cast: Cast) -> None:
    for year, value in ((Y1, "10"), (Y2, "12"), (Y3, "13")):
        reading(cast.indicator, cast.area, year, value)


def test_rows_are_units_and_columns_the_last_periods(cast: Cast, officer: Client) -> None:
    reading(cast.indicator, cast.area, Y3, "13.5")
    text = page_of(officer.get(PAGE))
    assert f'name="40|{Y3}|0.1"' in text
    assert 'value="13,5"' in text
    assert f'aria-labelledby="r-40 p-{Y4}"' in text
    assert f'id="p-{clock.today().year}"' not in text
    assert "kỳ trước 13,5" in text


def test_the_value_before_a_revision_stands_small_beside_it(cast: Cast, officer: Client) -> None:
    reading(cast.indicator, cast.area, Y3, "13.5")
    reading(cast.indicator, cast.area, Y3, "14")
    assert "trước đó 13,5" in page_of(officer.get(PAGE))


def test_communes_of_a_province_fill_one_grid(cast: Cast, officer: Client) -> None:
    CommuneFactory.create_batch(3)
    text = page_of(officer.get(f"{PAGE}?units=40&count=3"))
    assert (text.count('scope="row"'), text.count('class="cell"')) == (3, 9)


def test_a_grid_opens_where_the_figures_are(cast: Cast, officer: Client) -> None:
    commune = CommuneFactory.create()
    reading(cast.indicator, commune, Y3, "1")
    assert f"r-{commune.code}" in page_of(officer.get(PAGE))
    assert "r-VN" in page_of(officer.get(f"{PAGE}?area=VN"))


@pytest.mark.parametrize("query", ["units=99", "end=2999", "count=7", "count=x"])
def test_what_is_not_offered_is_said_to_be_wrong(officer: Client, query: str) -> None:
    assert officer.get(f"{PAGE}?{query}").status_code == 400


def test_more_cells_than_a_form_can_send_are_not_offered(cast: Cast, officer: Client) -> None:
    CommuneFactory.create_batch(168)
    text = page_of(officer.get(f"{PAGE}?units=40&count=12"))
    assert text.count('class="cell"') == 168 * 4


def test_of_the_most_communes_so_many_periods_are_shown_that_the_page_stays_light(
    cast: Cast, officer: Client
) -> None:
    for commune in CommuneFactory.create_batch(168):
        reading(cast.indicator, commune, Y3, "13.5")
    answer = officer.get(f"{PAGE}?units=40")
    assert page_of(answer).count('class="cell"') == 168 * 2
    assert len(answer.content) <= 150_000


@pytest.mark.parametrize(
    ("frequency", "day", "expected"),
    [
        ("month", "2026-01-15", ["2026-01", "2025-12"]),
        ("quarter", "2026-11-21", ["2026-Q4", "2026-Q3"]),
        ("half", "2026-06-30", ["2026-S1", "2025-S2"]),
        ("year", "2026-12-31", ["2026", "2025"]),
        ("irregular", "2026-01-01", ["2026", "2025"]),
        ("two_years", "2026-01-01", ["2026", "2025"]),
    ],
)
def test_the_periods_that_have_begun(frequency: str, day: str, expected: list[str]) -> None:
    found = begun(frequency, parse_period(day).first_day, 2)
    assert [period.text for period in found] == expected


def test_a_cell_is_saved_with_what_stands_above(cast: Cast, officer: Client) -> None:
    text = page_of(send(officer, {cell(): "14,02"}))
    found = Reading.objects.get()
    assert (found.value_text, found.source, found.recorded_by_user) == (
        "14.02",
        "Cục Thống kê",
        cast.officer,
    )
    assert ("is-saved" in text, f'name="{cell(seen=1)}"' in text) == (True, True)
    assert AuditEvent.objects.filter(action="reading.created").count() == 1


def test_a_cell_sent_twice_is_recorded_once(officer: Client) -> None:
    for _time in range(2):
        assert "is-saved" in page_of(send(officer, {cell(): "14,02"}))
    assert Reading.objects.count() == 1


@pytest.mark.parametrize(
    ("notation", "text", "value"),
    [
        ("comma", "1.234,5", "1234.5"),
        ("comma", "1.234", "1234"),
        ("comma", "14.02", "14.02"),
        ("comma", "1,234.5", "1234.5"),
        ("comma", "0.500", "0.500"),
        ("comma", "1 234,5", "1234.5"),
        ("point", "1,234.5", "1234.5"),
        ("point", "1.234", "1.234"),
        ("point", "1,234", "1234"),
        ("comma", "−3,5", "-3.5"),
        ("comma", "14,02%", "14.02"),
    ],
)
def test_numbers_are_read_as_sheets_write_them(
    cast: Cast, officer: Client, notation: str, text: str, value: str
) -> None:
    type(cast.indicator).objects.update(min_value=None, max_value=None)
    send(officer, {cell(): text}, notation=notation)
    assert Reading.objects.get().value_text == value


@pytest.mark.parametrize("text", ["abc", "1e5", "1.23,4", "12 5", "1,2,3", "-", "NaN", "a|b"])
def test_what_is_no_number_is_refused_and_stays(officer: Client, text: str) -> None:
    answer = page_of(send(officer, {cell(): text}))
    assert "is-refused" in answer
    assert f'value="{text}"' in answer
    assert "1.234,5" in answer
    assert not Reading.objects.exists()


def test_ranks_and_qualifiers_are_typed_as_they_are_printed(cast: Cast, officer: Client) -> None:
    send(officer, {cell(): "<1,5"})
    assert Reading.objects.get().value_qualifier == "<"
    IndicatorFactory.create(code="place", owner=cast.agency, kind="rank")
    officer.post("/indicators/place/grid/", {**COMMON, cell(): "45/193"})
    found = Reading.objects.get(indicator__code="place")
    assert (found.rank, found.rank_of) == (45, 193)


def test_the_good_cells_of_a_form_are_kept_and_the_others_named(officer: Client) -> None:
    response = officer.post(PAGE, {**COMMON, cell(Y3): "13", cell(Y4): "140", cell(Y2): "12,5"})
    text = page_of(response)
    assert response.status_code == 422
    assert values() == {f"40 {Y2}": "12.5", f"40 {Y3}": "13"}
    assert f'<a href="#c-40-{Y4}">' in text
    assert 'value="140"' in text
    assert "Đã lưu 2 ô." in text


def test_a_form_leaves_alone_what_was_not_changed(cast: Cast, officer: Client) -> None:
    reading(cast.indicator, cast.area, Y3, "13.50", obs_status="P")
    response = officer.post(PAGE, {**COMMON, cell(Y3, seen=1): "13,50", cell(Y4): "14"})
    assert response.status_code == 200
    assert Reading.objects.filter(period=Y3).count() == 1


def test_what_is_wrong_above_the_grid_is_said_in_every_cell(officer: Client) -> None:
    text = page_of(send(officer, {cell(): "14"}, published_on="hôm qua"))
    assert ("is-refused" in text, "Ngày công bố" in text) == (True, True)
    text = page_of(send(officer, {cell(): "14"}, published_on="2999-01-01"))
    assert "is-refused" in text
    assert not Reading.objects.exists()


def test_an_emptied_cell_takes_nothing_back(cast: Cast, officer: Client) -> None:
    reading(cast.indicator, cast.area, Y4, "14")
    text = page_of(send(officer, {cell(seen=1): ""}))
    assert "is-refused" in text
    assert f"/indicators/share/new/?area=40&amp;period={Y4}&amp;withdraw=1" in text
    assert Reading.objects.count() == 1
    form = page_of(officer.get(f"/indicators/share/new/?area=40&period={Y4}&withdraw=1"))
    assert f'value="{Y4}"' in form
    assert '<option value="O" selected>' in form


def test_a_far_figure_is_asked_about_in_its_cell(cast: Cast, officer: Client) -> None:
    three_years(cast)
    text = page_of(send(officer, {cell(): "40"}))
    token = f"{cell()}|40"
    assert ("is-asked" in text, f'value="{token}"' in text) == (True, True)
    assert f"40 {Y4}" not in values()
    send(officer, {cell(): "41"}, yes=[token])
    assert f"40 {Y4}" not in values()
    send(officer, {cell(): "40"}, yes=[token])
    assert values()[f"40 {Y4}"] == "40"


def test_what_somebody_recorded_meanwhile_is_not_written_over(cast: Cast, officer: Client) -> None:
    other = UserFactory.create(full_name="Lê Thị Mai")
    reading(cast.indicator, cast.area, Y4, "14", recorded_by_user=other)
    text = page_of(send(officer, {cell(): "15"}))
    assert "is-conflict" in text
    assert all(word in text for word in ("Lê Thị Mai", "14", "15"))
    assert values() == {f"40 {Y4}": "14"}
    assert 'data-stored="14"' in text
    send(officer, {cell(): "15"})
    assert values() == {f"40 {Y4}": "14"}
    send(officer, {cell(): "15"}, yes=[f"{cell(seen=1)}|15"])
    assert values() == {f"40 {Y4}": "15"}


def test_a_yes_to_one_revision_is_no_yes_to_the_next(cast: Cast, officer: Client) -> None:
    reading(cast.indicator, cast.area, Y4, "14")
    reading(cast.indicator, cast.area, Y4, "16")
    text = page_of(send(officer, {cell(): "15"}, yes=[f"{cell(seen=1)}|15"]))
    assert "is-conflict" in text
    assert values() == {f"40 {Y4}": "16"}


def test_the_same_figure_from_two_people_is_no_conflict(cast: Cast, officer: Client) -> None:
    reading(cast.indicator, cast.area, Y4, "14")
    assert "is-saved" in page_of(send(officer, {cell(): "14"}))
    assert Reading.objects.count() == 1


def test_a_figure_older_than_the_one_in_force_says_so(cast: Cast, officer: Client) -> None:
    reading(cast.indicator, cast.area, Y4, "14", published_on=clock.today())
    text = page_of(send(officer, {cell(seen=1): "13"}, published_on=f"{YEAR + 1}-01-01"))
    assert ("is-saved" in text, "vẫn có hiệu lực" in text) == (True, True)
    assert 'value="14"' in text


def test_a_merged_provinces_earlier_figures_are_of_the_34(cast: Cast, officer: Client) -> None:
    merged = ProvinceFactory.create(code="24", merged_on=clock.today())
    assert f'name="{cell(Y4, "24", 34)}"' in page_of(officer.get(PAGE))
    send(officer, {cell(Y4, "24", 34): "14"})
    assert Reading.objects.get(area=merged).base == 34


def test_another_units_cell_is_refused_whole(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    assert send(client, {cell(): "14", cell(area="01"): "15"}).status_code == 403
    assert not Reading.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_who_may_not_record_the_area_gets_no_cell(cast: Cast, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert send(client, {cell(): "14"}).status_code == 403
    assert "r-40" not in page_of(client.get(f"{PAGE}?area=40"))


def test_a_script_whose_session_has_ended_is_told(client: Client, cast: Cast) -> None:
    assert send(client, {cell(): "14"}).status_code == 401


def test_many_cells_cost_as_many_queries_as_two(cast: Cast, officer: Client) -> None:
    communes = CommuneFactory.create_batch(20)
    counts = []
    for chosen in (communes[:2], communes[2:]):
        cells = {cell(period, area.code): "14" for area in chosen for period in (Y3, Y4)}
        with CaptureQueriesContext(connection) as queries:
            send(officer, cells)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Reading.objects.count() == 40
    assert AuditEvent.objects.filter(action="reading.batch").count() == 2


def test_many_conflicts_cost_as_many_queries_as_two(cast: Cast, officer: Client) -> None:
    communes = CommuneFactory.create_batch(12)
    for commune in communes:
        reading(cast.indicator, commune, Y4, "14", recorded_by_user=cast.coordinator)
    counts = []
    for chosen in (communes[:2], communes[2:]):
        with CaptureQueriesContext(connection) as queries:
            text = page_of(send(officer, {cell(area=one.code): "15" for one in chosen}))
        counts.append(len(queries))
        assert text.count(str(cast.coordinator)) == 2 * len(chosen)
    assert counts[0] == counts[1]


def test_a_page_of_many_cells_costs_as_many_queries_as_one_of_few(
    cast: Cast, officer: Client
) -> None:
    communes = CommuneFactory.create_batch(12)
    officer.get(f"{PAGE}?units=40")  # The menu of provinces is cached from the first page on.
    counts = []
    for many in (1, 12):
        for commune in communes[:many]:
            reading(cast.indicator, commune, Y4, "14", recorded_by_user=cast.coordinator)
        with CaptureQueriesContext(connection) as queries:
            officer.get(f"{PAGE}?units=40")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_of_missing_figures_leads_whoever_may_to_the_grid(
    cast: Cast, client: Client
) -> None:
    reading(cast.indicator, cast.area, "2020", "13")
    way = f"{PAGE}?area=40&amp;end=2021"
    client.force_login(cast.viewer)
    assert way not in page_of(client.get("/indicators/missing/"))
    client.force_login(cast.coordinator)
    assert way in page_of(client.get("/indicators/missing/"))
    assert f'name="{cell("2021")}"' in page_of(client.get(way.replace("&amp;", "&")))
    assert f'href="{PAGE}?area=40"' in page_of(client.get("/indicators/share/?area=40"))
