"""A client that got no answer may send again: one effect, one answer."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from core import jobs
from core.api import idempotency
from core.calendar import clock
from core.models import ApiClient, AuditEvent, IdempotencyRecord
from indicators.api import readings
from indicators.models import Indicator, Reading
from provinces.models import Area
from tests.api.conftest import READINGS, Post, problem
from tests.factories import IndicatorFactory, NationFactory, api_key, bearer

AGAIN = {"Idempotency-Key": "6f1c"}


@pytest.mark.django_db
def test_the_same_request_gets_the_first_answer_again(post: Post, document: dict[str, Any]) -> None:
    first, second = post(document, headers=AGAIN), post(document, headers=AGAIN)
    assert (second.status_code, second.content) == (201, first.content)
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert second["Content-Type"] == first["Content-Type"]
    assert Reading.objects.count() == 1


@pytest.mark.django_db
def test_a_late_retry_does_not_undo_a_newer_value(post: Post, document: dict[str, Any]) -> None:
    post(document, headers=AGAIN)
    post({**document, "value": "15"})
    assert post(document, headers=AGAIN).json()["result"] == "created"
    assert Reading.objects.as_of(clock.today()).get().value_text == "15"


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"body": {"value": "15"}}, {"url": f"{READINGS}?dry_run=true"}])
def test_the_key_of_another_request_is_refused(
    post: Post, document: dict[str, Any], other: dict[str, Any]
) -> None:
    post(document, headers=AGAIN)
    url = other.get("url", READINGS)
    response = post({**document, **other.get("body", {})}, headers=AGAIN, url=url)
    assert response.status_code == 422
    assert problem(response)["errors"][0]["code"] == "idempotency_key_reused"
    assert Reading.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_is_final_too_and_leaves_nothing_but_its_answer(
    post: Post, document: dict[str, Any]
) -> None:
    wrong = {**document, "value": "mười"}
    first, second = post(wrong, headers=AGAIN), post(wrong, headers=AGAIN)
    assert (first.status_code, second.status_code) == (400, 400)
    assert problem(second) == problem(first)
    assert second["Idempotency-Replayed"] == "true"
    assert (Reading.objects.count(), AuditEvent.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_failure_on_our_side_is_not_kept(
    post: Post, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.delattr(readings, "represent")
        assert problem(post(document, headers=AGAIN))["status"] == 500
    assert (Reading.objects.count(), IdempotencyRecord.objects.count()) == (0, 0)
    assert post(document, headers=AGAIN).status_code == 201


@pytest.mark.django_db
def test_two_callers_may_use_the_same_key(
    post: Post, document: dict[str, Any], client: Client
) -> None:
    post(document, headers=AGAIN)
    other = {**bearer(api_key()), **AGAIN}
    body = {**document, "value": "15"}
    response = client.post(READINGS, body, content_type="application/json", headers=other)
    assert response.status_code == 201


@pytest.mark.django_db
def test_after_seven_days_the_key_is_free_again(post: Post, document: dict[str, Any]) -> None:
    post(document, headers=AGAIN)
    old = clock.now() - timedelta(days=7, seconds=1)
    IdempotencyRecord.objects.update(created_at=old)
    assert post({**document, "value": "15"}, headers=AGAIN).json()["result"] == "revised"


@pytest.mark.django_db
def test_answers_past_their_days_are_forgotten(post: Post, document: dict[str, Any]) -> None:
    for key in ("old", "young"):
        post(document, headers={"Idempotency-Key": key})
    old = clock.now() - timedelta(days=8)
    IdempotencyRecord.objects.filter(key="old").update(created_at=old)
    jobs.forget_old_answers()
    assert IdempotencyRecord.objects.get().key == "young"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "x" * 256, "khóa"])
def test_a_key_that_is_none_is_refused(post: Post, document: dict[str, Any], text: str) -> None:
    response = post(document, headers={"Idempotency-Key": text})
    assert problem(response)["errors"][0]["code"] == "invalid_idempotency_key"


# Many at once ---------------------------------------------------------------------------------


@pytest.fixture
def everyone(transactional_db: None) -> tuple[Area, Indicator, str]:
    """Committed rows, which other threads see too."""
    return NationFactory.create(), IndicatorFactory.create(code="share"), api_key()


def post_at_once(
    key: str,
    documents: Sequence[Mapping[str, object]],
    headers: dict[str, str] | None = None,
    url: str = READINGS,
) -> Counter[int]:
    """Post each from a thread of its own; returns how often each status was answered."""

    def send(document: Mapping[str, object]) -> int:
        try:
            response = Client(raise_request_exception=False).post(
                url,
                json.dumps(document),
                content_type="application/json",
                headers={**bearer(key), **(headers or {})},
            )
            return response.status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(documents)) as threads:
        return Counter(threads.map(send, documents))


def test_a_hundred_posts_of_one_reading_at_once_are_one_row(
    everyone: tuple[Area, Indicator, str], document: dict[str, str]
) -> None:
    assert post_at_once(everyone[2], [document] * 100) == {201: 1, 200: 99}
    assert Reading.objects.count() == 1


def test_twenty_values_of_one_figure_at_once_are_twenty_vintages(
    everyone: tuple[Area, Indicator, str], document: dict[str, str]
) -> None:
    documents = [{**document, "value": str(value)} for value in range(20)]
    assert post_at_once(everyone[2], documents) == {201: 20}
    revisions = Reading.objects.order_by("revision").values_list("revision", flat=True)
    assert list(revisions) == list(range(1, 21))


def test_a_hundred_posts_with_one_key_at_once_have_one_effect(
    everyone: tuple[Area, Indicator, str], document: dict[str, str]
) -> None:
    statuses = post_at_once(everyone[2], [document] * 100, AGAIN)
    assert set(statuses) <= {201, 409}
    assert statuses[201] >= 1
    assert (Reading.objects.count(), IdempotencyRecord.objects.count()) == (1, 1)
    assert post_at_once(everyone[2], [{**document, "value": "15"}], AGAIN) == {422: 1}


def test_ten_batches_that_meet_on_the_same_figures_are_recorded_once(
    everyone: tuple[Area, Indicator, str], document: dict[str, str]
) -> None:
    years = [{**document, "period": str(year)} for year in range(1950, 2000)]
    batches = [{"readings": years[shift:] + years[:shift]} for shift in range(10)]
    assert post_at_once(everyone[2], batches, url=f"{READINGS}bulk/") == {200: 10}
    assert Reading.objects.count() == len(years)


def test_ten_batches_with_other_values_at_once_are_ten_vintages(
    everyone: tuple[Area, Indicator, str], document: dict[str, str]
) -> None:
    batches = [
        {
            "readings": [
                {**document, "period": str(year), "value": str(value)} for year in range(1990, 2000)
            ]
        }
        for value in range(10)
    ]
    assert post_at_once(everyone[2], batches, url=f"{READINGS}bulk/") == {200: 10}
    revisions = Reading.objects.filter(period="1995").order_by("revision")
    assert list(revisions.values_list("revision", flat=True)) == list(range(1, 11))
    assert Reading.objects.count() == 100


@pytest.mark.services  # SQLite makes the second one wait instead.
def test_while_the_first_request_runs_the_second_is_told_to_come_back(
    everyone: tuple[Area, Indicator, str], document: dict[str, str]
) -> None:
    with transaction.atomic():
        number = idempotency._lock_number(f"client:{ApiClient.objects.get().pk} 6f1c")
        assert idempotency._lock(number)
        assert post_at_once(everyone[2], [document], AGAIN) == {409: 1}
    assert post_at_once(everyone[2], [document], AGAIN) == {201: 1}


@pytest.mark.django_db
def test_a_request_in_progress_is_not_kept_as_the_answer(
    post: Post, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    body, url = {"readings": [document]}, f"{READINGS}bulk/"
    with monkeypatch.context() as busy:
        busy.setattr(idempotency, "_lock", [].__contains__)  # False, whatever the number.
        response = post(body, headers=AGAIN, url=url)
    assert problem(response)["errors"][0]["code"] == "request_in_progress"
    assert (response.status_code, response["Retry-After"]) == (409, "1")
    assert post(body, headers=AGAIN, url=url).status_code == 200
