"""Nghệ An's document with five tasks, and a week that closed on Friday 14 November 2025."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from core.models import User
from provinces.models import Area, Plan
from provinces.roles import Role
from reports.models import ReportingPeriod
from reports.periods.calendar import HANOI
from tasks.models import Assignment, StatusReport
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    PlanFactory,
    ProvinceFactory,
    StatusReportFactory,
    UserFactory,
    member,
)

FRIDAY = date(2025, 11, 14)
CLOSES = datetime(2025, 11, 14, 16, tzinfo=HANOI)


@dataclass(frozen=True)
class Office:
    """``tasks``: 1 and 2 are completed, 3 is under way, 4 is late, 5 is ongoing."""

    area: Area
    plan: Plan
    period: ReportingPeriod
    tasks: list[Assignment]
    reviewer: User
    coordinator: User
    viewer: User
    stranger: User

    def report(self, task: int, state: str, on: date, at: datetime) -> StatusReport:
        return StatusReportFactory.create(
            assignment=self.tasks[task - 1], state=state, effective_on=on, recorded_at=at
        )


@pytest.fixture
def office(db: None) -> Office:
    area, plan = ProvinceFactory.create(), PlanFactory.create()
    dues = [date(2025, 11, 30), date(2025, 10, 1), date(2025, 12, 31), date(2025, 10, 31), None]
    tasks = [
        AssignmentFactory.create(
            task__plan=plan,
            task__number=str(number),
            task__due_on=due,
            agency=AgencyFactory.create(code=f"so-{number}"),
            assigned_on=date(2025, 3, 1),
            original_due_on=due,
            due_on=due,
        )
        for number, due in enumerate(dues, start=1)
    ]
    office = Office(
        area=area,
        plan=plan,
        period=ReportingPeriod.objects.create(
            plan=plan,
            kind="week",
            first_day=date(2025, 11, 8),
            last_day=FRIDAY,
            as_of=FRIDAY,
            closes_at=CLOSES,
        ),
        tasks=tasks,
        reviewer=member(UserFactory.create(), Role.REVIEWER, area),
        coordinator=member(UserFactory.create(), Role.COORDINATOR, area),
        viewer=member(UserFactory.create(), Role.VIEWER, area),
        stranger=member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="01")),
    )
    for task, day in ((1, date(2025, 11, 10)), (2, date(2025, 10, 20))):
        office.report(
            task, "completed", day, datetime(day.year, day.month, day.day, 9, tzinfo=HANOI)
        )
    monday = datetime(2025, 11, 10, 9, tzinfo=HANOI)
    office.report(3, "in_progress", monday.date(), monday)
    return office
