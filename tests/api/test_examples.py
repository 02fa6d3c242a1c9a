"""Every operation of the schema shows a request and an answer that are true."""

import json
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from core.calendar import clock
from reports.models import ReportingPeriod
from tests.factories import AssignmentFactory, IndicatorFactory, NationFactory, UserFactory

_GENERATOR: Any = SchemaGenerator


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = _as_json_schema(_GENERATOR().get_schema(public=True))
    return found


def _as_json_schema(part: Any) -> Any:
    """OpenAPI 3.0 says nullable where JSON Schema has a type of its own; and what "" is one of
    depends on the format of addresses, which is not looked at here."""
    if isinstance(part, list):
        return [_as_json_schema(item) for item in part]
    if not isinstance(part, dict):
        return part
    found = {key: _as_json_schema(value) for key, value in part.items()}
    if "oneOf" in found:
        found["anyOf"] = found.pop("oneOf")
    if found.pop("nullable", False) is True:
        return {"anyOf": [found, {"type": "null"}]}
    return found


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    ]


def contents(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every body that is sent or answered, with where it stands."""
    found = list(operation.get("requestBody", {}).get("content", {}).items())
    for status, answer in operation["responses"].items():
        if status != "default":
            found += [(f"{status} {kind}", c) for kind, c in answer.get("content", {}).items()]
    return found


def test_every_body_of_every_operation_has_an_example() -> None:
    bare = [
        f"{name} {place}"
        for name, operation in operations()
        for place, content in contents(operation)
        if not content.get("examples")
    ]
    assert bare == []
    assert len(operations()) >= 31


def test_every_example_is_as_the_schema_says() -> None:
    wrong, seen = [], 0
    for name, operation in operations():
        for place, content in contents(operation):
            body = {**content["schema"], "components": schema()["components"]}
            validator = Draft202012Validator(body)
            for example in content["examples"].values():
                seen += 1
                faults = [
                    f"{f.json_path} {f.message[:100]}"
                    for f in validator.iter_errors(example["value"])
                ]
                wrong += [f"{name} {place}: {fault}" for fault in faults]
    assert wrong == [], "\n".join(wrong)
    assert seen > 300


def test_every_operation_lists_the_errors_it_can_meet() -> None:
    for name, operation in operations():
        listed = set(operation["responses"])
        assert {"400", "401", "403", "404", "406", "429", "500", "503"} <= listed, name
        if name.startswith("post"):
            assert {"409", "413", "415", "422"} <= listed, name
    found = dict(operations())
    assert "409" in found["delete /api/v1/imports/{id}/"]["responses"]
    assert "412" in found["post /api/v1/assignments/{id}/status-reports/"]["responses"]


def requests() -> list[tuple[str, str, Any]]:
    """(path, media type, body) of every example of a request."""
    return [
        (name.split()[1], kind, example["value"])
        for name, operation in operations()
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        for example in content["examples"].values()
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "kind", "body"), requests())
def test_every_example_of_a_request_is_taken(
    client: Client, path: str, kind: str, body: Any
) -> None:
    NationFactory.create()
    IndicatorFactory.create(code="digital_economy_gdp")
    assignment = AssignmentFactory.create()
    client.force_login(UserFactory.create(is_superuser=True))
    period = ReportingPeriod.objects.create(
        pk=assignment.pk,
        plan=assignment.task.plan,
        kind="week",
        first_day=date(2025, 11, 8),
        last_day=date(2025, 11, 14),
        closes_at=clock.now(),
    )
    address = path.replace("{id}", str(period.pk))
    if kind == "multipart/form-data":
        file = BytesIO(body["file"].encode())
        file.name = "rows.csv"
        response = client.post(address, {**body, "file": file})
    else:
        text = body if isinstance(body, str) else json.dumps(body)
        response = client.post(address, text, content_type=kind)
    assert 200 <= response.status_code < 300, response.content
