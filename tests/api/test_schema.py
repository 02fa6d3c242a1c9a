"""The OpenAPI schema tells the truth: every operation does what it says, whatever is sent."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.calendar import clock
from core.models import User
from indicators.models import ImportJob, Indicator
from provinces.models import Area
from r57.wsgi import application
from reports.frozen.services import freeze
from reports.models import ReportingPeriod
from tests.factories import (
    AssignmentFactory,
    ObstacleFactory,
    PlanFactory,
    StatusReportFactory,
    TargetFactory,
    UserFactory,
    reading,
)

pytestmark = pytest.mark.django_db

EXAMPLES = 12
TOKEN = "c" * 32
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_GENERATOR: Any = SchemaGenerator
_RAW: dict[str, Any] = _GENERATOR().get_schema(public=True)
OPERATIONS = [(path, method) for path, found in _RAW["paths"].items() for method in found]


@pytest.fixture
def world(nation: Area, indicator: Indicator) -> dict[str, Any]:
    """One row of each kind; what to put into the addresses, by the path's stem."""
    reading(indicator, nation, "2024", "12.66")
    report = StatusReportFactory.create()
    target = TargetFactory.create(plan=PlanFactory.create(issued_on=date(2025, 1, 1)))
    assignment = AssignmentFactory.create()
    user = UserFactory.create(username="administrator", is_superuser=True)
    plan, day = assignment.task.plan, date(2025, 11, 14)
    period = ReportingPeriod.objects.create(
        plan=plan,
        kind="week",
        first_day=day - timedelta(days=6),
        last_day=day,
        closes_at=clock.now(),
    )
    job = ImportJob.objects.create(user=user, file_name="a.csv", file="a.csv")
    row = {"indicator": "share", "area": "VN", "period": "2025", "value": "14.02"}
    return {
        "post readings/": {"body": row, "media_type": "application/json"},
        "post readings/bulk/": {"body": {"readings": [row]}, "media_type": "application/json"},
        "post assignments/{id}/status-reports/": {
            "body": {"state": "completed", "result": "Xong", "evidence_number": "12/BC"},
            "media_type": "application/json",
        },
        "post imports/": {
            "body": {"file": b"indicator,area,period,value\nshare,VN,2025,1\n"},
            "media_type": "multipart/form-data",
        },
        "get completion/": {"query": {"plan": target.plan.number}},
        "get charts/{name}/": {"query": {"indicator": "share", "area": "VN"}},
        "imports": job.pk,
        "charts": "indicator-series",
        "areas": "40",
        "agencies": assignment.agency.code,
        "indicators": "share",
        "plans": target.plan.pk,
        "targets": target.code,
        "tasks": assignment.task.pk,
        "assignments": assignment.pk,
        "status-reports": report.pk,
        "obstacles": ObstacleFactory.create().pk,
        "post reporting-periods/{id}/freeze/": {
            "body": {"area": plan.area.code, "reason": "Bổ sung"},
            "media_type": "application/json",
        },
        "reporting-periods": period.pk,
        "reports": freeze(period, plan.area, by=user).pk,
        "reports name": "report.docx",
    }


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Requests share the test's transaction, as with Django's own client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@cache
def schema() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


def address(world: dict[str, Any], path: str) -> dict[str, Any]:
    """What stands in the braces of an address, of a row that is there."""
    stem, names = path.split("/")[3], re.findall(r"{(\w+)}", path)
    return {name: world.get(f"{stem} {name}", world[stem]) for name in names}


@pytest.fixture
def signed_in(world: dict[str, Any], client: Client) -> dict[str, str]:
    """The cookies of an administrator's browser."""
    client.force_login(User.objects.get(username="administrator"))
    return {"sessionid": client.cookies["sessionid"].value, "csrftoken": TOKEN}


def fuzz(path: str, method: str, parameters: dict[str, Any], cookies: dict[str, str]) -> set[int]:
    """Ask with whatever the schema allows; returns the statuses that were answered."""
    strategy = schema()[path][method.upper()].as_strategy(path_parameters=parameters)
    seen: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: Any) -> None:
        response = case.call(headers={"X-CSRFToken": TOKEN}, cookies=cookies)
        case.validate_response(response, checks=CHECKS)
        seen.add(response.status_code)

    ask()
    return seen


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_does_what_the_schema_says_whatever_is_sent(
    world: dict[str, Any], signed_in: dict[str, str], path: str, method: str
) -> None:
    assert fuzz(path, method, address(world, path), signed_in)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_is_reached(
    world: dict[str, Any], signed_in: dict[str, str], path: str, method: str
) -> None:
    sent = world.get(f"{method} {path.removeprefix('/api/v1/')}", {})
    operation = schema()[path][method.upper()]
    case = operation.Case(path_parameters=address(world, path), **sent)
    response = case.call(headers={"X-CSRFToken": TOKEN}, cookies=signed_in)
    assert 200 <= response.status_code < 300, response.content
    case.validate_response(response, checks=CHECKS)
