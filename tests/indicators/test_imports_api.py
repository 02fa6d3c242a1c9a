"""A connected system hands a file in over REST."""

import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from core.api import idempotency
from indicators.files.services import work_off
from indicators.files.table import LIMITS
from indicators.models import ImportJob, Reading
from tests.factories import api_key, bearer, reading
from tests.indicators.conftest import Cast

URL = "/api/v1/imports/"
AGAIN = "6f1c"
TEXT = b"indicator,area,period,value\nshare,40,2025,14.02\nshare,01,2025,3\nshare,40,x,3\n"


@pytest.fixture
def key(cast: Cast) -> str:
    """Writes the indicator in Nghệ An."""
    return api_key(indicator=cast.indicator, area=cast.area)


def send(
    client: Client,
    key: str,
    content: bytes = TEXT,
    *,
    once: str = "",
    name: str = "rows.csv",
    **fields: str,
) -> Any:
    file = SimpleUploadedFile(name, content)
    again = {"Idempotency-Key": once} if once else {}
    return client.post(URL, {"file": file, **fields}, headers={**bearer(key), **again})


def test_a_file_is_taken_and_each_row_accounted_for(cast: Cast, client: Client, key: str) -> None:
    response = send(client, key)
    assert (response.status_code, response.json()["state"]) == (202, "waiting")
    work_off(1e9)
    body = client.get(response["Location"], headers=bearer(key)).json()
    assert (body["state"], body["rows_done"], body["rows_total"]) == ("done", 3, 3)
    assert (body["created"], body["rejected"]) == (1, 2)
    assert [(e["row"], e["field"], e["code"]) for e in body["errors"]] == [
        (3, "area", "unknown_area"),
        (4, "period", "invalid_period"),
    ]
    headers = {**bearer(key), "Accept": "text/csv"}
    rejected: Any = client.get(body["rejected_rows"], headers=headers)
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


# Sent again ---------------------------------------------------------------------------------------


def test_the_same_file_under_the_same_key_is_taken_once(client: Client, key: str) -> None:
    first, second = (send(client, key, once=AGAIN) for _time in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert (second.json(), second["Location"]) == (first.json(), first["Location"])
    assert second["Idempotency-Replayed"] == "true"
    assert ImportJob.objects.count() == 1


@pytest.mark.parametrize("other", [{"content": TEXT + b"share,40,2024,3\n"}, {"dry_run": "true"}])
def test_another_file_or_field_under_the_same_key_is_refused(
    client: Client, key: str, other: dict[str, Any]
) -> None:
    send(client, key, once=AGAIN)
    response = send(client, key, once=AGAIN, **other)
    assert response.status_code == 422
    assert response.json()["errors"][0]["code"] == "idempotency_key_reused"
    assert ImportJob.objects.count() == 1


def test_while_the_first_upload_runs_the_second_is_told_to_come_back(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as busy:
        busy.setattr(idempotency, "_lock", [].__contains__)  # False, whatever the number.
        response = send(client, key, once=AGAIN)
    assert (response.status_code, response["Retry-After"]) == (409, "1")
    assert send(client, key, once=AGAIN).status_code == 202


def test_a_refused_file_gets_its_refusal_again(client: Client, key: str) -> None:
    answers = [send(client, key, b"", once=AGAIN) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[1].content == answers[0].content


# All or nothing -----------------------------------------------------------------------------------


def test_one_bad_row_refuses_the_whole_file(client: Client, key: str) -> None:
    location = send(client, key, mode="all_or_nothing")["Location"]
    work_off(1e9)
    body = client.get(location, headers=bearer(key)).json()
    assert (body["state"], body["mode"], body["created"], body["rejected"]) == (
        "failed",
        "all_or_nothing",
        0,
        3,
    )
    codes = [(e["row"], e["code"]) for e in body["errors"]]
    assert codes == [(None, "all_or_nothing"), (3, "unknown_area"), (4, "invalid_period")]
    assert not Reading.objects.exists()


def test_a_mode_that_is_none_is_refused(client: Client, key: str) -> None:
    response = send(client, key, mode="some")
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/mode")


def test_a_file_above_50_mb_is_refused_by_name(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indicators.files.services.LIMITS", replace(LIMITS, size=10))
    response = send(client, key)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (413, "file_too_large")


def test_figures_far_from_the_last_ones_are_told_by_a_dry_run(
    cast: Cast, client: Client, key: str
) -> None:
    for year, value in (("2021", "10"), ("2022", "12"), ("2023", "13")):
        reading(cast.indicator, cast.area, year, value)
    far = b"indicator,area,period,value\nshare,40,2024,14\nshare,40,2025,95\n"
    location = send(client, key, far, dry_run="true")["Location"]
    work_off(1e9)
    body = client.get(location, headers=bearer(key)).json()
    assert (body["unusual"], body["created"]) == (1, 2)
    [warning] = body["warnings"]
    assert (warning["row"], warning["field"], warning["code"]) == (3, "value", "unusual_value")


def test_a_cell_in_percent_is_refused_and_never_a_hundred_times_smaller(
    client: Client, key: str
) -> None:
    """The page asks what is meant; a system has nobody to ask."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["indicator", "area", "period", "value"], ["share", "40", "2025", 0.145]):
        sheet.append(row)
    sheet["D2"].number_format = "0.0%"
    book.save(content := io.BytesIO())
    location = send(client, key, content.getvalue(), name="rows.xlsx")["Location"]
    work_off(1e9)
    body = client.get(location, headers=bearer(key)).json()
    assert [(e["row"], e["field"], e["code"]) for e in body["errors"]] == [
        (2, "value", "invalid_value")
    ]
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    ("values", "taken"),
    [
        (["1.044", "2,5"], ["1044", "2.5"]),
        (["1.044,7", "2"], ["1044.7", "2"]),
        (["12.5", "2,5"], ["12.5", "2.5"]),
        (["1.044", "2.5"], ["1.044", "2.5"]),
        ([" 1.044 ", "2"], ["1.044", "2"]),
    ],
)
@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_file_with_decimal_commas_parts_thousands_by_points(
    cast: Cast, client: Client, values: list[str], taken: list[str], sign: str
) -> None:
    type(cast.indicator).objects.update(max_value=None)
    rows = [f"share,VN,{2020 + at},{value}" for at, value in enumerate(values)]
    lines = [sign.join(line.split(",", 3)) for line in ("indicator,area,period,value", *rows)]
    key = api_key(indicator=cast.indicator)
    send(client, key, "\n".join(lines).encode())
    work_off(1e9)
    found = Reading.objects.order_by("period").values_list("value_text", flat=True)
    assert [*found] == taken, ImportJob.objects.get().errors
