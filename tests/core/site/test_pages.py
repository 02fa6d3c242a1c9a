"""What every page owes its reader: words instead of a blank, and a way back."""

import pytest
from django.test import Client

from provinces.roles import Role
from tests.factories import PASSWORD, ProvinceFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(UserFactory.create())
    return client


def test_an_address_that_takes_forms_only_shows_a_page_to_who_opens_it(reader: Client) -> None:
    response = reader.get("/review/1/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Không thực hiện được yêu cầu" in response.content.decode()


def test_changing_the_language_after_a_wrong_form_leads_back_to_the_form(client: Client) -> None:
    wrong = {"username": "an", "password": PASSWORD}
    page = client.post("/login/", wrong, headers={"referer": "http://testserver/login/?next=/x/"})
    words = " ".join(page.content.decode().split())
    assert 'name="next" value="http://testserver/login/?next=/x/"' in words
    switched = client.post("/language/", {"language": "en", "next": "/login/"})
    assert switched["Location"] == "/login/"


def test_the_two_causes_of_a_403_are_told_apart(reader: Client) -> None:
    refused = reader.get("/members/")
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = reader.cookies
    stale = browser.post("/account/notices/", {"language": "en"})
    assert (refused.status_code, stale.status_code) == (403, 403)
    role, page = (answer.content.decode() for answer in (refused, stale))
    assert ("Vai trò của bạn" in role, "trang đã cũ" in role) == (True, False)
    assert ("Vai trò của bạn" in page, "trang đã cũ" in page) == (False, True)
    assert "sao chép nội dung đã nhập" in page


def test_a_person_lands_where_their_work_is(reader: Client) -> None:
    assert reader.get("/home/")["Location"] == "/"
    assert reader.get("/account/").status_code == 200


def test_a_member_of_one_province_lands_on_its_page(client: Client) -> None:
    client.force_login(member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="40")))
    assert client.get("/home/")["Location"] == "/provinces/40/"


def test_the_health_of_the_process_is_open_and_that_of_the_parts_is_told(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"
    ready = client.get("/readyz").json()
    assert (ready["database"], ready["migrations"], ready["parked"]) == ("ok", 0, 0)


def test_a_page_for_members_asks_a_stranger_to_sign_in(client: Client) -> None:
    assert client.get("/account/")["Location"] == "/login/?next=/account/"


@pytest.mark.parametrize(
    "address",
    ["/tasks/?q=a%00", "/notices/unsubscribe/%00/", "/api/v1/readings/?area=%00"],
)
def test_an_address_with_a_nul_is_not_understood(reader: Client, address: str) -> None:
    response = reader.get(address)
    assert response.status_code == 400
    is_problem = response["Content-Type"] == "application/problem+json"
    assert is_problem == address.startswith("/api/")


def test_pages_are_vietnamese_until_somebody_switches(client: Client) -> None:
    english = {"Accept-Language": "en-US,en;q=0.9"}
    assert '<html lang="vi">' in client.get("/login/", headers=english).content.decode()
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert '<html lang="en">' in client.get("/login/", headers=english).content.decode()
