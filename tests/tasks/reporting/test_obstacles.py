"""What stands in the way is opened, and resolved with the reason."""

import pytest
from django.core.exceptions import PermissionDenied

from core.errors import Refused
from core.models import AuditEvent
from tasks.models import Obstacle
from tasks.reporting import obstacles
from tests.factories import ObstacleFactory
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes


def test_the_agency_opens_an_obstacle_of_its_assignment(cast: Cast) -> None:
    opened = obstacles.open_obstacle(
        by=cast.officer, category="people", text="Thiếu người", assignment=cast.assignment
    )
    assert (opened.area, opened.resolved_on) == (cast.area, None)
    assert AuditEvent.objects.filter(action="obstacle.open", user=cast.officer).count() == 1


def test_an_obstacle_needs_a_known_category_and_words(cast: Cast) -> None:
    with pytest.raises(Refused) as caught:
        obstacles.open_obstacle(by=cast.reviewer, category="weather", text=" ", area=cast.area)
    assert codes(caught) == ["unknown_category", "text_missing"]


def test_the_standing_agency_resolves_it_once_saying_how(cast: Cast) -> None:
    obstacle = ObstacleFactory.create(assignment=cast.assignment)
    with pytest.raises(Refused) as caught:
        obstacles.resolve_obstacle(obstacle, by=cast.reviewer, resolution="")
    assert codes(caught) == ["resolution_missing"]
    obstacles.resolve_obstacle(obstacle, by=cast.reviewer, resolution="Đã tuyển dụng")
    with pytest.raises(Refused) as caught:
        obstacles.resolve_obstacle(obstacle, by=cast.reviewer, resolution="Lần nữa")
    assert codes(caught) == ["already_resolved"]
    assert Obstacle.objects.get().resolution == "Đã tuyển dụng"


def test_others_neither_open_nor_resolve(cast: Cast) -> None:
    obstacle = ObstacleFactory.create(assignment=cast.assignment)
    with pytest.raises(PermissionDenied):
        obstacles.resolve_obstacle(obstacle, by=cast.officer, resolution="Xong")
    with pytest.raises(PermissionDenied):
        obstacles.open_obstacle(
            by=cast.viewer, category="people", text="x", assignment=cast.assignment
        )
