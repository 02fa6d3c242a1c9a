"""From a past day every link leads to that day; a page that shows today all the same says so."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from core.models import User
from provinces.roles import Role
from tasks.models import Proposal
from tests.dashboards.conftest import DAY, Place
from tests.dashboards.test_pages import pages  # noqa: F401 - a fixture
from tests.factories import UserFactory, member

_LINK = re.compile(
    r'<a\b[^>]*?\bhref="([^"]+)"(?![^>]*>Xem hôm nay<)(?!\s+data-other-day)', re.DOTALL
)
_FORM = re.compile(r'<form\b[^>]*method="get"[^>]*>.*?</form>', re.DOTALL)
_NO_DAY = (
    "/admin/",
    "/login/",
    "/account/",
    "/tasks/export.xlsx",
    "/evidence/",
    "/api/",
    "/static/",
)
"""What has nothing to do with a day, and files."""
_DAYS = f"as_of={DAY}&compare=2025-10-01"
_SHOWN = f"{DAY:%d/%m/%Y}"


def _links(html: str) -> Iterator[str]:
    for address in map(unescape, _LINK.findall(html)):
        if address.startswith(("/", "?")) and not address.startswith(_NO_DAY):
            yield address


@pytest.fixture(params=[Role.VIEWER, Role.REVIEWER, Role.COORDINATOR])
def reader(request: Any, place: Place) -> User:
    return member(UserFactory.create(), request.param, place.nation)


@pytest.mark.usefixtures("pages")
def test_every_link_of_every_page_keeps_the_day_and_every_page_obeys_it_or_says_so(
    client: Client, reader: User, place: Place
) -> None:
    client.force_login(reader)
    client.cookies["django_language"] = "vi"
    Proposal.objects.create(area=place.area, text_vi="Bổ sung biên chế", addressee_text="Bộ Nội vụ")
    waiting, seen = [f"/?{_DAYS}", f"/tasks/?{_DAYS}"], set[str]()
    obeyed, says_today = set[str](), set[str]()
    while waiting:
        address = waiting.pop()
        kind = re.sub(r"\d+", "n", address.partition("?")[0])
        # Two of each kind: the others are made by the same template.
        if (
            address in seen
            or sum(kind == re.sub(r"\d+", "n", s.partition("?")[0]) for s in seen) > 1
        ):
            continue
        seen.add(address)
        page = client.get(address)
        if page.status_code == 302:
            continue
        assert page.status_code == 200, address
        if not page["Content-Type"].startswith("text/html"):
            continue  # A file, which has no links.
        html = page.content.decode()
        if f"không phải ngày {_SHOWN}" in html:
            assert "Trang này hiển thị hôm nay" in html
            says_today.add(kind)
            continue
        assert re.search(rf"[Tt]ính đến ngày\s+{_SHOWN}", html), f"{address} shows no day"
        obeyed.add(kind)
        for form in _FORM.findall(html):
            assert 'name="as_of"' in form, (address, form)
        for link in _links(html):
            assert _DAYS in link, f"{address} → {link}"
            waiting.append(link if link.startswith("/") else address.partition("?")[0] + link)
    assert {"/", "/provinces/n/", "/targets/", "/late/", "/tasks/", "/assignments/n/"} <= obeyed
    assert "/proposals/" in says_today or reader.memberships.get().role == Role.VIEWER


@pytest.mark.usefixtures("pages")
def test_a_day_that_is_none_shows_today(client: Client, place: Place) -> None:
    client.force_login(place.viewer)
    assert "không phải ngày" not in client.get("/account/?as_of=2025-99-99").content.decode()
    assert client.get("/tasks/?as_of=2025-99-99").status_code == 400
