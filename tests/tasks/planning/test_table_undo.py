"""The last act on many rows is taken back within a day, unless something was built on it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from core.queue import recalculation
from core.web import editing
from tasks.completion.totals import totals
from tasks.models import Assignment, Completion, Draft, PlanAct, StatusReport
from tasks.planning.assigning import ASSIGNMENT_FIELDS, change_assignment
from tasks.planning.fan_out import fan_out
from tasks.planning.table.acts import Act
from tasks.planning.table.later import later_facts
from tasks.planning.table.on_assignments import CancelAct, DueAct, PersonAct
from tasks.planning.table.on_tasks import GroupAct, TargetAct
from tasks.planning.table.rows import GIVEN
from tasks.planning.table.services import last_act, take_back
from tasks.reporting.contributions import choose_coordinating
from tasks.reporting.extensions import decide_extension
from tasks.reporting.obstacles import open_obstacle
from tasks.reporting.reviews import review_report
from tests.factories import AgencyFactory, CommuneFactory, GroupFactory, TargetFactory
from tests.tasks.conftest import Cast
from tests.tasks.planning.table import DAY, do, giving, tasks
from tests.tasks.steps import accept, codes, fresh, report

LATER = date(2100, 6, 30)


def given(cast: Cast, count: int = 3) -> PlanAct:
    tasks(cast, count)
    return do(cast.plan, giving(AgencyFactory.create()), cast.coordinator)


def refused(done: PlanAct, by: User) -> list[str]:
    with pytest.raises(Refused) as caught:
        take_back(done, by=by)
    assert caught.value.status == 409
    return codes(caught)


def held(cast: Cast) -> list[tuple[object, ...]]:
    """What acts change, of every assignment and task."""
    fields = ("pk", "due_on", "original_due_on", "responsible", "responsible_text", "state")
    rows = Assignment.objects.order_by("pk")
    links = rows.order_by("task__targets", "pk").values_list("task__group", "task__targets")
    return [*rows.values_list(*fields, "percent", "waiting"), *links]


def test_tasks_that_were_given_wait_again_and_the_figures_follow(cast: Cast) -> None:
    recalculation.recalculate_all()
    before = held(cast)
    done = given(cast)
    recalculation.drain()
    assert totals(cast.plan, cast.area, date(2025, 8, 1)).total == 4
    take_back(done, by=cast.coordinator)
    recalculation.drain()
    assert held(cast) == before
    assert totals(cast.plan, cast.area, date(2025, 8, 1)).total == 1
    # Both the act and its undoing stay in the audit.
    events = AuditEvent.objects.filter(subject_type="plan").order_by("pk")
    assert [event.action for event in events] == ["plan.act", "plan.take_back"]
    assert (events[1].before or {}) == {"kind": "assign", "count": 3}


def act_of(kind: str, cast: Cast) -> Act:
    if kind == "group":
        return GroupAct(GroupFactory.create(plan=cast.plan, number=77))
    if kind == "target":
        return TargetAct(TargetFactory.create(plan=cast.plan))
    return {
        "due": DueAct(LATER),
        "person": PersonAct(None, "Bà Hai"),
        "cancel": CancelAct("Trùng", "9/QĐ-UBND", clock.today()),
    }[kind]


@pytest.mark.parametrize("review", [True, False], ids=["reviewed", "unreviewed"])
@pytest.mark.parametrize("kind", ["due", "person", "group", "target", "cancel"])
def test_every_act_is_taken_back(cast: Cast, kind: str, review: bool) -> None:
    cast.plan.requires_review = review
    cast.plan.save()
    recalculation.recalculate_all()
    before = held(cast)
    figures = list(Completion.objects.order_by("pk").values_list("group", "day", "ongoing"))
    history = StatusReport.objects.count()
    done = do(cast.plan, act_of(kind, cast), cast.coordinator, status=GIVEN)
    assert held(cast) != before
    take_back(done, by=cast.coordinator)
    recalculation.drain()
    assert held(cast) == before
    after = Completion.objects.order_by("pk").values_list("group", "day", "ongoing")
    assert list(after) == figures
    if kind == "cancel":
        assert StatusReport.objects.count() == history + 2
    assert last_act(cast.plan) is None


def test_what_was_returned_before_it_was_cancelled_is_returned_still(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    review_report(sent, by=cast.reviewer, decision="returned", reason="Thiếu minh chứng")
    done = do(
        cast.plan,
        CancelAct("Trùng", "9/QĐ-UBND", clock.today()),
        cast.coordinator,
        status=GIVEN,
    )
    assert fresh(cast.assignment).waiting == "review"
    take_back(done, by=cast.coordinator)
    assert fresh(cast.assignment).waiting == "returned"


def test_what_was_asked_for_is_withdrawn_until_it_is_decided(cast: Cast) -> None:
    accept(report(cast.assignment, cast.officer), cast.reviewer)
    act = DueAct(LATER, "12/CV-UBND")
    take_back(do(cast.plan, act, cast.coordinator, status=GIVEN), by=cast.coordinator)
    assert cast.assignment.extensions.get().decision == "refused"
    assert fresh(cast.assignment).due_on == date(2099, 12, 31)
    done = do(cast.plan, act, cast.coordinator, status=GIVEN)
    asked = cast.assignment.extensions.get(decision="")
    decide_extension(asked, by=cast.reviewer, granted=True)
    assert refused(done, cast.coordinator) == ["built_on"]
    assert fresh(cast.assignment).due_on == LATER


def test_a_fan_out_is_taken_back_like_an_act(cast: Cast) -> None:
    [task] = tasks(cast, 1)
    for _ in range(3):
        AgencyFactory.create(area=CommuneFactory.create())
    fan_out(
        task, level="commune", within=cast.area, assigned_on=DAY, due_on=LATER, by=cast.coordinator
    )
    done = last_act(cast.plan)
    assert done is not None
    assert (done.kind, done.count) == ("fan_out", 3)
    take_back(done, by=cast.coordinator)
    assert not task.assignments.exists()


# What forbids it --------------------------------------------------------------------------------


def _reports(cast: Cast, row: Assignment) -> None:
    report(row, cast.coordinator, "completed")


def _opens(cast: Cast, row: Assignment) -> None:
    open_obstacle(by=cast.coordinator, category="people", text="Thiếu cán bộ", assignment=row)


def _coordinates(cast: Cast, row: Assignment) -> None:
    choose_coordinating(row.task, by=cast.coordinator, agencies=[cast.agency])


def _begins(cast: Cast, row: Assignment) -> None:
    Draft.objects.create(user=cast.officer, assignment=row, saved_at=clock.now())


def _changes(cast: Cast, row: Assignment) -> None:
    seen = editing.stamp(fresh(row), ASSIGNMENT_FIELDS)
    change_assignment(row, by=cast.coordinator, given={"responsible_text": "Bà Hai"}, seen=seen)


@pytest.mark.parametrize("build", [_reports, _opens, _coordinates, _begins, _changes])
def test_nothing_is_taken_back_once_something_was_built_on_it(
    cast: Cast, build: Callable[[Cast, Assignment], None]
) -> None:
    done = given(cast)
    assert later_facts(done) == []
    row = Assignment.objects.exclude(pk=cast.assignment.pk).first()
    assert row is not None
    build(cast, row)
    [fact] = later_facts(done)
    assert fact.who
    assert fact.at
    assert refused(done, cast.coordinator) == ["built_on"]
    assert Assignment.objects.count() == 4


def test_what_no_event_tells_forbids_it_too(cast: Cast) -> None:
    done = do(cast.plan, PersonAct(None, "Bà Hai"), cast.coordinator, status=GIVEN)
    Assignment.objects.update(responsible=cast.officer)  # As a hand-over does.
    assert refused(done, cast.coordinator) == ["built_on"]
    assert fresh(cast.assignment).responsible == cast.officer


def test_only_the_last_is_taken_back_once_within_a_day_and_by_a_coordinator(cast: Cast) -> None:
    first = given(cast)
    second = do(cast.plan, PersonAct(None, "Bà Hai"), cast.coordinator, status=GIVEN)
    assert refused(first, cast.coordinator) == ["not_last"]
    for user in (cast.officer, cast.reviewer, cast.viewer, cast.stranger):
        with pytest.raises(PermissionDenied):
            take_back(second, by=user)
    take_back(second, by=cast.coordinator)
    assert refused(second, cast.coordinator) == ["taken_back"]
    PlanAct.objects.update(at=clock.now() - timedelta(days=1, minutes=1))
    assert refused(first, cast.coordinator) == ["too_late"]


# The page ---------------------------------------------------------------------------------------


def test_the_page_says_what_it_takes_back(cast: Cast, coordinator: Client) -> None:
    done = given(cast)
    listed = coordinator.get(f"/planning/documents/{cast.plan.pk}/table/").text
    assert f'href="/planning/acts/{done.pk}/"' in listed
    page = coordinator.get(f"/planning/acts/{done.pk}/").text
    assert "Thu hồi 3 lượt giao" in page
    answer = coordinator.post(f"/planning/acts/{done.pk}/", follow=True).text
    assert "Đã hoàn tác: Giao cho cơ quan (3)" in answer
    assert Assignment.objects.count() == 1


def test_the_page_says_which_later_fact_forbids_it(cast: Cast, coordinator: Client) -> None:
    done = given(cast)
    row = Assignment.objects.exclude(pk=cast.assignment.pk).first()
    assert row is not None
    report(row, cast.coordinator, "completed")
    page = coordinator.get(f"/planning/acts/{done.pk}/").text
    assert "<b>Báo cáo nhiệm vụ</b>" in page
    assert row.task.title in page
    assert "<button" not in page.split("<main")[1].split("</main")[0]
    answer = coordinator.post(f"/planning/acts/{done.pk}/")
    assert answer.status_code == 409
    assert Assignment.objects.count() == 4
