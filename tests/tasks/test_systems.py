"""Connected systems and tasks: what their scope names, under the same rules as people."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.models import ApiClient, AuditEvent
from provinces.models import Area, Plan, PlanScope
from provinces.permissions import Permission, has_permission
from tasks.models import Assignment, Evidence, Obstacle, StatusReport, Task
from tasks.permissions import may_follow
from tests.factories import (
    ApiClientFactory,
    AssignmentFactory,
    CommuneFactory,
    NationFactory,
    ObstacleFactory,
    PlanFactory,
    ProvinceFactory,
    StatusReportFactory,
    api_key,
    bearer,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import due, report

API = "/api/v1/"
LISTS = ("tasks", "assignments", "status-reports", "obstacles")
TODAY = clock.today().isoformat()
SENT = {"state": "in_progress", "percent": 40, "result": "Đã trình", "evidence_number": "12/BC"}
DONE = {"state": "completed", "result": "Đã ban hành", "evidence_number": "9/QĐ-UBND"}

Call = Callable[..., Any]


def system(plan: Plan | None, area: Area | None, *, can_write: bool = True) -> ApiClient:
    client = ApiClientFactory.create()
    PlanScope.objects.create(client=client, plan=plan, area=area, can_write=can_write)
    return client


def another() -> Plan:
    return PlanFactory.create(number="309-KH/TU")


def caller(client: ApiClient) -> Call:
    """Calls the API with a key of that system."""
    browser, key = Client(), bearer(api_key(client))

    def call(path: str, body: object = None, **headers: str) -> Any:
        if body is None:
            return browser.get(API + path, headers={**key, **headers})
        given = {"content_type": "application/json", "headers": {**key, **headers}}
        return browser.post(API + path, body, **given)  # type: ignore[arg-type]

    return call


def to(assignment: Assignment) -> str:
    return f"assignments/{assignment.pk}/status-reports/"


def codes(answer: Any) -> list[tuple[str, str]]:
    return sorted((error["pointer"], error["code"]) for error in answer.json()["errors"])


@pytest.fixture
def reporting(cast: Cast) -> ApiClient:
    """Reports on the tasks of the cast's document in Nghệ An."""
    return system(cast.plan, cast.area)


@pytest.fixture
def call(reporting: ApiClient) -> Call:
    return caller(reporting)


def test_for_any_scope_lists_rules_and_single_rows_agree(cast: Cast) -> None:
    """Documents × areas: own, other, all; a commune below, and one that was merged into it."""
    other_plan, other_area = another(), ProvinceFactory.create(code="01")
    commune = CommuneFactory.create(parent=cast.area)
    merged = CommuneFactory.create(parent=other_area, successor=commune, is_active=False)
    places = (cast.area, other_area, commune, merged)
    for plan, area in product((cast.plan, other_plan), places):
        work = AssignmentFactory.create(task__plan=plan, agency__area=area, area=area)
        StatusReportFactory.create(assignment=work)
        ObstacleFactory.create(assignment=work, area=area)
    ObstacleFactory.create(assignment=None, area=cast.area)
    everything = list(Assignment.objects.select_related("task__plan", "area"))
    counts = set()
    for named, within in product((None, cast.plan, other_plan), (None, *places)):
        client = system(named, within, can_write=False)
        expected = {
            work.pk
            for work in everything
            if named in (None, work.task.plan)
            and (
                within is None
                or work.area.path.startswith(within.path)
                or (work.area == merged and commune.path.startswith(within.path))
            )
        }
        seen = Assignment.objects.visible_to(client)
        assert {work.pk for work in seen} == expected
        follows = {w.pk for w in everything if may_follow(client, w.task.plan, w.area)}
        assert follows == expected
        about = {"assignment__in": expected}
        assert not any(has_permission(client, Permission.REPORT_STATUS, w) for w in everything)
        tasks = Task.objects.filter(assignments__in=expected)
        assert set(Task.objects.visible_to(client)) == set(tasks)
        for model in (StatusReport, Obstacle):
            assert set(model.objects.visible_to(client)) == set(model.objects.filter(**about))
        counts.add(len(expected))
    assert min(counts) > 0
    assert len(counts) > 3


def test_a_system_without_that_scope_finds_no_task(cast: Cast) -> None:
    """Neither a scope of figures, nor of another document or area, opens a task."""
    report(cast.assignment, cast.officer)
    ObstacleFactory.create(assignment=cast.assignment)
    keys = [
        caller(ApiClientFactory.create()),
        caller(system(another(), cast.area)),
        caller(system(cast.plan, ProvinceFactory.create(code="01"))),
    ]
    figures = bearer(api_key())
    for path in LISTS:
        assert Client().get(f"{API}{path}/", headers=figures).json()["results"] == []
        assert [key(f"{path}/").json()["results"] for key in keys] == [[], [], []]
    for key in keys:
        assert key(f"assignments/{cast.assignment.pk}/").status_code == 404
        assert key(to(cast.assignment), SENT).status_code == 404
    assert StatusReport.objects.count() == 1


def test_a_scope_of_tasks_opens_no_figure(cast: Cast, call: Call) -> None:
    reading = {"indicator": "grdp", "area": "40", "period": "2025", "value": "1"}
    assert call("readings/", reading).status_code in {403, 404}
    for path in ("readings/", "targets/", "indicators/"):
        assert call(path).json()["results"] == []
    me = call("me/").json()
    assert me["scope"] == []
    assert me["task_scope"] == [{"plan": cast.plan.number, "area": "40", "can_write": True}]


def test_a_report_with_the_number_of_its_document_is_kept_in_the_systems_name(
    cast: Cast, reporting: ApiClient, call: Call
) -> None:
    answer = call(to(cast.assignment), DONE)
    assert answer.status_code == 201
    body, kept = answer.json(), StatusReport.objects.get()
    assert (body["reported_by"], body["state"], body["percent"]) == (
        reporting.name,
        "completed",
        100,
    )
    assert [one["number"] for one in body["evidence"]] == ["9/QĐ-UBND"]
    assert (kept.reported_by_client, kept.reported_by_user) == (reporting, None)
    # The plan asks for review: a report of a system waits for it as one of a person does.
    now = call(f"assignments/{cast.assignment.pk}/")
    assert (now.json()["state"], now.json()["waiting"]) == ("not_started", "review")
    assert now["ETag"] == answer["ETag"]
    history = call(f"status-reports/?assignment={cast.assignment.pk}").json()["results"]
    assert [row["id"] for row in history] == [kept.pk]


def test_the_audit_tells_the_same_of_a_system_and_of_a_person(
    cast: Cast, reporting: ApiClient, call: Call, officer: Client
) -> None:
    works = [due(cast, clock.today() + timedelta(days=30)) for _ in range(2)]
    call(to(works[0]), {**SENT, "effective_on": TODAY})
    sent = {**SENT, "effective_on": TODAY}
    assert (
        officer.post(API + to(works[1]), sent, content_type="application/json").status_code == 201
    )
    by_system, by_person = AuditEvent.objects.filter(action="assignment.report").order_by("id")
    assert (by_system.client, by_system.user) == (reporting, None)
    assert (by_person.client, by_person.user) == (None, cast.officer)
    assert by_system.after
    assert by_person.after
    assert by_system.after.keys() == by_person.after.keys()
    assert {**by_system.after, "report": 0} == {**by_person.after, "report": 0}
    assert by_system.address == by_person.address


BAD: dict[str, dict[str, Any]] = {
    "no result": {**DONE, "result": ""},
    "no evidence": {**DONE, "evidence_number": ""},
    "a day to come": {**SENT, "effective_on": "2099-01-01"},
    "before it was assigned": {**SENT, "effective_on": "2001-01-01"},
    "late without cause": {"state": "in_progress", "percent": 10},
    "its own figure": {**DONE, "state": "cancelled"},
    "a number too long": {**DONE, "evidence_number": "9" * 81},
    "percent": {**SENT, "percent": 101},
    "an unknown field": {**SENT, "persent": 1},
    "an unknown state": {**SENT, "state": "done"},
    "no state": {"percent": 10},
}


@pytest.mark.parametrize("name", BAD)
def test_what_a_person_may_not_report_a_system_may_not_either(
    cast: Cast, call: Call, officer: Client, name: str
) -> None:
    late = due(cast, clock.today() - timedelta(days=3))
    mine = call(to(late), BAD[name])
    theirs = officer.post(API + to(late), BAD[name], content_type="application/json")
    assert mine.status_code == theirs.status_code == 400
    assert codes(mine) == codes(theirs)
    assert (StatusReport.objects.count(), Evidence.objects.count()) == (0, 0)


def test_a_closed_period_stays_closed_for_systems(cast: Cast, call: Call) -> None:
    yesterday = clock.today() - timedelta(days=1)
    Plan.objects.filter(pk=cast.plan.pk).update(closed_through=yesterday)
    answer = call(to(cast.assignment), {**SENT, "effective_on": yesterday.isoformat()})
    assert codes(answer) == [("/effective_on", "period_closed")]


def test_a_key_that_only_reads_is_refused_and_one_taken_away_finds_nothing(cast: Cast) -> None:
    client = system(cast.plan, cast.area, can_write=False)
    call = caller(client)
    assert call(f"assignments/{cast.assignment.pk}/").status_code == 200
    assert call(to(cast.assignment), SENT).status_code == 403
    client.plan_scopes.all().delete()
    assert call(f"assignments/{cast.assignment.pk}/").status_code == 404
    assert call(to(cast.assignment), SENT).status_code == 404
    assert not StatusReport.objects.exists()


def test_a_stale_version_and_a_lost_answer_are_the_same_for_systems(cast: Cast, call: Call) -> None:
    address = to(cast.assignment)
    version = call(f"assignments/{cast.assignment.pk}/")["ETag"]
    report(cast.assignment, cast.officer)
    assert call(address, SENT, **{"If-Match": version}).status_code == 412
    first, again = (call(address, SENT, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again["Idempotency-Replayed"] == "true"
    assert StatusReport.objects.count() == 2


def test_nothing_new_can_be_said_by_a_system(cast: Cast, call: Call) -> None:
    Plan.objects.filter(pk=cast.plan.pk).update(requires_review=False)
    call(to(cast.assignment), SENT)
    answer = call(to(cast.assignment), {"unchanged": True})
    assert (answer.status_code, answer.json()["percent"]) == (201, 40)


def test_the_reviewer_reads_the_systems_name_and_accepts(
    cast: Cast, reporting: ApiClient, call: Call, reviewer: Client
) -> None:
    call(to(cast.assignment), DONE)
    page = reviewer.get("/review/").content.decode()
    assert reporting.name in reviewer.get(cast.assignment.get_absolute_url()).content.decode()
    assert "9/QĐ-UBND" in page
    kept = StatusReport.objects.get()
    assert reviewer.post(f"/review/{kept.pk}/", {"decision": "accepted"}).status_code == 302
    assert call(f"assignments/{cast.assignment.pk}/").json()["state"] == "completed"


def test_the_head_of_an_agency_still_approves_what_a_system_reports(cast: Cast) -> None:
    strict = PlanFactory.create(number="307-KH/TU", requires_agency_approval=True)
    work = AssignmentFactory.create(task__plan=strict, agency=cast.agency)
    call = caller(system(strict, None))
    assert call(to(work), DONE).status_code == 201
    assert call(f"assignments/{work.pk}/").json()["waiting"] == "agency"


def test_completion_is_told_of_the_scopes_document_in_its_areas_only(
    cast: Cast, call: Call
) -> None:
    other, nation = another(), NationFactory.create()
    query = f"completion/?plan={cast.plan.number}"
    assert call(f"{query}&area=40").status_code == 200
    assert call(f"completion/?plan={other.number}&area=40").status_code == 404
    assert call(f"{query}&area={nation.code}").status_code == 404


def test_more_scopes_and_more_tasks_cost_no_more_queries(
    cast: Cast,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = system(cast.plan, cast.area)
    call = caller(client)
    call("assignments/")  # The first call of a day notes that the key was used.
    with django_assert_max_num_queries(9) as few:
        call("assignments/")
    for _ in range(5):
        area = CommuneFactory.create(parent=cast.area)
        PlanScope.objects.create(client=client, plan=cast.plan, area=area)
        AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency)
    with django_assert_num_queries(len(few)):
        assert len(call("assignments/").json()["results"]) == 6
