"""What holds for every page: signing in, days, language, cache, cost."""

import gzip
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries as DjangoAssertMaxNumQueries

from core.queue import recalculation
from dashboards.frame.places import provinces
from provinces.roles import Role
from targets.models import Target
from tests.dashboards.conftest import Give, Place, Settle, Visit, indicator_of
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    ObstacleFactory,
    PlanFactory,
    ProvinceFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)
from tests.house.words import catalogs

LATE = date(2025, 11, 1)


@pytest.fixture
def pages(place: Place, give: Give, settle: Settle) -> list[str]:
    """Addresses of every page, each with something to show."""
    plan = PlanFactory.create(number="57-NQ/TW", area=place.nation, issuer_vi="Bộ Chính trị")
    target: Target = TargetFactory.create(code="57-1", plan=plan)
    TargetFactory.create(code="305-1", plan=place.plan)
    for period, value in (("2020", "12.66"), ("2024", "14.02")):
        reading(indicator_of(target), place.nation, period, value)
    late = give(LATE)
    late.task.targets.add(target)
    give(done=LATE)
    ObstacleFactory.create(assignment=late)
    commune = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
    give(LATE, agency=commune, task__plan=PlanFactory.create(number="02-KH/BCĐTW"))
    settle()
    return [
        "/",
        "/provinces/",
        "/provinces/40/",
        "/targets/",
        "/targets/57-1/",
        "/targets/305-1/",
        "/indicators/",
        f"/indicators/{indicator_of(target).code}/",
        "/plans/",
        f"/plans/{plan.pk}/",
        "/compare/",
        "/late/",
    ]


def test_signed_out_people_are_sent_to_sign_in(client: Client, pages: list[str]) -> None:
    for url in [*pages, "/freshness/"]:
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (302, f"/login/?next={url}")


def test_every_page_opens_in_both_languages(visit: Visit, pages: list[str]) -> None:
    for url in pages:
        for language in ("vi", "en"):
            response = visit(url, language)
            assert response.status_code == 200, url
            assert f'<html lang="{language}">' in response.content.decode()


def _words(response: Any) -> str:
    """What is read on a page: no tags, no data in attributes but the spoken ones."""
    html = response.content.decode()
    spoken = re.findall(r'(?:aria-label|title)="([^"]*)"', html)
    return unescape(" | ".join([re.sub(r"<[^>]+>", "|", html), *spoken]))


def test_no_english_leaks_into_vietnamese_pages(visit: Visit, pages: list[str]) -> None:
    english = {
        message.id
        for catalog in catalogs().values()
        for message in catalog
        if isinstance(message.id, str) and re.fullmatch(r"[A-Z][a-z].{5,}", message.id)
        if message.id != message.string
    }
    assert english
    for url in pages:
        pieces = {piece.strip() for piece in _words(visit(url)).split("|")}
        assert pieces & english == set(), url


def test_numbers_follow_the_language(visit: Visit, pages: list[str]) -> None:
    assert "14,02" in _words(visit("/targets/57-1/"))
    assert "14.02" in _words(visit("/targets/57-1/", "en"))


# Days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "field", "vietnamese", "english"),
    [
        ({"as_of": "15/11/2025"}, "Tính đến ngày", "không phải là ngày", "is no day"),
        ({"as_of": "2025-02-30"}, "Tính đến ngày", "không phải là ngày", "is no day"),
        ({"as_of": "2999-01-01"}, "Tính đến ngày", "Ngày 01/01/2999 chưa đến", "has not come yet"),
        ({"compare": "abc"}, "so với", "không phải là ngày", "is no day"),
        ({"compare": "2025-11-15"}, "so với", "phải trước ngày", "must be earlier"),
    ],
)
def test_a_wrong_day_is_refused_by_name_in_both_languages(
    visit: Visit, query: dict[str, str], field: str, vietnamese: str, english: str
) -> None:
    for url in ("/", "/provinces/40/", "/targets/", "/indicators/", "/plans/"):
        refused, in_english = visit(url, **query), visit(url, "en", **query)
        assert (refused.status_code, in_english.status_code) == (400, 400)
        assert f"“{field}”" in _words(refused)
        assert vietnamese in _words(refused)
        assert english in _words(in_english)
        assert f'<a class="btn-main" href="{url}">Xem hôm nay</a>' in refused.content.decode()


def test_the_form_keeps_both_days_and_what_else_was_asked(visit: Visit, pages: list[str]) -> None:
    html = visit("/", compare="2025-10-01", measure="communes").content.decode()
    assert re.search(r'name="as_of"\s+value="15/11/2025"', html)
    assert re.search(r'name="compare"\s+value="01/10/2025"', html)
    assert '<input type="hidden" name="measure" value="communes">' in html
    assert "tính đến ngày 15/11/2025, so với 01/10/2025" in html


_DATED = re.compile(
    r'href="(/(?:(?:provinces|targets|indicators|plans|late)/[^"]*)?(?:\?[^"]*)?)"'
    r"(?!\s+data-other-day)"
)


def _dated_links(response: Any) -> list[str]:
    """Addresses of pages that show a day; what is written down has no day to keep."""
    found = map(unescape, _DATED.findall(response.content.decode()))
    return [url for url in found if "readings" not in url]


def test_every_link_keeps_the_days_that_were_chosen(visit: Visit, pages: list[str]) -> None:
    for url in pages:
        links = _dated_links(visit(url, compare="2025-10-01"))
        assert len(links) > 8
        assert [u for u in links if "as_of=2025-11-15&compare=2025-10-01" not in u] == [], url


def test_links_of_the_overview_and_of_a_province_lead_to_the_same_day(
    visit: Visit, client: Client, pages: list[str]
) -> None:
    for url in ("/", "/provinces/40/"):
        for link in set(_dated_links(visit(url))):
            assert "tính đến ngày 15/11/2025" in client.get(link).content.decode(), link


def test_addresses_of_today_stay_short(client: Client, place: Place, pages: list[str]) -> None:
    client.force_login(place.viewer)
    assert [url for url in _dated_links(client.get("/")) if "as_of" in url] == []


# Freshness --------------------------------------------------------------------------------------


def test_a_page_says_when_it_was_computed(visit: Visit, pages: list[str]) -> None:
    assert "Cập nhật lúc" in _words(visit("/"))
    assert "Đang tính lại" not in _words(visit("/"))


def test_a_page_says_that_a_recalculation_is_pending(
    visit: Visit, pages: list[str], client: Client
) -> None:
    recalculation.mark("nothing", ["1"], since=LATE)
    assert "Đang tính lại" in _words(visit("/provinces/40/"))
    assert client.get("/freshness/").json()["pending"] is True
    recalculation.drain()
    assert "Đang tính lại" not in _words(visit("/provinces/40/"))


def _again(client: Client, url: str, etag: str) -> int:
    headers = {"If-None-Match": etag}
    return client.get(url, {"as_of": "2025-11-15"}, headers=headers).status_code


def test_nothing_changed_is_answered_with_304(
    visit: Visit, client: Client, pages: list[str]
) -> None:
    for url in pages:
        etag = visit(url)["ETag"]
        assert _again(client, url, etag) == 304, url


def test_another_language_or_another_person_make_another_answer_but_not_the_same_figures(
    visit: Visit, client: Client, pages: list[str], settle: Settle, place: Place
) -> None:
    etag = visit("/")["ETag"]
    assert visit("/", "en")["ETag"] != etag
    assert visit("/", by=member(UserFactory.create(), Role.VIEWER, place.area))["ETag"] != etag
    settle()
    visit("/")
    assert _again(client, "/", etag) == 304


def test_a_forgotten_sign_in_form_is_never_answered_from_the_past(
    visit: Visit, client: Client, pages: list[str]
) -> None:
    etag = visit("/")["ETag"]
    client.logout()
    assert _again(client, "/", etag) == 302


def test_two_people_with_other_places_never_share_a_cached_page(
    visit: Visit, place: Place, give: Give, settle: Settle
) -> None:
    give(LATE, task__title_vi="Số hóa hồ sơ")
    settle()
    stranger = member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="01"))
    assert "Số hóa hồ sơ" in _words(visit("/"))
    assert "Số hóa hồ sơ" not in _words(visit("/", by=stranger))


def test_losing_a_role_works_on_the_next_request(
    visit: Visit, place: Place, give: Give, settle: Settle
) -> None:
    give(LATE, task__title_vi="Số hóa hồ sơ")
    settle()
    assert "Số hóa hồ sơ" in _words(visit("/"))
    place.viewer.memberships.all().delete()
    assert "Số hóa hồ sơ" not in _words(visit("/"))


# Cost -------------------------------------------------------------------------------------------


@pytest.fixture
def cost(
    client: Client, place: Place, django_assert_max_num_queries: DjangoAssertMaxNumQueries
) -> Callable[..., int]:
    """How many SQL queries a page takes that is not cached, the session's own included."""

    def count(url: str, **query: str) -> int:
        client.force_login(place.viewer)
        cache.clear()
        provinces()  # Read once a minute for all pages.
        with django_assert_max_num_queries(100) as captured:
            assert client.get(url, query).status_code == 200
        return len(captured)

    return count


QUERIES = {
    "/": (11, 12),
    "/provinces/": (6, 6),
    "/provinces/40/": (12, 12),
    "/communes/": (7, 7),
    "/communes/?area=40": (9, 9),
    "/targets/": (4, 4),
    "/targets/57-1/": (10, 11),
    "/indicators/": (8, 8),
    "/indicators/missing/": (9, 9),
    "/plans/": (5, 5),
    "/late/": (9, 9),
}


@pytest.mark.parametrize("address", QUERIES)
def test_a_page_that_is_not_cached_takes_a_fixed_number_of_queries(
    cost: Callable[..., int], pages: list[str], address: str
) -> None:
    """Three of them ask who the reader is and whether the page is kept."""
    path, _sign, query = address.partition("?")
    asked = dict(parse_qsl(query))
    assert (cost(path, **asked), cost(path, **asked, as_of="2025-11-15")) == QUERIES[address]


def test_a_cached_page_takes_at_most_three(
    client: Client,
    place: Place,
    pages: list[str],
    django_assert_max_num_queries: DjangoAssertMaxNumQueries,
) -> None:
    client.force_login(place.viewer)
    client.get("/")
    with django_assert_max_num_queries(3):
        client.get("/")


def test_the_number_of_queries_does_not_grow_with_the_rows(
    cost: Callable[..., int], place: Place, pages: list[str], give: Give, settle: Settle
) -> None:
    before = {url: cost(url) for url in pages}
    for number in range(5):
        give(LATE, agency=AgencyFactory.create(area=place.area))
        give(agency=AgencyFactory.create(area=CommuneFactory.create(parent=place.area)))
        TargetFactory.create(plan=place.plan, code=f"more-{number}")
        ObstacleFactory.create(assignment=give())
    settle()
    assert {url: cost(url) for url in pages} == before


def test_pages_leave_without_the_indentation_of_their_templates(
    visit: Visit, pages: list[str]
) -> None:
    """It is a third of what national pages weigh."""
    for url in pages:
        assert re.findall(r"\n[ \t]+<", visit(url).content.decode()) == [], url


_ASSETS = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js))"')


def test_the_first_view_weighs_at_most_120_kilobytes_without_plotly(
    visit: Visit, pages: list[str]
) -> None:
    for url in pages:
        html = visit(url).content
        files = _ASSETS.findall(html.decode())
        assert len(files) >= 5
        weights = [len(gzip.compress(_asset(name).read_bytes())) for name in files]
        assert len(gzip.compress(html)) + sum(weights) <= 120_000, url


def _asset(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found)


# Safety -----------------------------------------------------------------------------------------


def test_no_page_carries_inline_script_style_or_handlers(visit: Visit, pages: list[str]) -> None:
    for url in pages:
        html = visit(url).content.decode()
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html) == [], url
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//(?!example\.org)', html) == [], url


def test_markup_in_names_is_shown_as_text(
    visit: Visit, place: Place, give: Give, settle: Settle
) -> None:
    evil = "<script>alert(1)</script>"
    place.agency.name_vi = place.agency.head_name = evil
    place.agency.save()
    target = TargetFactory.create(plan=place.plan, code="305-1", name_vi=evil, phrase_vi=evil)
    reading(indicator_of(target), place.area, "2024", "1", source=evil, source_url="javascript:x")
    assignment = give(LATE, task__title_vi=evil)
    assignment.task.targets.add(target)
    ObstacleFactory.create(assignment=assignment, text_vi=evil)
    settle()
    for url in ("/", "/provinces/40/", "/targets/", "/targets/305-1/", "/indicators/"):
        html = visit(url).content.decode()
        assert evil not in html, url
        assert "javascript:x" not in html, url


def test_every_chart_has_words_and_a_table(visit: Visit, pages: list[str]) -> None:
    for url in ("/provinces/40/", "/targets/57-1/", "/indicators/indicator_0/"):
        html = visit(url if "indicators" not in url else pages[7]).content.decode()
        charts = re.findall(r"<div\s+class=\"chart[^>]*>", html)
        assert charts
        for chart in charts:
            assert re.search(r'role="img"\s+aria-label="', chart)
            after = html[html.index(chart) :]
            assert "<table" in after


# The frame --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.VIEWER, ["Tổng quan", "Nhiệm vụ"], ["Nhiệm vụ của tôi", "Chờ duyệt"]),
        (Role.OFFICER, ["Nhiệm vụ của tôi"], ["Chờ duyệt"]),
        (Role.REVIEWER, ["Chờ duyệt"], ["Nhiệm vụ của tôi"]),
    ],
)
def test_the_menu_shows_the_pages_of_the_role(
    visit: Visit, place: Place, role: Role, shown: list[str], hidden: list[str]
) -> None:
    where = place.agency if role == Role.OFFICER else place.area
    html = visit("/", by=member(UserFactory.create(), role, where)).content.decode()
    items = re.findall(r"<li>\s*<a\s[^>]*>\s*([^<]+?)\s*</a>\s*</li>", html.split("</header>")[0])
    assert set(shown) <= set(items)
    assert not set(hidden) & set(items)


def test_every_address_of_the_menu_opens(visit: Visit, place: Place, client: Client) -> None:
    html = visit("/", by=UserFactory.create(is_superuser=True, is_staff=True)).content.decode()
    addresses = re.findall(r'<a\s[^>]*?href="(/[^"]*)"', html.split("</header>")[0])
    assert len(addresses) >= 8
    assert [url for url in addresses if client.get(url).status_code != 200] == []


def test_the_language_sticks_without_script(client: Client, place: Place) -> None:
    client.force_login(place.viewer)
    response = client.post("/language/", {"language": "en", "next": "/targets/"})
    assert response["Location"] == "/targets/"
    assert "Overview" in client.get("/").content.decode()


def test_demo_data_say_so_on_every_page(visit: Visit, pages: list[str]) -> None:
    words = "Dữ liệu minh họa: bản trình diễn"
    assert words not in _words(visit("/"))
    with override_settings(R57_MODE="demo"):
        assert [url for url in pages if words not in _words(visit(url))] == []
