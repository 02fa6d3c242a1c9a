"""Shorthand for tests that report and review."""

from datetime import date
from typing import Any

import pytest

from core.calendar import clock
from core.errors import Refused
from core.models import User
from tasks.models import Assignment, StatusReport
from tasks.reporting import evidence, reports, reviews
from tests.factories import AssignmentFactory
from tests.tasks.conftest import Cast


def report(
    assignment: Assignment, by: User, state: str = "in_progress", **given: Any
) -> StatusReport:
    """A report of today; completed work has its result and the number of a document."""
    fields: dict[str, Any] = {"percent": 40, "effective_on": clock.today()}
    if state in {"completed", "cancelled"}:
        fields |= {"result": "Đã xong", "proof": evidence.Proof(number="12/BC-SKHCN")}
    return reports.report_status(assignment, by=by, state=state, **{**fields, **given})


def due(cast: Cast, day: date, **fields: Any) -> Assignment:
    """Work of the cast's agency with this deadline."""
    given = {"task__plan": cast.plan, "agency": cast.agency, **fields}
    return AssignmentFactory.create(task__due_on=day, **given)


def accept(report: StatusReport, by: User) -> None:
    reviews.review_report(report, by=by, decision="accepted")


def codes(caught: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [fault.code for fault in caught.value.faults]


def fresh(assignment: Assignment) -> Assignment:
    return Assignment.objects.get(pk=assignment.pk)


LONG_AGO = date(2025, 3, 1)
