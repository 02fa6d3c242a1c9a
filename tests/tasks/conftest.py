"""The cast: a department of Nghệ An, its officer, the standing agency, and a stranger."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from core.models import User
from provinces.models import Agency, Area, Plan
from provinces.roles import Role
from tasks.models import Assignment
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    PlanFactory,
    ProvinceFactory,
    UserFactory,
    member,
)


@dataclass(frozen=True)
class Cast:
    """``assignment`` is due on 31 December 2099, under a plan that requires review."""

    area: Area
    agency: Agency
    plan: Plan
    assignment: Assignment
    officer: User
    reviewer: User
    coordinator: User
    viewer: User
    stranger: User


@pytest.fixture
def cast(db: None) -> Cast:
    area, agency = ProvinceFactory.create(), AgencyFactory.create()
    plan = PlanFactory.create(requires_review=True)
    elsewhere = AgencyFactory.create(area=ProvinceFactory.create(code="01"))
    return Cast(
        area=area,
        agency=agency,
        plan=plan,
        assignment=AssignmentFactory.create(
            task__plan=plan, task__due_on=date(2099, 12, 31), agency=agency
        ),
        officer=member(UserFactory.create(username="officer"), Role.OFFICER, agency),
        reviewer=member(UserFactory.create(username="reviewer"), Role.REVIEWER, area),
        coordinator=member(UserFactory.create(username="coordinator"), Role.COORDINATOR, area),
        viewer=member(UserFactory.create(username="viewer"), Role.VIEWER, area),
        stranger=member(UserFactory.create(username="stranger"), Role.OFFICER, elsewhere),
    )


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.officer)
    return client


@pytest.fixture
def reviewer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.reviewer)
    return client


@pytest.fixture
def coordinator(cast: Cast, client: Client) -> Client:
    client.force_login(cast.coordinator)
    return client
