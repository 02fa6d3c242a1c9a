"""A key that may do everything, and one figure that may be sent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from indicators.models import Indicator
from provinces.models import Area
from tests.factories import IndicatorFactory, NationFactory, api_key, bearer

READINGS = "/api/v1/readings/"

KEY_AND_COUNT = 1 if connection.vendor == "postgresql" else 2
"""SQL queries with which every call of a system begins."""

Post = Callable[..., Any]


@pytest.fixture
def nation(db: None) -> Area:
    return NationFactory.create()


@pytest.fixture
def indicator(db: None) -> Indicator:
    return IndicatorFactory.create(code="share", other_periods=["day", "years"])


@pytest.fixture
def key(nation: Area, indicator: Indicator) -> str:
    return api_key()


@pytest.fixture
def document() -> dict[str, Any]:
    return {"indicator": "share", "area": "VN", "period": "2025", "value": "14.02"}


@pytest.fixture
def post(client: Client, key: str) -> Post:
    """Post JSON with the key; ``headers`` and ``url`` may be added."""

    def send(body: object, *, headers: dict[str, str] | None = None, url: str = READINGS) -> Any:
        return client.post(
            url, body, content_type="application/json", headers={**bearer(key), **(headers or {})}
        )

    return send


def problem(response: Any) -> dict[str, Any]:
    """The body of an error, whose shape is checked."""
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "errors"}
    assert body["status"] == response.status_code
    return body
