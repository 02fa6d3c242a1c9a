"""What callers may not read does not exist for them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from provinces.permissions import Caller
from provinces.roles import Role
from tasks.models import Assignment, Evidence, Obstacle, StatusReport, Task
from tests.factories import (
    ApiClientFactory,
    AssignmentFactory,
    NationFactory,
    ObstacleFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import report


def numbers_seen(caller: Caller) -> tuple[int, ...]:
    models = (Assignment, Task, StatusReport, Obstacle, Evidence)
    return tuple(model.objects.visible_to(caller).count() for model in models)


@pytest.fixture
def history(cast: Cast) -> Cast:
    report(cast.assignment, cast.officer, "completed")
    ObstacleFactory.create(assignment=cast.assignment)
    AssignmentFactory.create(task__plan=cast.plan)
    return cast


def test_an_officer_sees_their_agency_and_the_area_roles_see_all(history: Cast) -> None:
    assert numbers_seen(history.officer) == (1, 1, 1, 1, 1)
    for user in (history.viewer, history.reviewer, history.coordinator):
        assert numbers_seen(user) == (2, 2, 1, 1, 1)


def test_a_role_in_the_nation_sees_every_province(history: Cast) -> None:
    viewer = member(UserFactory.create(), Role.VIEWER, NationFactory.create())
    assert numbers_seen(viewer) == (2, 2, 1, 1, 1)


def test_strangers_the_disabled_and_systems_see_nothing(history: Cast) -> None:
    disabled = member(UserFactory.create(is_active=False), Role.VIEWER, history.area)
    roleless = UserFactory.create()
    for caller in (
        history.stranger,
        disabled,
        roleless,
        AnonymousUser(),
        ApiClientFactory.create(),
    ):
        assert numbers_seen(caller) == (0, 0, 0, 0, 0)
