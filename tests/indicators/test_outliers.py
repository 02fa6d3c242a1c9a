"""Which of many figures are far from the last ones."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from indicators.models import Reading
from indicators.recording.outliers import unusual
from tests.factories import api_key, bearer, reading
from tests.indicators.conftest import Cast

READINGS, BULK = "/api/v1/readings/", "/api/v1/readings/bulk/"


def row(period: str, value: object, **fields: object) -> dict[str, object]:
    return {"indicator": "share", "area": "40", "period": period, "value": value, **fields}


@pytest.fixture
def series(cast: Cast) -> Cast:
    for year, value in (("2022", "10"), ("2023", "12"), ("2024", "13")):
        reading(cast.indicator, cast.area, year, value)
    return cast


def places(cast: Cast, *documents: object) -> list[int]:
    found = unusual(documents, by=cast.officer)
    return [caution.index for caution in found if caution.code == "unusual_value"]


def test_each_is_held_against_its_own_series(series: Cast) -> None:
    rows = row("2025", "95"), row("2025", "95", area="VN"), row("2025-Q1", "95"), row("2024", "1")
    assert places(series, *rows) == [0, 3]


def test_what_is_sent_together_is_compared_too(cast: Cast) -> None:
    rows = [row(str(2020 + n), value) for n, value in enumerate(("14", "14.5", "15", "1.5"))]
    assert places(cast, *reversed(rows)) == [0]


def test_breaks_qualified_missing_and_faulty_ones_are_passed_over(series: Cast) -> None:
    rows = (
        row("2025", "95", obs_status="B"),
        row("2025", "95", value_qualifier="<"),
        row("2025", None, obs_status="O", note="x"),
        row("2025", "mười"),
        "no reading",
    )
    assert places(series, *rows) == []


def test_a_break_in_the_same_call_begins_a_new_series(series: Cast) -> None:
    assert places(series, row("2025", "80", obs_status="B"), row("2026", "81")) == []


def test_the_queries_do_not_grow_with_the_rows(
    series: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 40):
        with django_assert_max_num_queries(3):
            unusual([row(str(1980 + n), "1") for n in range(count)], by=series.officer)


# In the answers of the API ------------------------------------------------------------------------


def post(client: Client, url: str, body: object) -> dict[str, Any]:
    headers = bearer(api_key())
    answer = client.post(url, body, content_type="application/json", headers=headers)
    assert answer.status_code in (200, 201), answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_one_reading_is_taken_and_the_warning_said(series: Cast, client: Client) -> None:
    body = post(client, f"{READINGS}?warnings=true", row("2025", "95"))
    [warning] = body["warnings"]
    assert (body["result"], warning["pointer"], warning["code"]) == (
        "created",
        "/value",
        "unusual_value",
    )
    assert Reading.objects.filter(period="2025").exists()
    assert post(client, READINGS, row("2026", "10"))["warnings"] is None


def test_a_dry_run_always_compares(series: Cast, client: Client) -> None:
    assert post(client, f"{READINGS}?dry_run=true", row("2025", "14"))["warnings"] == []
    body = {"readings": [row("2024", "14"), row("2025", "95")], "dry_run": True}
    found = post(client, BULK, body)
    assert [(w["index"], w["pointer"]) for w in found["warnings"]] == [(1, "/readings/1/value")]
    assert not Reading.objects.filter(period="2025").exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "95,50 khác xa số liệu gần nhất là 13 (2024). Số này có đúng không?"),
        ("en", "95.50 is far from the last figure, 13 (2024). Is it right?"),
    ],
)
def test_a_warning_is_in_the_readers_language(series: Cast, language: str, said: str) -> None:
    with translation.override(language):
        [caution] = unusual([row("2025", "95.50")], by=series.officer)
    assert caution.detail == said


def test_a_batch_is_compared_when_asked(series: Cast, client: Client) -> None:
    body = {"readings": [row("2025", "95")]}
    assert post(client, BULK, {"readings": [row("2025", "13")]})["warnings"] is None
    found = post(client, f"{BULK}?warnings=true", body)
    assert (found["revised"], len(found["warnings"])) == (1, 1)
