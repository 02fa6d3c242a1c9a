"""A connected system hands a file in over REST."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.importing import work_off
from indicators.models import ImportJob, Reading
from tests.factories import api_key, bearer
from tests.indicators.conftest import Cast

URL = "/api/v1/imports/"
TEXT = b"indicator,area,period,value\nshare,40,2025,14.02\nshare,01,2025,3\nshare,40,x,3\n"


@pytest.fixture
def key(cast: Cast) -> str:
    """Writes the indicator in Nghệ An."""
    return api_key(indicator=cast.indicator, area=cast.area)


def send(client: Client, key: str, content: bytes = TEXT, **fields: str) -> Any:
    file = SimpleUploadedFile("rows.csv", content)
    return client.post(URL, {"file": file, **fields}, headers=bearer(key))


def test_a_file_is_taken_and_each_row_accounted_for(cast: Cast, client: Client, key: str) -> None:
    response = send(client, key)
    assert (response.status_code, response.json()["state"]) == (202, "waiting")
    work_off(1e9)
    body = client.get(response["Location"], headers=bearer(key)).json()
    assert (body["state"], body["rows_done"], body["rows_total"]) == ("done", 3, 3)
    assert (body["created"], body["rejected"]) == (1, 2)
    assert [(e["row"], e["field"], e["code"]) for e in body["errors"]] == [
        (3, "area", "unknown_area"), (4, "period", "invalid_period"),
    ]  # fmt: skip
    rejected: Any = client.get(body["rejected_rows"], headers=bearer(key))
    assert b"share,01,2025,3," in b"".join(rejected.streaming_content)
    assert Reading.objects.get().recorded_by_client is not None


def test_a_dry_run_writes_nothing(client: Client, key: str) -> None:
    location = send(client, key, dry_run="true")["Location"]
    work_off(1e9)
    assert client.get(location, headers=bearer(key)).json()["created"] == 1
    assert not Reading.objects.exists()


def test_another_system_does_not_find_it(client: Client, key: str) -> None:
    location = send(client, key)["Location"]
    other = api_key()
    for method in (client.get, client.delete):
        assert method(location, headers=bearer(other)).status_code == 404
    assert client.get(f"{location}rejected.csv", headers=bearer(other)).status_code == 404


def test_who_may_only_read_hands_nothing_in(cast: Cast, client: Client) -> None:
    assert send(client, api_key(area=cast.area, can_write=False)).status_code == 403
    assert client.post(URL).status_code == 401
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "required"),
        (TEXT.decode().encode("utf-16"), "invalid_encoding"),
        (b"PK\x03\x04", "unsupported_file"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem(
    client: Client, key: str, content: bytes, code: str
) -> None:
    response = send(client, key, content)
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, code)


def test_no_file_and_no_form_are_problems(client: Client, key: str) -> None:
    assert client.post(URL, {"dry_run": "true"}, headers=bearer(key)).status_code == 400
    assert send(client, key, dry_run="maybe").status_code == 400
    json = client.post(URL, {}, content_type="application/json", headers=bearer(key))
    assert json.status_code == 415


def test_a_waiting_file_is_cancelled_once(client: Client, key: str) -> None:
    location = send(client, key)["Location"]
    assert client.delete(location, headers=bearer(key)).status_code == 204
    assert client.delete(location, headers=bearer(key)).status_code == 409
    work_off(1e9)
    assert not Reading.objects.exists()
