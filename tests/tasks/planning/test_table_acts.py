"""One act on many rows of the coordinator's table: told, then done as it was told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent
from core.queue import recalculation
from provinces.models import Agency
from provinces.roles import Role
from tasks.completion.totals import totals
from tasks.models import Assignment, Completion, ExtensionRequest, PlanAct, StatusReport, Task
from tasks.planning.table.on_assignments import CancelAct, DueAct, PersonAct
from tasks.planning.table.on_tasks import GroupAct, TargetAct
from tasks.planning.table.rows import GIVEN, UNASSIGNED, read_table_query, select
from tasks.planning.table.services import do_act
from tasks.reporting.extensions import request_extension
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    GroupFactory,
    PlanFactory,
    ProvinceFactory,
    TargetFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.planning.table import DAY, DUE, do, giving, tasks, weigh
from tests.tasks.steps import codes, due, fresh, report

LATER = date(2100, 6, 30)


def event() -> dict[str, Any]:
    return AuditEvent.objects.filter(action="plan.act").latest("pk").after or {}


def open_work(cast: Cast, count: int) -> list[Assignment]:
    return [due(cast, date(2099, 12, 31)) for _ in range(count)]


# Given ------------------------------------------------------------------------------------------


def test_all_that_match_are_given_not_only_a_page(cast: Cast) -> None:
    tasks(cast, 40, lead_text="Sở Tài chính")
    tasks(cast, 2, lead_text="Sở Y tế")
    agency = AgencyFactory.create()
    done = do(cast.plan, giving(agency), cast.coordinator, lead="Sở Tài chính")
    assert done.count == 40
    rows = Assignment.objects.filter(agency=agency)
    assert {(row.assigned_on, row.original_due_on, row.due_on) for row in rows} == {(DAY, DUE, DUE)}
    assert Task.objects.filter(plan=cast.plan, assignments=None).count() == 2
    assert (event()["kind"], event()["count"], event()["agencies"]) == ("assign", 40, [agency.code])
    recalculation.drain()
    assert totals(cast.plan, cast.area, date(2025, 8, 1)).total == 40


def test_ticked_tasks_are_given_to_several_agencies(cast: Cast) -> None:
    free = tasks(cast, 3)
    agencies = [AgencyFactory.create(), AgencyFactory.create(area=CommuneFactory.create())]
    ticked = [free[0].pk, free[1].pk]
    act = giving(*agencies, due_on=LATER, responsible_text="Bà Hai")
    assert do(cast.plan, act, cast.coordinator, ticked).count == 4
    rows = Assignment.objects.filter(task__in=free)
    assert {(row.due_on, row.responsible_text) for row in rows} == {(LATER, "Bà Hai")}
    assert {row.area_id for row in rows} == {agency.area_id for agency in agencies}


def test_who_has_it_and_what_was_due_before_are_passed_over_with_the_reason(cast: Cast) -> None:
    tasks(cast, 1, due_on=date(2025, 6, 30))
    other = due(cast, DUE)
    act = giving(cast.agency)
    weighed = weigh(cast.plan, act, status=GIVEN)
    number = cast.assignment.task.number
    short = cast.agency.short_name
    assert weighed.count == 0
    had = {f"{number} ({short})", f"{other.task.number} ({short})"}
    assert {why: set(names) for why, names in weighed.passed.items()} == {"had": had}
    assert set(weigh(cast.plan, act).passed) == {"due_too_early"}


def test_what_changed_since_it_was_told_is_asked_again(cast: Cast) -> None:
    free, agency = tasks(cast, 3), AgencyFactory.create()
    act, asked = giving(agency), read_table_query({}, cast.plan)
    seen = act.weigh(select(cast.plan, asked, None)).stamp
    AssignmentFactory.create(task=free[0], agency=agency)
    with pytest.raises(Refused) as caught:
        do_act(cast.plan, act, asked=asked, ticked=None, seen=seen, by=cast.coordinator)
    assert (codes(caught), caught.value.status) == (["changed_meanwhile"], 409)
    assert not PlanAct.objects.exists()
    assert Assignment.objects.filter(agency=agency).count() == 1


def test_only_a_coordinator_of_the_document_acts_and_only_in_its_area(cast: Cast) -> None:
    tasks(cast, 1)
    act = giving(AgencyFactory.create())
    sister = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="01"))
    for user in (cast.officer, cast.reviewer, cast.viewer, cast.stranger, sister):
        with pytest.raises(PermissionDenied):
            do(cast.plan, act, user)
    foreign = giving(AgencyFactory.create(area=ProvinceFactory.create(code="01")))
    for wrong, code in ((foreign, "outside_plan"), (giving(), "nobody_chosen")):
        with pytest.raises(Refused) as caught:
            do(cast.plan, wrong, cast.coordinator)
        assert codes(caught) == [code]


def test_rows_of_another_document_are_never_touched(cast: Cast) -> None:
    other = AssignmentFactory.create(task__plan=PlanFactory.create(number="9-KH/TU"))
    cancel = CancelAct("Hết nhiệm vụ", "9/QĐ-UBND", clock.today())
    assert weigh(cast.plan, cancel, [other.pk], status=GIVEN).count == 0
    assert weigh(cast.plan, giving(cast.agency), [other.task_id], status=UNASSIGNED).count == 0


# Deadlines --------------------------------------------------------------------------------------


def test_deadlines_are_corrected_until_something_is_reported(cast: Cast) -> None:
    free, reported = open_work(cast, 2), due(cast, date(2099, 12, 31))
    report(reported, cast.officer)
    same = due(cast, LATER)
    ended = due(cast, date(2099, 12, 31))
    Assignment.objects.filter(pk=ended.pk).update(state="completed")
    weighed = weigh(cast.plan, DueAct(LATER), status=GIVEN)
    assert set(weighed.passed) == {"needs_document", "same", "ended"}
    assert do(cast.plan, DueAct(LATER), cast.coordinator, status=GIVEN).count == 3
    assert {fresh(row).original_due_on for row in [*free, cast.assignment, same]} == {LATER}
    assert fresh(reported).due_on == date(2099, 12, 31)


def test_with_a_document_more_time_is_asked_for_where_something_was_reported(cast: Cast) -> None:
    row = cast.assignment
    report(row, cast.officer)
    waiting = due(cast, date(2099, 12, 31))
    request_extension(waiting, by=cast.officer, new_due_on=LATER, reason="Chờ hướng dẫn")
    act = DueAct(LATER, "12/CV-UBND")
    assert set(weigh(cast.plan, act, status=GIVEN).passed) == {"asks"}
    do(cast.plan, act, cast.coordinator, status=GIVEN)
    asked = ExtensionRequest.objects.get(assignment=row)
    assert (asked.decision, asked.reason, asked.new_due_on) == ("", "12/CV-UBND", LATER)
    assert fresh(row).due_on == date(2099, 12, 31)
    sooner = DueAct(date(2099, 1, 1), "12/CV-UBND")
    assert set(weigh(cast.plan, sooner, status=GIVEN).passed) == {"asks"}


def test_no_deadline_lies_before_the_day_of_assignment(cast: Cast) -> None:
    assert set(weigh(cast.plan, DueAct(date(2024, 12, 31)), status=GIVEN).passed) == {
        "before_assigned"
    }


# Person, group, target --------------------------------------------------------------------------


def test_a_person_is_responsible_at_their_own_agency_only(cast: Cast) -> None:
    elsewhere = AssignmentFactory.create(task__plan=cast.plan, agency=AgencyFactory.create())
    act = PersonAct(cast.officer)
    assert set(weigh(cast.plan, act, status=GIVEN).passed) == {"other_agency"}
    assert do(cast.plan, act, cast.coordinator, status=GIVEN).count == 1
    assert fresh(cast.assignment).responsible == cast.officer
    assert do(cast.plan, PersonAct(None, "Bà Hai"), cast.coordinator, status=GIVEN).count == 2
    row = fresh(elsewhere)
    assert (row.responsible, row.responsible_text) == (None, "Bà Hai")
    with pytest.raises(Refused) as caught:
        do(cast.plan, PersonAct(None, " "), cast.coordinator, status=GIVEN)
    assert codes(caught) == ["person_missing"]


def test_tasks_move_to_a_group_and_their_figures_follow(cast: Cast) -> None:
    recalculation.recalculate_all()
    free, group = tasks(cast, 2), GroupFactory.create(plan=cast.plan, number=77)
    assert do(cast.plan, GroupAct(group), cast.coordinator, status=GIVEN).count == 1
    recalculation.drain()
    assert set(Completion.objects.values_list("group", flat=True)) == {group.pk}
    assert do(cast.plan, GroupAct(group), cast.coordinator).count == len(free)
    assert set(weigh(cast.plan, GroupAct(group), status=GIVEN).passed) == {"same"}
    with pytest.raises(Refused) as caught:
        do(cast.plan, GroupAct(GroupFactory.create(plan__number="9-KH/TU")), cast.coordinator)
    assert codes(caught) == ["foreign"]


def test_tasks_are_linked_with_a_target_of_the_document(cast: Cast) -> None:
    free, target = tasks(cast, 2), TargetFactory.create(plan=cast.plan)
    free[0].targets.add(target)
    weighed = weigh(cast.plan, TargetAct(target))
    assert (weighed.count, weighed.passed) == (1, {"same": [free[0].number]})
    do(cast.plan, TargetAct(target), cast.coordinator)
    assert set(target.tasks.all()) == set(free)
    with pytest.raises(Refused) as caught:
        do(cast.plan, TargetAct(TargetFactory.create(plan__number="9-KH/TU")), cast.coordinator)
    assert codes(caught) == ["foreign"]


# Cancelled --------------------------------------------------------------------------------------


def cancelling(**given: Any) -> CancelAct:
    fields: dict[str, Any] = {"reason": "Trùng", "evidence_number": "9/QĐ-UBND"}
    return CancelAct(**{**fields, "effective_on": clock.today(), **given})


def test_open_work_is_cancelled_with_one_document_and_waits_where_it_must(cast: Cast) -> None:
    waits, ended = due(cast, LATER), due(cast, LATER)
    report(waits, cast.officer)
    Assignment.objects.filter(pk=ended.pk).update(state="completed")
    assert set(weigh(cast.plan, cancelling(), status=GIVEN).passed) == {"waits", "ended"}
    assert do(cast.plan, cancelling(), cast.coordinator, status=GIVEN).count == 1
    row = fresh(cast.assignment)
    assert (row.state, row.waiting) == ("not_started", "review")
    said = StatusReport.objects.get(assignment=row)
    assert (said.state, said.result, said.reported_by_user) == (
        "cancelled",
        "Trùng",
        cast.coordinator,
    )
    assert [proof.number for proof in said.evidence.all()] == ["9/QĐ-UBND"]
    assert list(row.evidence.all()) == list(said.evidence.all())
    assert "document" not in event()


def test_without_review_cancelled_work_counts_at_once(cast: Cast) -> None:
    cast.plan.requires_review = False
    cast.plan.save()
    recalculation.recalculate_all()
    do(cast.plan, cancelling(), cast.coordinator, status=GIVEN)
    assert fresh(cast.assignment).state == "cancelled"
    recalculation.drain()
    assert totals(cast.plan, cast.area, clock.today()).cancelled == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"evidence_number": ""}, "evidence_missing"),
        ({"evidence_number": "9" * 81}, "too_long"),
        ({"effective_on": date(2199, 1, 1)}, "future_date"),
    ],
)
def test_cancelling_needs_its_reason_its_document_and_a_day_that_has_come(
    cast: Cast, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        do(cast.plan, cancelling(**given), cast.coordinator, status=GIVEN)
    assert codes(caught) == [code]


def test_nothing_ends_before_it_was_given_or_before_a_report(cast: Cast) -> None:
    cast.plan.requires_review = False
    cast.plan.save()
    report(cast.assignment, cast.officer)
    yesterday = cancelling(effective_on=clock.today() - timedelta(days=1))
    assert set(weigh(cast.plan, yesterday, status=GIVEN).passed) == {"later_report"}
    assert set(
        weigh(cast.plan, cancelling(effective_on=date(2024, 1, 1)), status=GIVEN).passed
    ) == {"before_assigned"}


# What holds of all ------------------------------------------------------------------------------


def queries(cast: Cast, count: int) -> int:
    """How many it takes to do, one after another, every act to as many tasks."""
    PlanAct.objects.all().delete()
    agency = AgencyFactory.create()
    tasks(cast, count)
    target = TargetFactory.create(plan=cast.plan)
    group = GroupFactory.create(plan=cast.plan, number=count + 1)
    with CaptureQueriesContext(connection) as asked:
        assert do(cast.plan, giving(agency), cast.coordinator).count == count
        for act in (
            DueAct(LATER),
            PersonAct(None, "Bà Hai"),
            GroupAct(group),
            TargetAct(target),
            cancelling(),
        ):
            assert (
                do(cast.plan, act, cast.coordinator, status=GIVEN, agency=str(agency.pk)).count
                == count
            )
    return len(asked)


def test_the_cost_does_not_grow_with_the_rows(cast: Cast) -> None:
    """But for how many rows SQLite takes in one statement."""
    few = queries(cast, 5)
    assert queries(cast, 60) <= few + 6


def test_thousands_of_assignments_are_one_step(cast: Cast) -> None:
    task = tasks(cast, 1)[0]
    Agency.objects.bulk_create(
        AgencyFactory.build(area=cast.area, path=f"x{n}/", code=f"x{n}") for n in range(300)
    )
    agencies = list(Agency.objects.filter(code__startswith="x").select_related("area"))
    with CaptureQueriesContext(connection) as asked:
        assert do(cast.plan, giving(*agencies), cast.coordinator, [task.pk]).count == 300
    assert len(asked) < 30
