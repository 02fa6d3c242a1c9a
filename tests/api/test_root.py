"""The API's root: reference data, who am I, the schema, and problems for whatever is not there."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from indicators.models import Indicator
from provinces.models import Area
from tests.api.conftest import KEY_AND_COUNT, problem
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    CommuneFactory,
    GroupFactory,
    PlanFactory,
    ProvinceFactory,
    UserFactory,
    api_key,
    bearer,
    member,
)

pytestmark = pytest.mark.django_db


def results(client: Client, key: str, path: str) -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/{path}", headers=bearer(key))
    assert response.status_code == 200, response.content
    assert set(response.json()) == {"next", "previous", "results"}
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_areas_are_found_by_code_level_and_parent(client: Client, key: str) -> None:
    commune = CommuneFactory.create()
    assert [row["code"] for row in results(client, key, "areas/?level=province")] == ["40"]
    assert [row["code"] for row in results(client, key, "areas/?parent=40")] == [commune.code]
    found = client.get("/api/v1/areas/40/", headers=bearer(key)).json()
    assert (found["name_vi"], found["parent"]) == ("Tỉnh Nghệ An", "VN")


def test_agencies_are_found_by_code_and_area(client: Client, key: str) -> None:
    AgencyFactory.create(code="40-skhcn")
    assert [row["code"] for row in results(client, key, "agencies/?area=40")] == ["40-skhcn"]
    found = client.get("/api/v1/agencies/40-skhcn/", headers=bearer(key)).json()
    assert (found["area"], found["parent"]) == ("40", None)


def test_documents_are_found_by_number_as_of_a_day(client: Client, key: str) -> None:
    plan = PlanFactory.create(issued_on=date(2025, 2, 20))
    GroupFactory.create(plan=plan)
    [found] = results(client, key, "plans/?number=305-KH/TU")
    assert (found["id"], found["area"], found["groups"][0]["number"]) == (plan.pk, "40", 1)
    assert results(client, key, "plans/?number=305-KH/TU&as_of=2025-02-19") == []


def test_indicators_are_found_by_code(client: Client, key: str, indicator: Indicator) -> None:
    assert [row["code"] for row in results(client, key, "indicators/")] == ["share"]
    found = client.get("/api/v1/indicators/share/", headers=bearer(key)).json()
    assert (found["unit_vi"], found["min_value"], found["owner"]) == ("%", None, None)


def test_a_list_has_pages_of_the_size_asked_for(client: Client, key: str) -> None:
    for code in ("01", "04"):
        ProvinceFactory.create(code=code)
    response = client.get("/api/v1/areas/?page_size=2", headers=bearer(key)).json()
    assert len(response["results"]) == 2
    following = client.get(response["next"], headers=bearer(key)).json()
    assert [row["code"] for row in following["results"]] == ["04"]


def test_lists_cost_the_same_whatever_their_length(
    client: Client, key: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        GroupFactory.create(plan=PlanFactory.create(number=f"{number}/KH"))
        AgencyFactory.create()
    client.get("/api/v1/me/", headers=bearer(key))
    # Plans: also phases, groups and schedules.
    with django_assert_num_queries(3 * KEY_AND_COUNT + 1 + 1 + 4):
        for path in ("areas/", "agencies/", "plans/"):
            assert len(results(client, key, path)) >= 2


def test_a_system_learns_its_scope(client: Client, nation: Area, indicator: Indicator) -> None:
    text = api_key(indicator=indicator, area=nation)
    found = client.get("/api/v1/me/", headers=bearer(text)).json()
    assert (found["kind"], found["expires_on"], found["roles"]) == ("client", None, [])
    assert found["scope"] == [{"indicator": "share", "area": "VN", "can_write": True}]
    assert found["limits"]["page_size"] == 5000


def test_a_person_learns_the_roles_held(client: Client, nation: Area) -> None:
    user = member(UserFactory.create(full_name="Lê A"), "viewer", nation)
    assert client.login(username=user.username, password=PASSWORD)
    found = client.get("/api/v1/me/").json()
    assert (found["kind"], found["name"], found["scope"]) == ("user", "Lê A", [])
    assert found["roles"] == [{"role": "viewer", "area": "VN", "agency": None}]


@pytest.mark.parametrize(
    "path", ["areas/", "agencies/", "plans/", "indicators/", "targets/", "readings/", "me/"]
)
def test_nothing_is_read_without_signing_in(client: Client, path: str) -> None:
    response = client.get(f"/api/v1/{path}")
    assert (response.status_code, problem(response)["status"]) == (401, 401)


@pytest.mark.parametrize(
    "path", ["v1/no/such/", "v1/readings", "v1/areas/99/", "v1/plans/x/", "v2/areas/", "v1"]
)
def test_an_address_that_is_not_there_is_a_problem_too(client: Client, key: str, path: str) -> None:
    response = client.get(f"/api/{path}", headers=bearer(key))
    assert problem(response)["errors"][0]["code"] == "not_found"


def test_a_method_that_is_not_taken_is_a_problem_too(client: Client, key: str) -> None:
    for path in ("readings/", "areas/", "me/"):
        response = client.delete(f"/api/v1/{path}", headers=bearer(key))
        assert problem(response)["errors"][0]["code"] == "method_not_allowed"
        assert "GET" in response["Allow"]


def test_a_wrong_choice_in_a_filter_names_it(client: Client, key: str) -> None:
    [fault] = problem(client.get("/api/v1/areas/?level=x", headers=bearer(key)))["errors"]
    assert fault["pointer"] == "/level"


def test_the_schema_is_true_to_itself_and_free_of_warnings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True)
    assert "/api/v1/targets/{code}/assessment/" in capsys.readouterr().out


def test_every_operation_says_that_its_errors_are_problems(client: Client) -> None:
    response = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    schema = json.loads(response.content)
    operations = [(p, o) for p, methods in schema["paths"].items() for o in methods.values()]
    assert len(operations) > 10
    for _path, operation in operations:
        assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]


def test_the_page_to_try_it_needs_no_inline_script_and_no_other_host(client: Client) -> None:
    page = client.get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in text
    assert text.count("<script") == text.count('<script src="/') == 2
    assert "://" not in text
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
