"""Many readings in one call: JSON, CSV and SDMX-CSV, each row answered for."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from core.models import AuditEvent, Recalculation
from indicators.models import Indicator, Reading
from provinces.models import Area
from tests.api.conftest import READINGS, Post, problem
from tests.factories import IndicatorFactory, ProvinceFactory, api_key, bearer, reading

pytestmark = pytest.mark.django_db

BULK = f"{READINGS}bulk/"
SDMX = "application/vnd.sdmx.data+csv;version=2.0.0"


def row(year: int, value: object = "1", **fields: object) -> dict[str, object]:
    return {"indicator": "share", "area": "VN", "period": str(year), "value": value, **fields}


def rows(count: int) -> list[dict[str, object]]:
    """Days from 1 January 2000 on."""
    first = date(2000, 1, 1).toordinal()
    return [{**row(0), "period": str(date.fromordinal(first + n))} for n in range(count)]


def counts(response: Any) -> tuple[int, int, int, int]:
    body = response.json()
    return body["created"], body["revised"], body["unchanged"], body["rejected"]


def table(client: Client, key: str, text: str, query: str = "", kind: str = "text/csv") -> Any:
    return client.post(f"{BULK}{query}", text.encode(), content_type=kind, headers=bearer(key))


# Counting -------------------------------------------------------------------------------------


def test_each_row_is_created_revised_or_unchanged(post: Post) -> None:
    assert counts(post({"readings": [row(2023), row(2024)]}, url=BULK)) == (2, 0, 0, 0)
    again = {"readings": [row(2022), row(2023, "1.0"), row(2024, "2")]}
    assert counts(post(again, url=BULK)) == (1, 1, 1, 0)
    found = Reading.objects.order_by("period", "revision").values_list("period", "value_text")
    assert list(found) == [("2022", "1"), ("2023", "1"), ("2024", "1"), ("2024", "2")]


def test_a_batch_keeps_every_field_as_it_was_sent(post: Post, client: Client, key: str) -> None:
    sent = row(
        2025,
        "-14.020",
        value_qualifier="~",
        rank=3,
        rank_of=10,
        obs_status="P",
        published_on="2026-01-06",
        source="Cục\t\\Thống kê",
        source_url="https://a.vn/ế",
        note="một\r\nhai\\n",
    )
    assert counts(post({"readings": [sent]}, url=BULK)) == (1, 0, 0, 0)
    [found] = client.get(READINGS, headers=bearer(key)).json()["results"]
    assert {name: found[name] for name in sent} == sent
    assert Reading.objects.get().recorded_by_client is not None


def test_a_to_b_to_a_keeps_three_vintages(post: Post) -> None:
    for value in ("14", "15", "14"):
        post({"readings": [row(2025, value)]}, url=BULK)
    found = Reading.objects.order_by("revision").values_list("value_text", "revision")
    assert list(found) == [("14", 1), ("15", 2), ("14", 3)]


def test_a_late_row_is_compared_with_what_was_in_force_on_its_day(post: Post) -> None:
    for value, day in (("14", "2026-01-06"), ("15", "2026-03-01")):
        post({"readings": [row(2025, value, published_on=day)]}, url=BULK)
    late = post({"readings": [row(2025, "14.0", published_on="2026-02-01")]}, url=BULK)
    assert counts(late) == (0, 0, 1, 0)
    late = post({"readings": [row(2025, "15", published_on="2026-02-01")]}, url=BULK)
    assert counts(late) == (0, 1, 0, 0)


def test_a_figure_is_withdrawn_by_a_row_without_one(post: Post) -> None:
    post({"readings": [row(2025, "14")]}, url=BULK)
    gone = row(2025, None, obs_status="O", note="Công bố nhầm")
    assert counts(post({"readings": [gone]}, url=BULK)) == (0, 1, 0, 0)
    assert counts(post({"readings": [gone]}, url=BULK)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "change",
    [{"rank": 2}, {"rank_of": 9}, {"value_qualifier": "<"}, {"obs_status": "P"}, {"value": "2"}],
)
def test_each_part_of_the_fact_makes_a_vintage(post: Post, change: dict[str, object]) -> None:
    fact = row(2025, rank=1, rank_of=5)
    post({"readings": [fact]}, url=BULK)
    assert counts(post({"readings": [{**fact, **change}]}, url=BULK)) == (0, 1, 0, 0)


def test_one_audit_event_and_one_mark_a_figure(post: Post) -> None:
    post({"readings": rows(250)}, url=BULK)
    event = AuditEvent.objects.get(action="reading.batch")
    first, last = Reading.objects.earliest("id").pk, Reading.objects.latest("id").pk
    assert event.after == {"created": 250, "revised": 0, "ids": [[first, last]]}
    assert Recalculation.objects.count() == 1


def test_hundreds_of_marks_are_all_there(post: Post, indicator: Indicator) -> None:
    areas = [ProvinceFactory.create(code=f"{code:03}") for code in range(150)]
    body = {"readings": [row(2025, area=area.code) for area in areas]}
    assert counts(post(body, url=BULK)) == (150, 0, 0, 0)
    keys = set(Recalculation.objects.values_list("kind", "key"))
    assert keys == {("reading", f"{indicator.pk}:{area.pk}") for area in areas}


def test_a_batch_costs_the_same_queries_whatever_its_size(post: Post) -> None:
    taken = []
    post({"readings": rows(1)}, url=BULK)
    for size in (2, 40):  # SQLite takes more in several statements.
        with CaptureQueriesContext(connection) as queries:
            post({"readings": rows(size), "dry_run": True}, url=BULK)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 20


# Faults ---------------------------------------------------------------------------------------

THREE_BAD = {17: ("value", "mười"), 500: ("period", "25"), 999: ("obs_status", "Z")}


def thousand() -> list[dict[str, object]]:
    found = rows(1000)
    for index, (name, value) in THREE_BAD.items():
        found[index][name] = value
    return found


@pytest.mark.parametrize("dry_run", [False, True])
def test_of_a_thousand_rows_the_three_bad_ones_are_named(post: Post, dry_run: bool) -> None:
    body = {"readings": thousand(), "mode": "accept_valid", "dry_run": dry_run}
    response = post(body, url=BULK)
    assert (response.status_code, counts(response)) == (200, (997, 0, 0, 3))
    assert response.json()["dry_run"] is dry_run
    errors = [(e["index"], e["pointer"], e["code"]) for e in response.json()["errors"]]
    assert errors == [
        (17, "/readings/17/value", "invalid_value"),
        (500, "/readings/500/period", "invalid_period"),
        (999, "/readings/999/obs_status", "unknown_status"),
    ]
    assert Reading.objects.count() == (0 if dry_run else 997)
    assert AuditEvent.objects.count() == Recalculation.objects.count() == (0 if dry_run else 1)


def test_all_or_nothing_names_them_and_writes_nothing(post: Post) -> None:
    response = post({"readings": thousand()}, url=BULK)
    assert (response.status_code, counts(response)) == (400, (0, 0, 0, 1000))
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert [error["index"] for error in body["errors"]] == list(THREE_BAD)
    assert (body["status"], body["type"]) == (400, "urn:r57:problem:invalid_value")
    assert (Reading.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_the_same_figure_twice_in_a_request_is_refused(post: Post) -> None:
    body = {"readings": [row(2025), row(2024), row(2025, "2")], "mode": "accept_valid"}
    response = post(body, url=BULK)
    assert counts(response) == (2, 0, 0, 1)
    [error] = response.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/readings/2", "duplicate_in_request")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"period": "2016/2020"}, {"period": "2016-2020"}),
        ({"value": "14"}, {"value": "14.0"}),
        ({"area": "15", "base": 63}, {"area": "63-yen-bai"}),
    ],
)
def test_the_same_figure_written_in_two_ways_is_refused(
    post: Post, first: dict[str, object], second: dict[str, object]
) -> None:
    heir = ProvinceFactory.create(code="15", merged_on=date(2025, 7, 1))
    ProvinceFactory.create(code="63-yen-bai", official_code="15", is_active=False, successor=heir)
    body = {"readings": [row(2024, **first), row(2024, **second)], "mode": "accept_valid"}
    response = post(body, url=BULK)
    assert counts(response) == (1, 0, 0, 1)
    assert response.json()["errors"][0]["code"] == "duplicate_in_request"


def test_a_row_outside_the_scope_is_named(client: Client, indicator: Indicator) -> None:
    province = ProvinceFactory.create()
    key = api_key(area=province)
    body = {"readings": [row(2025), row(2025, area="40")], "mode": "accept_valid"}
    response = client.post(BULK, body, content_type="application/json", headers=bearer(key))
    assert counts(response) == (1, 0, 0, 1)
    assert response.json()["errors"][0]["code"] == "unknown_area"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ([], "invalid_document", ""),
        ({}, "required", "/readings"),
        ({"readings": {}}, "required", "/readings"),
        ({"readings": [], "mod": "accept_valid"}, "unknown_field", "/mod"),
        ({"readings": [], "mode": "some"}, "invalid_value", "/mode"),
        ({"readings": [], "mode": ["accept_valid"]}, "invalid_value", "/mode"),
        ({"readings": [], "dry_run": "true"}, "invalid_value", "/dry_run"),
        ({"readings": [], "dry_run": 1}, "invalid_value", "/dry_run"),
        ({"readings": [[]]}, "invalid_document", "/readings/0"),
        ({"readings": [{**row(2025), "valeu": 1}]}, "unknown_field", "/readings/0/valeu"),
    ],
)
def test_what_is_no_batch_is_refused(post: Post, body: object, code: str, pointer: str) -> None:
    response = post(json.dumps(body), url=BULK)
    error = response.json()["errors"][0]
    assert (response.status_code, error["code"], error["pointer"]) == (400, code, pointer)


def test_limits_are_settings(post: Post, settings: Settings) -> None:
    settings.R57_MAX_READINGS = 2
    response = post({"readings": rows(3)}, url=BULK)
    assert (problem(response)["status"], problem(response)["errors"][0]["code"]) == (
        413,
        "too_many_readings",
    )
    settings.R57_MAX_BODY_BYTES = 100
    response = post({"readings": rows(2)}, url=BULK)
    assert (problem(response)["status"], problem(response)["errors"][0]["code"]) == (
        413,
        "body_too_large",
    )


def test_a_repeated_batch_gets_the_first_answer(post: Post) -> None:
    again = {"Idempotency-Key": "b1"}
    first = post({"readings": rows(3)}, url=BULK, headers=again)
    second = post({"readings": rows(3)}, url=BULK, headers=again)
    assert (second.content, second["Idempotency-Replayed"]) == (first.content, "true")
    assert counts(second) == (3, 0, 0, 0)


# Tables ---------------------------------------------------------------------------------------


def test_csv_in_our_own_columns_is_taken(client: Client, key: str) -> None:
    text = '\ufeffperiod,indicator,area,value,note\r\n2025,share,VN,14.020,"a, ""b"""\r\n'
    assert counts(table(client, key, text)) == (1, 0, 0, 0)
    found = Reading.objects.get()
    assert (found.value_text, found.note) == ("14.020", 'a, "b"')


def test_sdmx_csv_is_taken_by_either_name(client: Client, key: str) -> None:
    head = "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    line = "dataflow,R57:READINGS(1.0),I,share,VN,2025,14.02,E\n"
    assert counts(table(client, key, head + line)) == (1, 0, 0, 0)
    assert counts(table(client, key, head + line, kind=SDMX)) == (0, 0, 1, 0)
    deleted = table(client, key, head + line.replace(",I,", ",D,"))
    assert problem(deleted)["errors"][0]["code"] == "unsupported_action"


def test_mode_and_dry_run_of_a_table_stand_in_the_address(client: Client, key: str) -> None:
    text = "indicator,area,period,value\nshare,VN,2025,1\nshare,VN,2024,x\n"
    assert table(client, key, text).status_code == 400
    response = table(client, key, text, "?mode=accept_valid&dry_run=true")
    assert (counts(response), Reading.objects.count()) == ((1, 0, 0, 1), 0)
    assert response.json()["errors"][0]["pointer"] == "/readings/1/value"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("indicator,aera\nshare,VN\n", "unknown_field"),
        ("area,area\nVN,VN\n", "duplicate_key"),
        ("area,value\nVN\n", "invalid_csv"),
        ('area\n"VN\n', "invalid_csv"),
        ("area\nV\x00N\n", "invalid_csv"),
        ("area;value\nVN;1\n", "unknown_field"),
    ],
)
def test_what_is_no_table_is_refused(client: Client, key: str, text: str, code: str) -> None:
    assert problem(table(client, key, text))["errors"][0]["code"] == code


def test_only_utf8_is_taken(client: Client, key: str) -> None:
    text = "indicator,area,period,value\nshare,VN,2025,1\n"
    other = table(client, key, text, kind="text/csv; charset=windows-1258")
    assert problem(other)["status"] == 415
    latin = client.post(
        BULK, "note\né".encode("latin-1"), content_type="text/csv", headers=bearer(key)
    )
    assert problem(latin)["errors"][0]["code"] == "invalid_encoding"
    assert table(client, key, text, kind="text/csv; charset=UTF-8").status_code == 200


# There and back -------------------------------------------------------------------------------


def export(client: Client, key: str, kind: str, query: str = "") -> Any:
    return client.get(f"{READINGS}?{query}", headers={**bearer(key), "Accept": kind})


@pytest.fixture
def six(indicator: Indicator, nation: Area) -> None:
    """Readings that are hard to write: formulas, quotes, missing, ranks, a merged province."""
    heir = ProvinceFactory.create(code="15", merged_on=date(2025, 7, 1))
    old = ProvinceFactory.create(
        code="63-yen-bai", official_code="15", is_active=False, successor=heir
    )
    reading(indicator, nation, "2025", "-14.020", note='=cmd|"x"', source="+1", obs_status="E")
    reading(indicator, nation, "2024", None, obs_status="O", note="'=rút lại\r\nhai dòng")
    reading(indicator, nation, "2023", "1", value_qualifier="<", rank=3, rank_of=60)
    reading(indicator, heir, "2024", "5", base=34)
    reading(indicator, old, "2024", "6", base=63)
    reading(IndicatorFactory.create(code="rank", kind="rank"), nation, "2025", None, rank=71)


@pytest.mark.usefixtures("six")
@pytest.mark.parametrize("kind", ["text/csv", SDMX, "application/vnd.sdmx.data+csv"])
def test_what_is_exported_is_unchanged_when_it_comes_back(
    client: Client, key: str, kind: str
) -> None:
    response = export(client, key, kind)
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (
        200,
        kind.split(";", maxsplit=1)[0],
    )
    again = table(client, key, response.content.decode(), kind=kind)
    assert counts(again) == (0, 0, 6, 0)


@pytest.mark.usefixtures("six")
def test_the_list_as_json_is_unchanged_when_it_comes_back(
    client: Client, key: str, post: Post
) -> None:
    results = export(client, key, "application/json").json()["results"]
    assert counts(post({"readings": results}, url=BULK)) == (0, 0, 6, 0)


def test_formulas_go_out_as_text_and_numbers_as_numbers(
    client: Client, key: str, indicator: Indicator, nation: Area
) -> None:
    reading(indicator, nation, "2025", "-5", note="=1+1", source="@x", source_url="https://a.vn")
    [_head, line] = export(client, key, "text/csv").content.decode().splitlines()
    assert "share,VN,2025,-5," in line
    assert line.endswith(",'@x,https://a.vn,'=1+1")


def test_a_formula_comes_back_as_the_text_it_was(client: Client, key: str) -> None:
    text = "indicator,area,period,value,note\nshare,VN,2025,1,'=1+1\nshare,VN,2024,1,'=' quoted\n"
    table(client, key, text)
    assert set(Reading.objects.values_list("note", flat=True)) == {"=1+1", "=' quoted"}


def test_a_table_has_pages_too(
    client: Client, key: str, indicator: Indicator, nation: Area
) -> None:
    for year in range(2020, 2025):
        reading(indicator, nation, str(year), "1")
    first = export(client, key, "text/csv", "page_size=3")
    assert len(first.content.splitlines()) == 4
    address = first["Link"].partition(">")[0].removeprefix("<")
    second = client.get(address, headers={**bearer(key), "Accept": "text/csv"})
    assert (len(second.content.splitlines()), "Link" in second) == (3, False)


def test_an_error_is_a_problem_whatever_was_asked_for(client: Client, key: str) -> None:
    assert problem(export(client, key, "text/csv", "area=99"))["status"] == 404
    assert problem(export(client, key, "text/html"))["status"] == 406
