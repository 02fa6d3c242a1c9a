"""Nghệ An with a department that is late, and somebody of the steering committee who looks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from core.models import User
from core.queue import recalculation
from indicators.models import Indicator
from provinces.models import Agency, Area, Plan
from provinces.roles import Role
from targets.models import Target
from tasks.models import Assignment
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    NationFactory,
    PlanFactory,
    ProvinceFactory,
    StatusReportFactory,
    UserFactory,
    member,
)

DAY = date(2025, 11, 15)
"""All figures of these tests are asked for as of this day."""

Give = Callable[..., Assignment]
Settle = Callable[[], object]
Visit = Callable[..., Any]


def indicator_of(target: Target) -> Indicator:
    assert target.indicator
    return target.indicator


@dataclass(frozen=True)
class Place:
    """Province 40, its plan 305-KH/TU (which counts reports at once) and one department."""

    nation: Area
    area: Area
    plan: Plan
    agency: Agency
    viewer: User


@pytest.fixture
def place(db: None) -> Place:
    nation = NationFactory.create()
    area = ProvinceFactory.create()
    agency = AgencyFactory.create(
        name_vi="Sở Khoa học và Công nghệ",
        name_en="Department of Science and Technology",
        head_name="Nguyễn Thị Hoa",
    )
    viewer = member(UserFactory.create(username="viewer"), Role.VIEWER, nation)
    return Place(nation, area, PlanFactory.create(), agency, viewer)


@pytest.fixture
def give(place: Place) -> Give:
    """Assigns a task to the department; ``done`` and ``started`` are days of reports."""

    def create(
        due_on: date | None = date(2025, 12, 31),
        *,
        done: date | None = None,
        started: date | None = None,
        **fields: Any,
    ) -> Assignment:
        fields = {"task__plan": place.plan, "agency": place.agency, **fields}
        assignment = AssignmentFactory.create(task__due_on=due_on, **fields)
        for state, day in (("in_progress", started), ("completed", done)):
            if day:
                StatusReportFactory.create(assignment=assignment, state=state, effective_on=day)
        return assignment

    return create


@pytest.fixture
def settle() -> Settle:
    """Compute the snapshots from the rows that were made."""
    return recalculation.recalculate_all


@pytest.fixture
def visit(client: Client, place: Place) -> Visit:
    """Open a page as of DAY, in Vietnamese unless said, as the viewer unless signed in before."""

    def get(url: str, language: str = "vi", *, by: User | None = None, **query: str) -> Any:
        client.force_login(by or place.viewer)
        client.cookies["django_language"] = language
        return client.get(url, {"as_of": DAY.isoformat(), **query})

    return get


@pytest.fixture
def english() -> Any:
    with translation.override("en"):
        yield
