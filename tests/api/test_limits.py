"""How often a connected system may call."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import Settings

from core.db import sql
from core.models import RequestCount
from tests.api.conftest import problem
from tests.factories import PASSWORD, UserFactory, api_key, bearer

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"


@pytest.fixture(autouse=True)
def _twice_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.R57_REQUESTS_A_MINUTE = 2
    at(monkeypatch, 600.0)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr("core.api.throttling.time", lambda: seconds)


def statuses(client: Client, key: str, count: int) -> list[int]:
    return [client.get(ME, headers=bearer(key)).status_code for _request in range(count)]


def test_one_request_too_many_is_told_when_to_come_back(client: Client) -> None:
    key = api_key()
    assert statuses(client, key, 3) == [200, 200, 429]
    refused = client.get(ME, headers=bearer(key))
    assert problem(refused)["errors"][0]["code"] == "throttled"
    assert refused["Retry-After"] == "61"


def test_the_next_minute_begins_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    key = api_key()
    statuses(client, key, 3)
    at(monkeypatch, 660.0)
    assert statuses(client, key, 1) == [200]
    assert RequestCount.objects.get().count == 1


def test_each_system_has_its_own_count(client: Client) -> None:
    statuses(client, api_key(), 3)
    assert statuses(client, api_key(), 1) == [200]


def test_people_are_not_counted(client: Client) -> None:
    user = UserFactory.create()
    assert client.login(username=user.username, password=PASSWORD)
    assert [client.get(ME).status_code for _request in range(3)] == [200, 200, 200]


def test_where_nothing_can_be_counted_reading_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_full_disk(statement: str, values: Any, fetch: Any = sql.fetch, **alias: str) -> Any:
        if "INSERT" in statement:
            raise DatabaseError
        return fetch(statement, values, **alias)

    monkeypatch.setattr(sql, "fetch", with_a_full_disk)
    assert statuses(client, api_key(), 3) == [200, 200, 200]
