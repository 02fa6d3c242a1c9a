"""More time is asked for by the agency and given by the standing agency."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from core.errors import Refused
from core.models import AuditEvent, Recalculation
from provinces.roles import Role
from tasks.models import ExtensionRequest
from tasks.reporting import extensions
from tests.factories import AssignmentFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import accept, codes, fresh, report

LATER = date(2100, 6, 30)


def ask(cast: Cast, **given: Any) -> ExtensionRequest:
    fields = {"by": cast.officer, "new_due_on": LATER, "reason": "Chờ hướng dẫn", **given}
    return extensions.request_extension(fields.pop("assignment", cast.assignment), **fields)


def test_a_granted_extension_moves_the_deadline_and_keeps_the_original(cast: Cast) -> None:
    extensions.decide_extension(ask(cast), by=cast.reviewer, granted=True)
    assignment = fresh(cast.assignment)
    assert (assignment.due_on, assignment.original_due_on) == (LATER, date(2099, 12, 31))
    assert Recalculation.objects.filter(kind="assignment").count() == 2
    assert AuditEvent.objects.filter(action="assignment.decide_extension").count() == 1


def test_a_refused_extension_moves_nothing_and_needs_its_reason(cast: Cast) -> None:
    request = ask(cast)
    with pytest.raises(Refused) as caught:
        extensions.decide_extension(request, by=cast.reviewer, granted=False)
    assert codes(caught) == ["note_missing"]
    extensions.decide_extension(request, by=cast.reviewer, granted=False, note="Chủ quan")
    assert fresh(cast.assignment).due_on == date(2099, 12, 31)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"new_due_on": date(2099, 12, 31)}, "not_later"),
        ({"new_due_on": None}, "not_later"),
    ],
)
def test_what_is_asked_for_must_make_sense(cast: Cast, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        ask(cast, **given)
    assert codes(caught) == [code]


def test_ongoing_work_has_nothing_to_extend(cast: Cast) -> None:
    ongoing = AssignmentFactory.create(task__plan=cast.plan, task__due_on=None, agency=cast.agency)
    with pytest.raises(Refused) as caught:
        ask(cast, assignment=ongoing)
    assert codes(caught) == ["no_deadline"]


def test_completed_work_is_not_extended(cast: Cast) -> None:
    request = ask(cast)
    accept(report(cast.assignment, cast.officer, "completed"), cast.reviewer)
    with pytest.raises(Refused) as caught:
        extensions.decide_extension(request, by=cast.reviewer, granted=True)
    assert codes(caught) == ["already_completed"]
    with pytest.raises(Refused) as caught:
        ask(cast)
    assert codes(caught) == ["already_completed"]


def test_one_request_waits_at_a_time_and_is_decided_once(cast: Cast) -> None:
    request = ask(cast)
    with pytest.raises(Refused) as caught:
        ask(cast)
    assert codes(caught) == ["already_requested"]
    extensions.decide_extension(request, by=cast.reviewer, granted=True)
    with pytest.raises(Refused) as caught:
        extensions.decide_extension(request, by=cast.reviewer, granted=True)
    assert codes(caught) == ["already_decided"]


def test_nobody_decides_their_own_request(cast: Cast) -> None:
    both = member(cast.officer, Role.REVIEWER, cast.area)
    with pytest.raises(Refused) as caught:
        extensions.decide_extension(ask(cast), by=both, granted=True)
    assert codes(caught) == ["four_eyes"]


def test_only_the_standing_agency_decides_and_only_the_agency_asks(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        ask(cast, by=cast.viewer)
    with pytest.raises(PermissionDenied):
        extensions.decide_extension(ask(cast), by=cast.officer, granted=True)
