"""The page of one indicator stays short, however many areas and readings it has."""

import re

import pytest

from indicators.models import Indicator
from tests.dashboards.conftest import Place, Visit
from tests.factories import CommuneFactory, IndicatorFactory, ProvinceFactory, reading


@pytest.fixture
def indicator(place: Place) -> Indicator:
    indicator: Indicator = IndicatorFactory.create(frequency="month")
    for year in range(2015, 2025):
        for month in range(1, 13):
            reading(indicator, place.area, f"{year}-{month:02}", "5")
    return indicator


def _rows(html: str) -> list[str]:
    return re.findall(r'<th scope="row" class="nowrap">\s*(\S[^<\n]*)', html)


def test_every_reading_is_on_one_page(visit: Visit, indicator: Indicator) -> None:
    rows, has_next = list[str](), [True, True, False]
    for number, more in enumerate(has_next, start=1):
        html = visit(f"/indicators/{indicator.code}/", area="40", page=number).content.decode()
        rows += _rows(html)
        assert (f"page={number + 1}" in html) is more
    assert len(rows) == len(set(rows)) == 120


def test_communes_are_listed_for_their_own_province(
    visit: Visit, indicator: Indicator, place: Place
) -> None:
    here = CommuneFactory.create(parent=place.area)
    elsewhere = CommuneFactory.create(parent=ProvinceFactory.create(code="01"))
    for area in (here, elsewhere):
        reading(indicator, area, "2024-01", "5")

    def offered(area: str) -> set[str]:
        html = visit(f"/indicators/{indicator.code}/", area=area).content.decode()
        return set(re.findall(r'<option\s+value="(\w+)"', html))

    assert offered("40") == offered(here.code) == {"40", here.code}
    assert offered(elsewhere.code) == {"40", elsewhere.code}


def test_figures_of_a_commune_alone_are_shown(visit: Visit, place: Place) -> None:
    indicator, commune = IndicatorFactory.create(), CommuneFactory.create(parent=place.area)
    reading(indicator, commune, "2024", "7")
    html = visit(f"/indicators/{indicator.code}/").content.decode()
    assert len(_rows(html)) == 1
    assert commune.name in html


def test_the_figures_of_the_readers_own_province_are_shown_first(
    visit: Visit, place: Place
) -> None:
    indicator, other = IndicatorFactory.create(), ProvinceFactory.create(code="01", name_vi="An An")
    for area in (other, place.area):
        reading(indicator, area, "2024", "7")
    assert visit(f"/indicators/{indicator.code}/").context["page"].area == place.area
