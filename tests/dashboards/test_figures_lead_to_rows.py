"""Each number of the tables of work is a link to exactly that many rows, on the same day."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit
from tests.factories import AgencyFactory, CommuneFactory, GroupFactory, PlanFactory

_CELL = re.compile(r'<td class="number[^"]*"[^>]*>(.*?)</td>', re.DOTALL)
_LINK = re.compile(r'<a\s+href="(/tasks/[^"]+)"[^>]*>(.*?)</a', re.DOTALL)
EARLIER = date(2025, 6, 1)


@pytest.fixture
def work(place: Place, give: Give, settle: Settle) -> None:
    groups = [GroupFactory.create(plan=place.plan, number=number) for number in (1, 2)]
    other = AgencyFactory.create(area=place.area)
    for group in groups:
        give(date(2025, 5, 1), done=date(2025, 4, 1), task__group=group)
        give(date(2025, 5, 1), done=date(2025, 5, 20), task__group=group)
        give(date(2025, 5, 1), started=date(2025, 4, 1), task__group=group, agency=other)
        give(date(2025, 12, 1), started=date(2025, 4, 1), task__group=group)
        give(date(2025, 12, 1), task__group=group)
        give(None, task__group=group)
    commune = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
    plan = PlanFactory.create(number="02-KH/BCĐTW", area=place.nation)
    give(date(2025, 5, 1), agency=commune, task__plan=plan)
    settle()


def _text(html: str) -> str:
    return re.sub(r"<[^>]+>|\s", "", html)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("day", [DAY, EARLIER, date(2025, 5, 1), date(2025, 4, 30)])
@pytest.mark.parametrize("compare", ["", "2025-04-10"])
@pytest.mark.parametrize("address", ["/", "/provinces/40/"])
def test_each_number_leads_to_that_many_rows(
    visit: Visit, client: Client, address: str, day: date, compare: str
) -> None:
    html = visit(address, as_of=day.isoformat(), compare=compare).content.decode()
    followed = 0
    for escaped, shown in _LINK.findall(html):
        url, inner = unescape(escaped), _text(shown).replace(".", "")
        query = parse_qs(urlsplit(url).query)
        # Earlier days stand in the table that compares four.
        assert date.fromisoformat(query["as_of"][0]) <= day
        if inner.isdigit():
            listing = client.get(url).context["listing"]
            assert (listing.total, inner) == (int(inner), inner), url
            followed += query["as_of"] == [day.isoformat()]
    assert followed > 6


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("compare", ["", "2025-04-10"])
@pytest.mark.parametrize("address", ["/", "/provinces/40/", "/provinces/", "/late/", "/plans/"])
def test_no_number_of_work_is_without_its_link(visit: Visit, address: str, compare: str) -> None:
    html = visit(address, compare=compare).content.decode()
    tables = [t for t in re.findall(r"<table.*?</table>", html, re.DOTALL) if "/tasks/" in t]
    assert tables or not compare
    # Documents have these columns whether another day is chosen or not.
    assert address == "/plans/" or ("Trước và nay" in html) == bool(compare)
    for table in tables:
        for cell in _CELL.findall(table):
            bare = re.sub(r"<a\s.*?</a\s*>|<small.*?</small>", "", cell, flags=re.DOTALL)
            assert not re.search(r"\d", _text(bare)) or _text(bare).startswith(("+", "−")), cell


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("address", ["/", "/provinces/"])
def test_a_figure_of_the_map_leads_to_the_work_that_it_is_the_rate_of(
    visit: Visit, client: Client, address: str
) -> None:
    html = visit(address).content.decode()
    [url] = {
        unescape(url)
        for url in re.findall(r'class="tile .*?</a>\s*<a\s+href="([^"]+)"', html, re.DOTALL)
    }
    listing = client.get(url).context["listing"]
    assert f"/{listing.total}" in re.sub(r"\s", "", html)
