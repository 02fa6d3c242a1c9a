"""Readings over REST: in by key, out as sent, every error a problem that names its field."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.models import ApiKey, AuditEvent, IdempotencyRecord, Recalculation
from indicators.models import Indicator, Reading
from provinces.models import Area
from tests.api.conftest import KEY_AND_COUNT, READINGS, Post, problem
from tests.factories import (
    PASSWORD,
    IndicatorFactory,
    ProvinceFactory,
    UserFactory,
    api_key,
    bearer,
    reading,
)

pytestmark = pytest.mark.django_db

Document = dict[str, Any]


def get(client: Client, key: str, query: str = "") -> list[dict[str, Any]]:
    response = client.get(f"{READINGS}?{query}", headers=bearer(key))
    assert response.status_code == 200, response.content
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def values(client: Client, key: str, query: str = "") -> list[str | None]:
    return [row["value"] for row in get(client, key, query)]


# In -----------------------------------------------------------------------------------------


def test_what_was_posted_comes_back_as_it_was_sent(
    post: Post, client: Client, key: str, document: Document
) -> None:
    sent = {
        **document,
        "value": "14.020",
        "obs_status": "E",
        "published_on": "2026-01-06",
        "source": "Cục Thống kê",
        "source_url": "https://example.vn/a",
        "note": "",
    }
    response = post(sent)
    assert (response.status_code, response.json()["result"]) == (201, "created")
    [found] = get(client, key)
    assert found == response.json()["reading"]
    assert {name: found[name] for name in sent} == sent
    assert (found["area_name"], found["unit"], found["revision"]) == ("Việt Nam", "%", 1)


def test_the_status_tells_a_new_vintage_from_no_change(post: Post, document: Document) -> None:
    answers = [post({**document, "value": value}) for value in ("14", "15", "15.0")]
    assert [(a.status_code, a.json()["result"]) for a in answers] == [
        (201, "created"),
        (201, "revised"),
        (200, "unchanged"),
    ]


def test_a_json_number_is_kept_digit_by_digit(post: Post) -> None:
    body = b'{"indicator": "share", "area": "VN", "period": "2025", "value": 14.10}'
    assert post(body).json()["reading"]["value"] == "14.10"


def test_a_dry_run_writes_nothing(post: Post, document: Document) -> None:
    response = post(document, url=f"{READINGS}?dry_run=true")
    assert (response.status_code, response.json()["result"]) == (200, "created")
    assert not Reading.objects.exists()
    assert problem(post(document, url=f"{READINGS}?dry_run=yes"))["errors"][0]["pointer"] == (
        "/dry_run"
    )


def test_the_answer_gives_back_the_code_and_base_of_a_former_province(
    post: Post, document: Document, client: Client, key: str
) -> None:
    heir = ProvinceFactory.create(code="15", merged_on=date(2025, 7, 1))
    ProvinceFactory.create(
        code="63-yen-bai",
        official_code="15",
        is_active=False,
        successor=heir,
        short_name_vi="Yên Bái",
    )
    found = post({**document, "area": "15", "period": "2024", "base": 63}).json()["reading"]
    assert (found["area"], found["base"], found["area_name"]) == ("15", 63, "Yên Bái")
    assert values(client, key, "area=15") == []
    assert values(client, key, "area=15&base=63") == values(client, key, "area=63-yen-bai")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"indicator": "no_such"}, "unknown_indicator", "/indicator"),
        ({"area": "99"}, "unknown_area", "/area"),
        ({"area": "15"}, "ambiguous_area", "/area"),
        ({"unit": "tỷ USD"}, "unit_mismatch", "/unit"),
        ({"period": "2025-13"}, "invalid_period", "/period"),
        ({"period": "2030"}, "future_period", "/period"),
        ({"value": "mười bốn"}, "invalid_value", "/value"),
        ({"value": "-1"}, "out_of_range", "/value"),
        ({"obs_status": "Z"}, "unknown_status", "/obs_status"),
        ({"published_on": "2099-01-01"}, "future_publication", "/published_on"),
        ({"values": "14"}, "unknown_field", "/values"),
    ],
)
def test_a_wrong_field_is_named_in_the_readers_language_and_nothing_is_written(
    post: Post, document: Document, change: Document, code: str, pointer: str
) -> None:
    Indicator.objects.update(min_value=0)
    ProvinceFactory.create(code="15", merged_on=date(2025, 7, 1))
    details = []
    for language in ("vi", "en"):
        response = post({**document, **change}, headers={"Accept-Language": language})
        assert response.status_code == 400
        [fault] = problem(response)["errors"]
        assert (fault["code"], fault["pointer"]) == (code, pointer)
        details.append(fault["detail"])
    assert details[0] != details[1]
    assert [t._default_manager.count() for t in (Reading, AuditEvent, Recalculation)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "required"),
        (b"{", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"value": 1, "value": 2}', "duplicate_key"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "duplicate_key"),
        (b'{"note": "\\ud800"}', "invalid_json"),
        (b'{"note": "\\u0000"}', "invalid_json"),
        (b'{"note": "\xff"}', "invalid_encoding"),
        ('{"note": "é"}'.encode("utf-16"), "invalid_encoding"),
        (b"[]", "invalid_document"),
        (b'"text"', "invalid_document"),
        (b"null", "invalid_document"),
    ],
)
def test_a_body_that_is_no_document_is_a_bad_request(post: Post, body: bytes, code: str) -> None:
    response = post(body)
    assert (response.status_code, problem(response)["errors"][0]["code"]) == (400, code)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000])
def test_what_only_looks_like_a_number_is_named(post: Post, value: str) -> None:
    body = f'{{"indicator": "share", "area": "VN", "period": "2025", "value": {value}}}'
    [fault] = problem(post(body.encode()))["errors"]
    assert (fault["code"], fault["pointer"]) == ("invalid_value", "/value")


def test_a_body_beyond_the_limit_is_413(post: Post, settings: Any) -> None:
    settings.R57_MAX_BODY_BYTES = 100
    assert problem(post(b" " * 101))["status"] == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = post(b" " * 101, headers={"Idempotency-Key": "a"})
    assert problem(response)["errors"][0]["code"] == "body_too_large"


def test_another_kind_of_body_is_415(client: Client, key: str) -> None:
    response = client.post(READINGS, {"value": "1"}, headers=bearer(key))
    assert problem(response)["errors"][0]["code"] == "unsupported_media_type"


# Who may ------------------------------------------------------------------------------------


def test_without_a_key_the_answer_is_401_and_says_how_to_sign_in(
    client: Client, document: Document
) -> None:
    for response in (
        client.get(READINGS),
        client.post(READINGS, document, content_type="application/json"),
    ):
        assert problem(response)["status"] == 401
        assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("text", ["", "r57_x", "r57_AAAAAAAAAAAA_" + "A" * 38])
def test_a_key_nobody_drew_is_401(client: Client, text: str) -> None:
    assert client.get(READINGS, headers=bearer(text)).status_code == 401


def test_a_revoked_expired_or_disabled_key_is_401_at_once(client: Client, key: str) -> None:
    assert client.get(READINGS, headers=bearer(key)).status_code == 200
    ApiKey.objects.update(expires_on=date(2020, 1, 1))
    assert client.get(READINGS, headers=bearer(key)).status_code == 401


def test_a_key_that_may_only_read_is_403(
    post: Post, client: Client, document: Document, key: str
) -> None:
    reader = bearer(api_key(can_write=False))
    response = client.post(READINGS, document, content_type="application/json", headers=reader)
    assert (problem(response)["status"], problem(response)["errors"][0]["code"]) == (
        403,
        "not_in_scope",
    )
    assert client.get(READINGS, headers=reader).status_code == 200


def test_what_a_key_may_not_see_is_as_unknown_as_what_is_not_there(
    client: Client, document: Document, key: str, nation: Area
) -> None:
    other = bearer(api_key(indicator=IndicatorFactory.create(code="other"), area=nation))
    answers = []
    for code in ("share", "no_such"):
        body = {**document, "indicator": code}
        response = client.post(READINGS, body, content_type="application/json", headers=other)
        listed = client.get(f"{READINGS}?indicator={code}", headers=other)
        detail = client.get(f"/api/v1/indicators/{code}/", headers=other)
        faults = [problem(answer)["errors"] for answer in (response, listed, detail)]
        assert [a.status_code for a in (response, listed, detail)] == [404, 404, 404]
        answers.append(str(faults).replace(code, "…"))
    assert answers[0] == answers[1]


def test_a_key_reads_only_what_its_scope_names(
    client: Client, nation: Area, indicator: Indicator
) -> None:
    province = ProvinceFactory.create()
    other = IndicatorFactory.create(code="other")
    reading(indicator, nation, "2025", "1")
    reading(indicator, province, "2025", "2")
    reading(other, province, "2025", "3")
    assert values(client, api_key(area=province)) == ["2", "3"]
    assert values(client, api_key(indicator=other)) == ["3"]
    assert values(client, api_key(indicator=indicator, area=province)) == ["2"]


def test_a_signed_in_person_reads_and_needs_the_csrf_token_to_write(
    document: Document, nation: Area, indicator: Indicator
) -> None:
    browser = Client(enforce_csrf_checks=True)
    user = UserFactory.create(is_superuser=True)
    assert browser.login(username=user.username, password=PASSWORD)
    assert browser.get(READINGS).status_code == 200
    assert browser.post(READINGS, document, content_type="application/json").status_code == 403


# Out ----------------------------------------------------------------------------------------


def test_a_list_shows_the_vintage_in_force_or_all(
    client: Client, key: str, indicator: Indicator, nation: Area
) -> None:
    reading(indicator, nation, "2025", "14", published_on=date(2026, 1, 6), obs_status="E")
    reading(indicator, nation, "2025", "15", published_on=date(2026, 3, 1))
    assert values(client, key) == ["15"]
    assert values(client, key, "as_of=2026-02-28") == ["14"]
    assert values(client, key, "vintages=all") == ["14", "15"]
    assert values(client, key, "known_at=2020-01-01") == []
    assert values(client, key, "obs_status=E") == []


def test_a_list_is_filtered_by_indicator_area_and_period(
    client: Client, key: str, indicator: Indicator, nation: Area
) -> None:
    for year in (2022, 2023, 2024):
        reading(indicator, nation, f"{year}", f"{year}")
    reading(indicator, ProvinceFactory.create(), "2023", "40")
    assert values(client, key, "area=VN&period_from=2023&period_to=2024-12") == ["2023", "2024"]
    assert values(client, key, "indicator=share&area=40") == ["40"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("as_of=2099-01-01", 400, "future_date"),
        ("as_of=hôm qua", 400, "invalid_date"),
        ("known_at=never", 400, "invalid_moment"),
        ("period_from=25", 400, "invalid_period"),
        ("obs_status=Z", 400, "invalid_value"),
        ("vintages=some", 400, "invalid_value"),
        ("base=64", 400, "invalid_value"),
        ("area=99", 404, "unknown_area"),
        ("indicator=no_such", 404, "unknown_indicator"),
    ],
)
def test_a_wrong_filter_is_named(
    client: Client, key: str, query: str, status: int, code: str
) -> None:
    body = problem(client.get(f"{READINGS}?{query}", headers=bearer(key)))
    assert (body["status"], body["errors"][0]["code"]) == (status, code)
    assert body["errors"][0]["pointer"] == "/" + query.split("=", maxsplit=1)[0]


def test_pages_neither_skip_nor_repeat_what_a_late_vintage_replaced(
    client: Client, key: str, indicator: Indicator, nation: Area
) -> None:
    for year in range(2001, 2006):
        reading(indicator, nation, f"{year}", "1", published_on=date(2025, 1, 1))
    reading(indicator, nation, "2001", "0", published_on=date(2024, 1, 1))
    url, periods = f"{READINGS}?page_size=2", []
    while url:
        page = client.get(url, headers=bearer(key)).json()
        periods += [row["period"] for row in page["results"]]
        url = page["next"]
    assert periods == ["2001", "2002", "2003", "2004", "2005"]


def test_a_list_costs_the_same_whatever_its_length(
    client: Client,
    key: str,
    indicator: Indicator,
    nation: Area,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for year in range(2001, 2021):
        reading(indicator, nation, f"{year}", "1")
    client.get(READINGS, headers=bearer(key))
    # Scope, indicator, area, readings.
    with django_assert_num_queries(KEY_AND_COUNT + 4):
        assert len(get(client, key, "indicator=share&area=VN")) == 20


def test_a_post_costs_few_queries(
    post: Post, document: Document, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    post(document)  # The first use of the day is noted.
    # On SQLite: scope, indicator, area; vintages, reading, audit event, mark; four for two
    # savepoints. On PostgreSQL: what is known, what is written.
    with django_assert_num_queries(
        KEY_AND_COUNT + (2 if connection.vendor == "postgresql" else 11)
    ):
        assert post({**document, "value": "15"}).status_code == 201


@pytest.mark.parametrize("values", [["14"], ["14", "15.50"]])
def test_the_quick_way_leaves_what_the_ordinary_way_leaves(
    post: Post, document: Document, values: list[str]
) -> None:
    answers = []
    for area, url in (("01", READINGS), ("02", f"{READINGS}?dry_run=false")):
        ProvinceFactory.create(code=area)
        answers += [
            post(
                {**document, "area": area, "value": value, "base": 34, "note": "một \\ hai"},
                url=url,
                headers={"Idempotency-Key": f"{area}-{value}"},
            )
            for value in values
        ]
    assert {answer.status_code for answer in answers} == {201}
    for left in (
        [answer.json() for answer in answers],
        [
            json.loads(bytes(body))
            for body in IdempotencyRecord.objects.values_list("body", flat=True)
        ],
        list(Reading.objects.order_by("id").values()),
        list(AuditEvent.objects.order_by("id").values()),
        list(Recalculation.objects.order_by("id").values()),
        list(IdempotencyRecord.objects.order_by("id").values("caller", "status")),
    ):
        half = len(left) // 2
        assert half == len(values)
        assert [_kind_of(row) for row in left[:half]] == [_kind_of(row) for row in left[half:]]


_OWN = {
    "id",
    "area",
    "area_id",
    "area_name",
    "key",
    "subject_key",
    "at",
    "recorded_at",
    "marked_at",
    "request_id",
}


def _kind_of(row: object) -> object:
    """Without what tells one row from its like."""
    if not isinstance(row, dict):
        return row
    return {name: _kind_of(value) for name, value in row.items() if name not in _OWN}


def test_a_page_asks_each_row_by_the_index_of_its_series(nation: Area) -> None:
    """So that it costs as much at a million readings, wherever it lies."""
    for indicator in IndicatorFactory.create_batch(4):
        for year in range(1960, 2020):
            reading(indicator, nation, str(year), "1")
    rows = Reading.objects.published_by(date(2026, 1, 1)).current().order_by("id")[:100]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE indicators_reading")
            # What pays off only while there are few.
            for way in ("seqscan", "hashjoin", "mergejoin", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = rows.explain()
    assert "(indicator_id = " in plan or "(indicator_id=?" in plan
    assert "indicators_reading_pkey" in plan or "SCAN indicators_reading\n" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
