"""Each number of the committee's tables is a link to exactly its rows, on the same day: of work to
that many, of a figure to the readings among which it stands."""

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit, indicator_of
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    GroupFactory,
    PlanFactory,
    ProvinceFactory,
    TargetFactory,
    reading,
)

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


# Figures of indicators and targets ------------------------------------------------------------

OF_FIGURES = ("/compare/", "/indicators/", "/targets/", "/provinces/40/")
_ANY_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]+)"[^>]*>(.*?)</a', re.DOTALL)
_READING = re.compile(r'<td class="(?:number|whole" data-label="Số liệu hiện tại)[^>]*>(.*?)</td>')


@pytest.fixture
def measured(work: None, place: Place, settle: Settle) -> None:
    """Two provinces, whose figures changed since the compared day; targets of both scales."""
    top = PlanFactory.create(number="57-NQ/TW", area=place.nation)
    place.plan.implements = top
    place.plan.save()
    other = ProvinceFactory.create(code="01")
    target = TargetFactory.create(code="57-1", plan=top, area=place.nation)
    TargetFactory.create(code="57-2", plan=top, area=place.nation, comparator="qualitative")
    indicator = indicator_of(target)
    TargetFactory.create(code="305-1", plan=place.plan, indicator=indicator)
    for area, values in ((place.nation, "12.5 14"), (place.area, "17 18.5"), (other, "3 4")):
        for period, published_on, value in zip(
            ("2023", "2024"), ("2024-02-01", "2025-11-12"), values.split(), strict=True
        ):
            reading(indicator, area, period, value, published_on=date.fromisoformat(published_on))
    settle()


def _opened(visit: Visit, address: str, compare: str) -> str:
    asked: dict[str, Any] = (
        {"plan": "57-NQ/TW", "area": ["40", "01"]} if address == "/compare/" else {}
    )
    html: str = visit(address, compare=compare, **asked).content.decode()
    return html


def _behind(html: str, anchor: str) -> list[str]:
    """What stands under the anchor of a page, a text a row; without one its targets."""
    _before, found, after = html.partition(f'id="{anchor}"' if anchor else "<main")
    assert found, anchor
    if anchor == "readings":
        return [
            _text(cell) for cell in re.findall(r'<td class="number">(.*?)</td>', after, re.DOTALL)
        ]
    until = {"areas": "</p>", "targets": "</ul>"}.get(anchor, "</main")
    listed = after.partition(until)[0]
    return list(dict.fromkeys(re.findall(r'href="/(?:targets/[\w-]+/|indicators/[^"]+)', listed)))


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("compare", ["", "2025-04-10"])
@pytest.mark.parametrize("address", [*OF_FIGURES, "/targets/57-1/"])
def test_each_figure_leads_to_where_it_stands(
    visit: Visit, client: Client, address: str, compare: str
) -> None:
    html, followed = _opened(visit, address, compare), 0
    for escaped, inner in _ANY_LINK.findall(html.partition("<main")[2]):
        parts, shown = urlsplit(unescape(escaped)), _text(inner)
        is_listed = parts.path == "/targets/" and ("verdict" in parts.query or shown.isdigit())
        if not (parts.fragment or is_listed) or not re.search(r"\d", shown):
            continue
        there = client.get(unescape(escaped)).content.decode() if parts.path else html
        if parts.fragment == "readings":
            assert shown in {row[: len(shown)] for row in _behind(there, "readings")}, escaped
        else:
            count = re.match(r"\d+", shown)
            assert count
            assert len(_behind(there, parts.fragment)) == int(count[0]), (escaped, shown)
        followed += 1
    assert followed


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("compare", ["", "2025-04-10"])
@pytest.mark.parametrize("address", OF_FIGURES)
def test_no_figure_is_without_its_link(visit: Visit, address: str, compare: str) -> None:
    html = _opened(visit, address, compare).partition("<main")[2]
    for cell in _READING.findall(re.sub(r"\s+", " ", html)):
        bare = _text(re.sub(r"<a\s.*?</a\s*>|<small.*?</small>", "", cell))
        is_figure = re.search(r"\d", bare) and not re.fullmatch(r"\d\d/\d\d/\d{4}", bare)
        assert not is_figure or bare.startswith(("+", "−")), cell
    for headline in re.findall(r"verdict-line.*?</div>", html, re.DOTALL):
        bare = re.sub(
            r"<a\s.*?</a\s*>|<small.*?</small>|<svg.*?</svg>", "", headline, flags=re.DOTALL
        )
        assert not re.search(r"\d", _text(bare)), headline
