"""A form that was sent after the session had ended is sent again, by its writer alone."""

import re
from typing import Any

import pytest
from django.test import Client

from provinces.roles import Role
from tasks.models import Assignment, ExtensionRequest, Obstacle
from tests.factories import PASSWORD, AssignmentFactory, UserFactory, member

pytestmark = pytest.mark.django_db
PAGE = {"Accept": "text/html,*/*"}
REASON = "Chờ hướng dẫn của Bộ"
KEPT = "/login/?next=/login/sent/"


@pytest.fixture
def work() -> Assignment:
    work = AssignmentFactory.create(task__due_text="12/2099")
    member(UserFactory.create(username="an"), Role.OFFICER, work.agency)
    member(UserFactory.create(username="binh"), Role.OFFICER, work.agency)
    return work


def _sign_in(client: Client, who: str, then: str = "") -> Any:
    sent = {"username": who, "password": PASSWORD, "next": then}
    return client.post("/login/", sent, follow=bool(then))


def _sent_late(client: Client, address: str, sent: dict[str, Any], **more: Any) -> str:
    """Where the browser of An, whose session has ended, is led to."""
    _sign_in(client, "an")
    del client.cookies["sessionid"]
    answer = client.post(address, sent, headers=PAGE | more)
    return str(answer["Location"])


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


@pytest.mark.parametrize(
    ("part", "sent"),
    [
        ("extensions", {"new_due_on": "31/12/2100", "reason": REASON}),
        ("obstacles", {"category": "finance", "text": REASON}),
    ],
)
def test_it_is_shown_and_sent_again(
    client: Client, work: Assignment, part: str, sent: dict[str, str]
) -> None:
    address = f"{work.get_absolute_url()}{part}/"
    assert _sent_late(client, address, sent) == KEPT
    page = _sign_in(client, "an", "/login/sent/").content.decode()
    assert REASON in page
    assert f'action="{address}"' in page
    again = _hidden(page)
    assert again.pop("csrfmiddlewaretoken")
    assert again == sent
    assert client.post(address, again).status_code == 302
    kept = [row.reason for row in ExtensionRequest.objects.all()]
    kept += [row.text_vi for row in Obstacle.objects.all()]
    assert kept == [REASON]


def test_nobody_else_sees_it(client: Client, work: Assignment) -> None:
    _sent_late(client, f"{work.get_absolute_url()}extensions/", {"reason": REASON})
    assert REASON not in _sign_in(client, "binh", "/login/sent/").content.decode()
    client.get("/login/sent/")
    del client.cookies["sessionid"]
    assert REASON not in _sign_in(client, "an", "/login/sent/").content.decode()


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        ({"reason": REASON}, {"Accept": "*/*"}),
        ({"old_password": PASSWORD, "reason": REASON}, {}),
        ({}, {}),
    ],
)
def test_no_secret_and_nothing_of_a_script_is_kept(
    client: Client, work: Assignment, sent: dict[str, str], headers: dict[str, str]
) -> None:
    assert _sent_late(client, work.get_absolute_url() + "extensions/", sent, **headers) != KEPT
    assert REASON not in _sign_in(client, "an", "/login/sent/").content.decode()


def test_a_stranger_leaves_nothing(client: Client, work: Assignment) -> None:
    answer = client.post(f"{work.get_absolute_url()}extensions/", {"reason": REASON}, headers=PAGE)
    assert answer["Location"] != KEPT
    assert "sessionid" not in client.cookies
