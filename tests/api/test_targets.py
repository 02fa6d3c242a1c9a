"""Targets and their assessments over REST."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.queue import recalculation
from indicators.models import Indicator
from provinces.models import Area
from targets.models import Target
from tests.api.conftest import KEY_AND_COUNT, Post, problem
from tests.factories import PlanFactory, ProvinceFactory, TargetFactory, api_key, bearer, reading

pytestmark = pytest.mark.django_db

TARGETS = "/api/v1/targets/"


@pytest.fixture
def target(nation: Area, indicator: Indicator) -> Target:
    plan = PlanFactory.create(number="57-NQ/TW", issued_on=date(2024, 12, 22), area=nation)
    target = TargetFactory.create(code="57-10", plan=plan, indicator=indicator)
    reading(indicator, nation, "2020", "12.66", published_on=date(2021, 1, 1))
    reading(indicator, nation, "2025", "14.02", published_on=date(2026, 1, 6))
    recalculation.mark("target", [target.pk], since=plan.issued_on)
    recalculation.drain()
    return target


def assessment(client: Client, key: str, query: str = "", **headers: str) -> dict[str, Any]:
    url = f"{TARGETS}57-10/assessment/?{query}"
    body: dict[str, Any] = client.get(url, headers={**bearer(key), **headers}).json()
    return body


def test_an_assessment_has_the_fields_of_the_contract_in_order(
    client: Client, key: str, target: Target
) -> None:
    assert list(assessment(client, key, "as_of=2026-11-01").items())[:4] == [
        ("target", "57-10"),
        ("as_of", "2026-11-01"),
        ("verdict", "off_track"),
        ("method", "pace"),
    ]
    assert list(assessment(client, key)) == [
        "target",
        "as_of",
        "verdict",
        "method",
        "reason",
        "baseline",
        "reading",
        "goal",
        "achieved_share",
        "elapsed_share",
        "pace",
        "cagr_actual",
        "cagr_required",
        "cagr_ratio",
        "second_verdict",
        "exceeded",
        "judgement",
        "expected_value",
        "projected_value",
        "projected_year",
    ]


def test_a_post_turns_the_assessment(
    client: Client, key: str, target: Target, post: Post, document: dict[str, Any]
) -> None:
    post({**document, "period": "2026", "value": "30.5"})
    recalculation.drain()
    assert assessment(client, key)["verdict"] == "achieved"
    assert assessment(client, key, "as_of=2026-11-01")["verdict"] == "off_track"


def test_the_reason_is_in_the_readers_language(client: Client, key: str, target: Target) -> None:
    early = "known_at=2020-01-01"
    assert assessment(client, key, early, **{"Accept-Language": "en"})["reason"] == (
        "No reading was published by this day."
    )
    assert "số liệu" in assessment(client, key, early, **{"Accept-Language": "vi"})["reason"]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("as_of=2024-12-21", (404, "not_found")),
        ("as_of=2099-01-01", (400, "future_date")),
        ("as_of=15/11/2025", (400, "invalid_date")),
        ("known_at=x", (400, "invalid_moment")),
    ],
)
def test_a_day_that_cannot_be_asked_for_is_a_problem(
    client: Client, key: str, target: Target, query: str, answer: tuple[int, str]
) -> None:
    body = problem(client.get(f"{TARGETS}57-10/assessment/?{query}", headers=bearer(key)))
    assert (body["status"], body["errors"][0]["code"]) == answer


def test_a_list_shows_targets_and_verdicts_as_of_the_day(
    client: Client, key: str, target: Target, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(TARGETS, headers=bearer(key))
    with django_assert_num_queries(KEY_AND_COUNT + 3):  # Scope, targets, milestones.
        rows = client.get(TARGETS, headers=bearer(key)).json()["results"]
    assert [(r["code"], r["plan"], r["minimum"], r["verdict"]) for r in rows] == [
        ("57-10", "57-NQ/TW", "30", "off_track")
    ]
    for query in ("as_of=2024-12-21", "verdict=achieved", "plan=305-KH/TU"):
        assert client.get(f"{TARGETS}?{query}", headers=bearer(key)).json()["results"] == []


def test_a_target_outside_the_keys_areas_is_not_there(client: Client, target: Target) -> None:
    local = bearer(api_key(area=ProvinceFactory.create(), can_write=False))
    answers = [
        problem(client.get(f"{TARGETS}{path}", headers=local))
        for code in ("57-10", "no-such")
        for path in (f"{code}/", f"{code}/assessment/")
    ]
    assert {answer["status"] for answer in answers} == {404}
    assert len({str(answer["errors"]) for answer in answers}) == 1
    assert client.get(TARGETS, headers=local).json()["results"] == []
