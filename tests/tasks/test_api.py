"""Figures, lists and reports over REST."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.models import AuditEvent
from core.queue import recalculation
from tasks.models import StatusReport
from tasks.states import DerivedStatus
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    GroupFactory,
    ObstacleFactory,
    ProvinceFactory,
    api_key,
    bearer,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, report

COMPLETION = "/api/v1/completion/"
COUNTS = ["total", "completed", *DerivedStatus]


def completion(client: Client, **query: str) -> dict[str, Any]:
    response = client.get(COMPLETION, {"plan": "305-KH/TU", "area": "40", **query})
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def faults(response: Any) -> list[tuple[str, str]]:
    assert response["Content-Type"] == "application/problem+json"
    return [(fault["pointer"], fault["code"]) for fault in response.json()["errors"]]


@pytest.fixture
def work(cast: Cast) -> Cast:
    """Seven assignments in three groups, several agencies and a commune; one is completed."""
    commune = AgencyFactory.create(area=CommuneFactory.create())
    for number in range(6):
        AssignmentFactory.create(
            task__plan=cast.plan,
            task__group=GroupFactory.create(plan=cast.plan, number=number % 3 + 1),
            task__due_on=date(2025, 6, 30),
            agency=commune if number % 2 else AgencyFactory.create(),
        )
    accept(report(cast.assignment, cast.coordinator, "completed"), cast.reviewer)
    recalculation.recalculate_all()
    return cast


@pytest.mark.parametrize("by", ["group", "agency", "area"])
def test_parts_add_up_to_the_whole(work: Cast, officer: Client, by: str) -> None:
    body = completion(officer, by=by)
    assert (body["total"], body["completed"]) == (7, 1)
    for name in COUNTS:
        assert sum(part[name] for part in body["parts"]) == body[name]


def test_by_day_the_last_part_is_the_whole(work: Cast, officer: Client) -> None:
    body = completion(officer, by="day")
    last = body["parts"][-1]
    assert last["key"] == body["as_of"] == clock.today().isoformat()
    assert {name: last[name] for name in COUNTS} == {name: body[name] for name in COUNTS}


def test_the_day_before_does_not_count_what_was_completed_since(
    work: Cast, officer: Client
) -> None:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert completion(officer, as_of=yesterday)["completed"] == 0


def test_rates_are_text_with_one_decimal_and_null_of_nothing(work: Cast, officer: Client) -> None:
    assert completion(officer)["rate"] == "14.3"
    empty = completion(officer, as_of="2024-12-31")
    assert (empty["total"], empty["rate"], empty["due_rate"], empty["parts"]) == (0, None, None, [])


def test_known_at_tells_what_was_known_then(work: Cast, officer: Client) -> None:
    assert completion(officer, known_at="2025-01-31")["completed"] == 0
    assert completion(officer, known_at=clock.now().isoformat())["completed"] == 1


def test_a_waiting_recalculation_is_told(work: Cast, officer: Client) -> None:
    assert completion(officer)["pending"] is False
    report(AssignmentFactory.create(task__plan=work.plan, task__due_on=None), work.coordinator)
    assert completion(officer)["pending"] is True


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"plan": "99-KH/TU"}, ("/plan", "unknown_plan")),
        ({"plan": ""}, ("/plan", "unknown_plan")),
        ({"area": "99"}, ("/area", "unknown_area")),
        ({"by": "month"}, ("/by", "invalid_value")),
        ({"as_of": "2025-13-01"}, ("/as_of", "invalid_date")),
        ({"as_of": "2099-01-01"}, ("/as_of", "future_date")),
        ({"known_at": "then"}, ("/known_at", "invalid_moment")),
    ],
)
def test_a_wrong_parameter_is_named(
    work: Cast, officer: Client, query: dict[str, str], fault: tuple[str, str]
) -> None:
    response = officer.get(COMPLETION, {"plan": "305-KH/TU", "area": "40", **query})
    assert response.status_code == 400
    assert faults(response) == [fault]


def test_a_system_reads_completion_of_its_areas_only(work: Cast, client: Client) -> None:
    query = {"plan": "305-KH/TU", "area": "40"}
    inside = bearer(api_key(area=work.area, can_write=False))
    outside = bearer(api_key(area=ProvinceFactory.create(code="01"), can_write=False))
    assert client.get(COMPLETION, query, headers=inside).status_code == 200
    assert client.get(COMPLETION, query, headers=outside).status_code == 404
    assert client.get(COMPLETION, query).status_code == 401


LISTS = ["tasks", "assignments", "status-reports", "obstacles"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_what_its_reader_may_see(cast: Cast, client: Client, name: str) -> None:
    report(cast.assignment, cast.officer)
    ObstacleFactory.create(assignment=cast.assignment)
    client.force_login(cast.officer)
    rows = client.get(f"/api/v1/{name}/").json()["results"]
    assert len(rows) == 1
    address = f"/api/v1/{name}/{rows[0]['id']}/"
    assert client.get(address).json() == rows[0]
    client.force_login(cast.stranger)
    assert client.get(f"/api/v1/{name}/").json()["results"] == []
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    work: Cast, officer: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    officer.force_login(work.coordinator)
    with django_assert_max_num_queries(11):
        officer.get(f"/api/v1/{name}/")


def test_an_assignment_is_shown_as_it_stood_on_the_day(work: Cast, officer: Client) -> None:
    address = f"/api/v1/assignments/{work.assignment.pk}/"
    now = officer.get(address)
    assert (now.json()["state"], now.json()["status"]) == ("completed", "completed_on_time")
    assert now["ETag"] == f'"{now.json()["version"]}"'
    then = officer.get(address, {"as_of": "2025-06-01"}).json()
    assert (then["state"], then["status"]) == ("not_started", "not_started_on_schedule")
    assert officer.get(address, {"as_of": "2024-12-31"}).status_code == 404


def test_assignments_are_filtered_by_the_state_of_the_day(work: Cast, officer: Client) -> None:
    rows = officer.get("/api/v1/assignments/", {"state": "completed"}).json()["results"]
    assert [row["id"] for row in rows] == [work.assignment.pk]
    past = {"state": "completed", "as_of": "2025-06-01"}
    assert officer.get("/api/v1/assignments/", past).json()["results"] == []


def post(client: Client, cast: Cast, body: object, **headers: str) -> Any:
    address = f"/api/v1/assignments/{cast.assignment.pk}/status-reports/"
    # A refused request rolls back; in a savepoint, so that the test can look what is left.
    with transaction.atomic():
        return client.post(address, body, content_type="application/json", headers=headers)


def test_an_officer_reports_over_rest(cast: Cast, officer: Client) -> None:
    body = {"state": "completed", "result": "Xong", "evidence_number": "12/BC"}
    response = post(officer, cast, body, if_match='"0"')
    assert (response.status_code, response["ETag"]) == (201, '"1"')
    assert response.json()["evidence"][0]["number"] == "12/BC"
    assert AuditEvent.objects.filter(action="assignment.report").count() == 1


def test_a_stale_version_is_told_with_412(cast: Cast, officer: Client) -> None:
    report(cast.assignment, cast.coordinator)
    response = post(officer, cast, {"state": "in_progress"}, if_match='"0"')
    assert (response.status_code, faults(response)) == (412, [("", "stale")])
    assert StatusReport.objects.count() == 1


def test_unchanged_needs_no_state(cast: Cast, officer: Client) -> None:
    assert post(officer, cast, {"unchanged": True}).json()["state"] == "not_started"
    assert faults(post(officer, cast, {})) == [("/state", "required")]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"state": "done"}, ("/state", "invalid_choice")),
        ({"state": "in_progress", "percent": 101}, ("/percent", "max_value")),
        ({"state": "in_progress", "percent": "half"}, ("/percent", "invalid")),
        ({"state": "in_progress", "effective_on": "15/11/2025"}, ("/effective_on", "invalid")),
        ({"state": "in_progress", "effective_on": "2099-01-01"}, ("/effective_on", "future_date")),
        ({"state": "in_progress", "sate": "x"}, ("/sate", "unknown_field")),
        (["in_progress"], ("", "invalid")),
    ],
)
def test_a_wrong_report_is_refused_by_field(
    cast: Cast, officer: Client, body: object, fault: tuple[str, str]
) -> None:
    response = post(officer, cast, body)
    assert (response.status_code, faults(response)) == (400, [fault])
    assert StatusReport.objects.count() == 0


def test_who_may_only_look_is_told_so_and_a_stranger_sees_nothing(
    cast: Cast, client: Client
) -> None:
    body = {"state": "in_progress"}
    client.force_login(cast.viewer)
    assert post(client, cast, body).status_code == 403
    client.force_login(cast.stranger)
    assert post(client, cast, body).status_code == 404
    assert StatusReport.objects.count() == 0


def test_sending_again_with_the_same_key_reports_once(cast: Cast, officer: Client) -> None:
    for _ in range(2):
        assert post(officer, cast, {"state": "in_progress"}, idempotency_key="a").status_code == 201
    assert StatusReport.objects.count() == 1


def test_an_area_filters_for_itself_and_all_below(work: Cast, officer: Client) -> None:
    officer.force_login(work.coordinator)
    below = officer.get("/api/v1/assignments/", {"area": "40"}).json()["results"]
    assert len(below) == 7
    commune = next(row["area"] for row in below if row["area"] != "40")
    assert len(officer.get("/api/v1/assignments/", {"area": commune}).json()["results"]) == 3
    assert officer.get("/api/v1/assignments/", {"area": "99"}).json()["results"] == []
