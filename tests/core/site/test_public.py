"""Dashboards without signing in: off, on, and how often a stranger may ask."""

import re

import pytest
from django.conf import settings
from django.test import Client, override_settings

from core.web import public
from tests.factories import NationFactory, UserFactory

OPEN = override_settings(R57_PUBLIC_DASHBOARDS=True)


@pytest.fixture(autouse=True)
def nation(db: None) -> None:
    NationFactory.create()
    public._asked.clear()


def test_off_unless_the_installation_says_so(client: Client) -> None:
    assert settings.R57_PUBLIC_DASHBOARDS is False
    assert client.get("/")["Location"] == "/login/?next=/"


@OPEN
def test_a_stranger_reads_the_overview_and_is_offered_to_sign_in(client: Client) -> None:
    response = client.get("/")
    html = response.content.decode()
    assert response.status_code == 200
    assert '<a class="sign-in" href="/login/?next=/">' in html
    assert not re.findall('href="(/(?:tasks|late|obstacles|assignments)/[^"]*)', html)
    assert client.get("/late/")["Location"] == "/login/?next=/late/"


@OPEN
def test_strangers_share_one_kept_page_without_cookies(client: Client) -> None:
    first, second = client.get("/"), Client().get("/")
    assert first["ETag"] == second["ETag"]
    assert not first.cookies
    assert client.get("/", headers={"If-None-Match": first["ETag"]}).status_code == 304


@OPEN
def test_a_stranger_never_gets_the_page_of_a_person(client: Client) -> None:
    client.force_login(UserFactory.create(full_name="Trần Văn Bình"))
    assert "Trần Văn Bình" in client.get("/").content.decode()
    assert "Trần Văn Bình" not in Client().get("/").content.decode()


@OPEN
@override_settings(R57_PUBLIC_REQUESTS_A_MINUTE=2)
def test_who_asks_too_often_waits_and_people_do_not(client: Client) -> None:
    answers = [client.get(url).status_code for url in ("/", "/targets/", "/plans/")]
    assert answers == [200, 200, 429]
    chart = client.get("/api/v1/charts/")
    assert (chart.status_code, chart["Retry-After"]) == (429, "60")
    assert chart.json()["errors"][0]["code"] == "throttled"
    assert client.get("/", REMOTE_ADDR="192.0.2.7").status_code == 200
    client.force_login(UserFactory.create())
    assert client.get("/").status_code == 200


def test_a_stranger_switches_the_language_without_a_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/language/", {"language": "en"}).status_code == 302
    strict.force_login(UserFactory.create())
    assert strict.post("/language/", {"language": "en"}).status_code == 403


@pytest.mark.parametrize(
    ("is_public", "is_production", "first"),
    [(False, True, "Disallow: /"), (True, False, "Disallow: /"), (True, True, "Disallow: /*?")],
)
def test_search_engines_read_todays_public_pages_only(
    client: Client, is_public: bool, is_production: bool, first: str
) -> None:
    with override_settings(R57_PUBLIC_DASHBOARDS=is_public, PRODUCTION=is_production):
        assert client.get("/robots.txt").content.decode().splitlines()[1] == first
