"""Figures from raw rows, through snapshots, as of any day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core.queue import recalculation
from provinces.models import Area, Plan
from tasks.completion.counts import Counts
from tasks.completion.inputs import cell_key, cell_of
from tasks.completion.snapshots import recompute
from tasks.completion.totals import By, CompletionPart, parts, series, totals
from tasks.models import Assignment, Completion
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    ExtensionFactory,
    GroupFactory,
    NationFactory,
    PlanFactory,
    ProvinceFactory,
    ReviewFactory,
    StatusReportFactory,
)

pytestmark = pytest.mark.django_db
DUE = date(2025, 6, 30)
DONE = date(2025, 6, 1)


@pytest.fixture
def plan() -> Plan:
    return PlanFactory.create()


@pytest.fixture
def area() -> Area:
    return ProvinceFactory.create()


def assigned(**fields: object) -> Assignment:
    return AssignmentFactory.create(task__due_on=DUE, **fields)


def finished(assignment: Assignment, day: date = DONE) -> Assignment:
    StatusReportFactory.create(assignment=assignment, state="completed", effective_on=day)
    return assignment


def test_a_task_is_overdue_the_day_after_its_due_day_with_no_job_in_between(
    plan: Plan, area: Area
) -> None:
    assigned(task__plan=plan)
    recalculation.recalculate_all()
    assert totals(plan, area, DUE) == Counts(not_started_on_schedule=1)
    assert totals(plan, area, DUE + timedelta(days=1)) == Counts(not_started_overdue=1)


def test_before_the_day_of_assignment_nothing_counts(plan: Plan, area: Area) -> None:
    assigned(task__plan=plan)
    recalculation.recalculate_all()
    assert totals(plan, area, date(2024, 12, 31)).total == 0


def test_the_day_of_completion_counts_and_the_day_before_does_not(plan: Plan, area: Area) -> None:
    finished(assigned(task__plan=plan))
    recalculation.recalculate_all()
    assert totals(plan, area, DONE).completed_on_time == 1
    assert totals(plan, area, DONE - timedelta(days=1)).completed == 0


def test_where_review_is_required_only_an_accepted_report_counts(area: Area) -> None:
    plan = PlanFactory.create(requires_review=True)
    finished(assigned(task__plan=plan))
    accepted = finished(assigned(task__plan=plan)).reports.get()
    ReviewFactory.create(report=accepted)
    recalculation.recalculate_all()
    assert totals(plan, area, DUE).completed == 1


def test_an_extension_moves_the_due_day_from_its_decision_on(plan: Plan, area: Area) -> None:
    assignment = assigned(task__plan=plan)
    decided = DUE + timedelta(days=10)
    ExtensionFactory.create(
        assignment=assignment,
        new_due_on=date(2025, 12, 31),
        decision="granted",
        decided_on=decided,
        decided_at=timezone.now(),
    )
    recalculation.recalculate_all()
    assert totals(plan, area, decided - timedelta(days=1)).overdue == 1
    assert totals(plan, area, decided).overdue == 0


def test_work_without_a_deadline_is_ongoing(plan: Plan, area: Area) -> None:
    AssignmentFactory.create(task__plan=plan, task__due_on=None, task__due_kind="ongoing")
    recalculation.recalculate_all()
    assert totals(plan, area, date(2030, 1, 1)) == Counts(ongoing=1)


def _various(plan: Plan) -> None:
    for number in range(6):
        group = GroupFactory.create(plan=plan, number=number % 3 + 1)
        commune = CommuneFactory.create(code=f"1700{number % 4}")
        agency = AgencyFactory.create(area=commune if number % 2 else commune.parent)
        assignment = assigned(task__plan=plan, task__group=group, agency=agency)
        if number % 3:
            finished(assignment, DONE + timedelta(days=number * 10))


@pytest.mark.parametrize("by", [By.GROUP, By.AGENCY, By.AREA])
@pytest.mark.parametrize("code", ["VN", "40", "17001"])
def test_parts_add_up_to_the_whole(plan: Plan, by: By, code: str) -> None:
    _various(plan)
    recalculation.recalculate_all()
    area = Area.objects.get(code=code)
    found = parts(plan, area, DUE, by)
    assert sum((part.counts for part in found), Counts()) == totals(plan, area, DUE)
    assert found


def test_by_day_the_last_row_is_the_whole_and_the_days_rise(plan: Plan, area: Area) -> None:
    _various(plan)
    recalculation.recalculate_all()
    rows = series(plan, area, DUE)
    assert rows[-1] == (DUE, totals(plan, area, DUE))
    assert [day for day, _ in rows] == sorted({day for day, _ in rows})
    assert all(counts == totals(plan, area, day) for day, counts in rows)


def test_the_nation_is_told_by_province_and_a_province_by_commune(plan: Plan, area: Area) -> None:
    _various(plan)
    recalculation.recalculate_all()
    assert [part.key for part in parts(plan, NationFactory.create(), DUE, By.AREA)] == ["40"]
    assert {part.key for part in parts(plan, area, DUE, By.AREA)} == {"40", "17001", "17003"}


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("code", ["VN", "40"])
def test_what_was_known_until_now_equals_the_snapshots(plan: Plan, by: By, code: str) -> None:
    _various(plan)
    recalculation.recalculate_all()
    area, now = Area.objects.get(code=code), timezone.now()
    assert parts(plan, area, DUE, by, now) == parts(plan, area, DUE, by)
    assert totals(plan, area, DUE, now) == totals(plan, area, DUE)


def test_a_late_report_was_not_known_on_the_day_it_tells_of(plan: Plan, area: Area) -> None:
    assignment = assigned(task__plan=plan)
    told = datetime(2025, 8, 1, tzinfo=UTC)
    StatusReportFactory.create(
        assignment=assignment, state="completed", effective_on=DONE, recorded_at=told
    )
    before = told - timedelta(days=1)
    assert totals(plan, area, DUE, before).completed == 0
    assert totals(plan, area, DUE, told).completed == 1


def test_an_acceptance_counts_from_the_moment_it_was_given(area: Area) -> None:
    plan = PlanFactory.create(requires_review=True)
    report = finished(assigned(task__plan=plan)).reports.get()
    accepted_at = report.recorded_at + timedelta(days=3)
    ReviewFactory.create(report=report, at=accepted_at)
    assert totals(plan, area, DUE, report.recorded_at).completed == 0
    assert totals(plan, area, DUE, accepted_at).completed == 1


def test_a_cell_that_its_assignment_left_is_emptied(plan: Plan, area: Area) -> None:
    assignment = assigned(task__plan=plan)
    recalculation.recalculate_all()
    left = cell_of(assignment)
    Assignment.objects.filter(pk=assignment.pk).update(agency=AgencyFactory.create())
    recalculation.mark("cell", [cell_key(left)], since=DONE)
    recalculation.mark("assignment", [assignment.pk], since=DONE)
    recalculation.drain()
    assert totals(plan, area, DUE).total == 1


def test_a_document_that_begins_to_require_review_publishes_what_was_accepted_only(
    plan: Plan, area: Area
) -> None:
    assignment = finished(assigned(task__plan=plan))
    plan.requires_review = True
    plan.save()
    recalculation.mark("plan", [plan.pk], since=plan.issued_on)
    recalculation.drain()
    assignment.refresh_from_db()
    assert (assignment.state, assignment.waiting) == ("not_started", "review")
    assert totals(plan, area, DUE).completed == 0


def test_the_cost_of_one_cell_does_not_grow_with_the_others(
    plan: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cell = cell_of(assigned(task__plan=plan))
    _various(plan)
    with django_assert_num_queries(10):
        recompute([cell])


def test_totals_parts_and_series_are_one_query_each(
    plan: Plan, area: Area, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _various(plan)
    recalculation.recalculate_all()
    for by in By:
        with django_assert_num_queries(
            2 if by in (By.AGENCY, By.AREA) else 1
        ):  # Who was merged by then.
            parts(plan, area, DUE, by)
    with django_assert_num_queries(1):
        totals(plan, area, DUE)


def test_no_cell_has_two_rows_for_one_day(plan: Plan) -> None:
    _various(plan)
    recalculation.recalculate_all()
    for row in Completion.objects.all():
        same = Completion.objects.filter(
            plan=row.plan, area=row.area, agency=row.agency, group=row.group
        )
        assert same.as_of(row.day).count() == 1


def test_a_part_without_work_is_left_out(plan: Plan, area: Area) -> None:
    GroupFactory.create(plan=plan, number=9)
    assigned(task__plan=plan)
    recalculation.recalculate_all()
    labels = [(part.key, part.label) for part in parts(plan, area, DUE, By.GROUP)]
    assert labels == [("1", "Nhóm 1")]
    assert isinstance(parts(plan, area, DUE, By.GROUP)[0], CompletionPart)
