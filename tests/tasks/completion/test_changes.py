"""What a report brings to whoever follows the changes."""

from django.test import Client

from core.queue import recalculation
from provinces.roles import Role
from tests.api.follower import Follower
from tests.factories import UserFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, report


def test_a_report_brings_itself_its_assignment_and_the_figures(
    cast: Cast,
    client: Client,
) -> None:
    client.force_login(member(UserFactory.create(), Role.VIEWER, cast.area))
    person = Follower(client)
    recalculation.mark("assignment", [cast.assignment.pk], since=cast.assignment.assigned_on)
    person.news()
    sent = report(cast.assignment, cast.officer, "completed")
    found = {row["kind"]: row["object"] for row in person.news()}
    assert found["status_report"]["id"] == sent.pk
    assert found["assignment"]["id"] == cast.assignment.pk
    assert "completion" not in found  # It waits for its review.
    accept(sent, cast.reviewer)
    found = {row["kind"]: row["object"] for row in person.news()}
    assert found["completion"] == {"plan": cast.plan.number, "area": cast.area.code}
    assert found["assignment"]["state"] == "completed"
    assert "status_report" not in found
