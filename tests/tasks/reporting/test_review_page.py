"""The page of what waits for the standing agency."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from provinces.roles import Role
from tasks.models import Assignment, Review
from tests.factories import AssignmentFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import fresh, report


def _another(cast: Cast) -> Assignment:
    return AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency, task__due_on=None)


def test_reports_wait_oldest_first(cast: Cast, reviewer: Client) -> None:
    first = report(_another(cast), cast.officer)
    second = report(cast.assignment, cast.officer)
    items = reviewer.get("/review/").context["found"].items
    assert [item.report for item in items] == [first, second]


def test_a_report_is_accepted(cast: Cast, reviewer: Client) -> None:
    sent = report(cast.assignment, cast.officer, "completed")
    reviewer.post(f"/review/{sent.pk}/", {"decision": "accepted"})
    assert fresh(cast.assignment).state == "completed"


def test_a_return_without_its_reason_is_asked_again(cast: Cast, reviewer: Client) -> None:
    sent = report(cast.assignment, cast.officer, "completed")
    assert reviewer.post(f"/review/{sent.pk}/", {"decision": "returned"}).status_code == 422
    reviewer.post(f"/review/{sent.pk}/", {"decision": "returned", "reason": "Thiếu số liệu"})
    assert Review.objects.get().reason == "Thiếu số liệu"
    assert fresh(cast.assignment).waiting == "returned"


def test_nobody_accepts_their_own_report(cast: Cast, client: Client) -> None:
    both = member(cast.officer, Role.REVIEWER, cast.area)
    sent = report(cast.assignment, both, "completed")
    client.force_login(both)
    assert client.get("/review/").context["found"].items[0].is_own
    client.post(f"/review/{sent.pk}/", {"decision": "accepted"})
    assert Review.objects.count() == 0


def test_a_coordinator_sees_what_waits_and_decides_nothing(cast: Cast, client: Client) -> None:
    sent = report(cast.assignment, cast.officer)
    client.force_login(cast.coordinator)
    assert client.get("/review/").status_code == 200
    assert client.post(f"/review/{sent.pk}/", {"decision": "accepted"}).status_code == 403


def test_the_review_takes_as_many_queries_for_many_rows_as_for_few(
    cast: Cast, reviewer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    report(cast.assignment, cast.officer, "completed")
    with CaptureQueriesContext(connection) as few:
        reviewer.get("/review/")
    for _ in range(15):
        report(_another(cast), cast.officer, "completed")
    with django_assert_max_num_queries(min(len(few), 17)):
        reviewer.get("/review/")
