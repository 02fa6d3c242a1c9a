"""Whatever happens in whatever order, the increments give what a recount from scratch gives."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import import_module
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import clock
from core.errors import Refused
from core.queue import recalculation
from provinces.roles import Role
from tasks.completion.as_of import beside, state_on, statuses_on
from tasks.completion.counts import Counts
from tasks.completion.totals import By, parts, totals
from tasks.models import (
    Assignment,
    AssignmentSpan,
    CommuneSum,
    Completion,
    ProvinceSum,
    Review,
    StatusReport,
)
from tasks.models.assignment import SPAN_COLUMNS
from tasks.models.completion import COUNTS
from tasks.planning import tasks
from tasks.reporting import evidence, extensions, reports, reviews, undoing
from tasks.states import State
from tasks.status.history import COLUMNS, keep_spans, refresh
from tasks.status.rules import Way
from tasks.worklist.query import was_counted
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    GroupFactory,
    PlanFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
START = date(2025, 1, 1)
ASSIGNMENTS = 3


@dataclass
class World:
    """A plan with three assignments, a day that moves on, two people who may do anything, and the
    head of the first agency; the second is a commune's."""

    way: Way
    today: date = START
    assignments: list[Assignment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plan = PlanFactory.create(
            requires_review=self.way.requires_review,
            requires_agency_approval=self.way.requires_approval,
        )
        self.officer, self.reviewer = (UserFactory.create(is_superuser=True) for _ in range(2))
        self.agencies = [AgencyFactory.create(), AgencyFactory.create(area=CommuneFactory.create())]
        self.head = member(UserFactory.create(), Role.AGENCY_HEAD, self.agencies[0])
        for number in range(ASSIGNMENTS):
            due = START + timedelta(days=40 * number) if number else None
            self.assignments.append(
                AssignmentFactory.create(
                    task__plan=self.plan,
                    task__due_on=due,
                    agency=self.agencies[0],
                    task__group=GroupFactory.create(plan=self.plan, number=number % 2),
                )
            )

    def day(self) -> date:
        return self.today

    def now(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.today, time(9)))

    def report(self, which: int, state: State, days_ago: int, by_head: bool) -> None:
        reports.report_status(
            self.assignments[which],
            by=self.head if by_head else self.officer,
            state=state,
            percent=50,
            result="Xong",
            effective_on=self.today - timedelta(days=days_ago),
            cause="Mưa",
            remedy="Chờ",
            expected_on=self.today,
            proof=evidence.Proof(number="1"),
        )

    def review(self, which: int, decision: str) -> None:
        """Of the newest report, whosever turn it is; the service refuses what is out of turn."""
        for sent in StatusReport.objects.newest().filter(assignment=self.assignments[which]):
            reviews.review_report(sent, by=self.reviewer, decision=decision, reason="Vì sao")

    def undo(self, which: int) -> None:
        """The last decision on the newest report, whosever it was."""
        rows = Review.objects.in_force().filter(report__assignment=self.assignments[which])
        for review in rows.order_by("-id")[:1]:
            undoing.undo_review(review, by=self.reviewer)

    def change_way(self, way: Way) -> None:
        """What a coordinator does who changes the document."""
        self.plan.requires_review = way.requires_review
        self.plan.requires_agency_approval = way.requires_approval
        self.plan.save()
        recalculation.mark("plan", [self.plan.pk], since=START)
        recalculation.drain()

    def extend(self, which: int, days: int, granted: bool) -> None:
        new_due_on = self.today + timedelta(days=days)
        request = extensions.request_extension(
            self.assignments[which], by=self.officer, new_due_on=new_due_on, reason="Vì sao"
        )
        extensions.decide_extension(request, by=self.reviewer, granted=granted, note="Vì sao")

    def move(self, which: int, agency: int) -> None:
        """What the administrator does who gives the work to another agency."""
        assignment = Assignment.objects.select_related("task").get(pk=self.assignments[which].pk)
        tasks.before_replanning([assignment])
        assignment.agency = self.agencies[agency]
        assignment.area = assignment.agency.area
        assignment.save()
        tasks.after_replanning([assignment])

    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    def drain(self) -> None:
        recalculation.drain()


ways = st.builds(Way, st.booleans(), st.booleans())


def _steps() -> st.SearchStrategy[tuple[str, tuple[object, ...]]]:
    which = st.integers(0, ASSIGNMENTS - 1)
    return st.one_of(
        st.tuples(
            st.just("report"),
            st.tuples(which, st.sampled_from(State), st.integers(0, 30), st.booleans()),
        ),
        st.tuples(st.just("review"), st.tuples(which, st.sampled_from(Review.Decision))),
        st.tuples(st.just("undo"), st.tuples(which)),
        st.tuples(st.just("change_way"), st.tuples(ways)),
        st.tuples(st.just("extend"), st.tuples(which, st.integers(1, 90), st.booleans())),
        st.tuples(st.just("move"), st.tuples(which, st.integers(0, 1))),
        st.tuples(st.just("wait"), st.tuples(st.integers(1, 60))),
        st.tuples(st.just("drain"), st.just(())),
    )


@contextmanager
def _played(way: Way, steps: list[tuple[str, tuple[object, ...]]]) -> Iterator[World]:
    """The world after the steps; refused ones change nothing. Everything is undone at the end."""
    with transaction.atomic():
        world = World(way)
        with (
            mock.patch.object(clock, "today", world.day),
            mock.patch.object(clock, "now", world.now),
        ):
            recalculation.mark("assignment", [a.pk for a in world.assignments], since=START)
            for name, arguments in steps:
                try:
                    getattr(world, name)(*arguments)
                except (Refused, PermissionDenied):
                    continue
            recalculation.drain()
            yield world
        transaction.set_rollback(True)


def _snapshots() -> list[list[tuple[object, ...]]]:
    found = []
    for model in (Completion, ProvinceSum, CommuneSum):
        fields = [f.attname for f in model._meta.fields if f.name not in {"id", "computed_at"}]
        found.append(sorted(model._default_manager.values_list(*fields)))
    return found


Key = tuple[object, ...]
Sums = dict[Key, Counts]


def _cells_added_up(day: date) -> tuple[Sums, Sums]:
    """By province and group, and by commune; row by row."""
    provinces, communes = defaultdict[Key, Counts](Counts), defaultdict[Key, Counts](Counts)
    for cell in Completion.objects.as_of(day).select_related("area"):
        counts = Counts(*(getattr(cell, name) for name in COUNTS))
        below = cell.area.level == "commune"
        top = cell.area.parent_id if below else cell.area_id
        provinces[cell.plan_id, top, below, cell.group_id] += counts
        if below:
            communes[cell.plan_id, cell.area_id] += counts
    return dict(provinces), dict(communes)


def _kept(model: type[ProvinceSum] | type[CommuneSum], day: date, *keys: str) -> Sums:
    rows = model.objects.as_of(day).values_list(*keys, *COUNTS)
    return {row[: len(keys)]: Counts(*row[len(keys) :]) for row in rows}


histories = given(way=ways, steps=st.lists(_steps(), max_size=14))
few = settings(max_examples=20)


@few
@histories
def test_increments_equal_a_recount_from_scratch(
    way: Way, steps: list[tuple[str, tuple[object, ...]]]
) -> None:
    with _played(way, steps):
        drained = _snapshots()
        recalculation.recalculate_all()
        assert drained == _snapshots()


@few
@histories
def test_snapshots_equal_the_raw_rows_on_every_day_before_and_after_today(
    way: Way, steps: list[tuple[str, tuple[object, ...]]]
) -> None:
    with _played(way, steps) as world:
        for days in range(-5, 120, 9):
            day, now = world.today + timedelta(days=days), world.now()
            whole = totals(world.plan, world.plan.area, day)
            assert whole == totals(world.plan, world.plan.area, day, now)
            assert whole.total == (ASSIGNMENTS if day >= START else 0)
            for by in By:
                shares = parts(world.plan, world.plan.area, day, by)
                assert shares == parts(world.plan, world.plan.area, day, by, now)
                if by is not By.DAY:
                    assert sum((share.counts for share in shares), Counts()) == whole


@few
@histories
def test_sums_are_the_sums_of_their_cells_on_every_day(
    way: Way, steps: list[tuple[str, tuple[object, ...]]]
) -> None:
    with _played(way, steps) as world:
        for day in (world.today + timedelta(days=days) for days in range(-150, 150, 9)):
            assert _cells_added_up(day) == (
                _kept(ProvinceSum, day, "plan", "area", "of_communes", "group"),
                _kept(CommuneSum, day, "plan", "area"),
            )


COLUMNS_THEN = ("state_then", "due_then", "percent_then", "reported_then")


@few
@histories
def test_spans_tell_what_the_raw_rows_tell_on_every_day(
    way: Way, steps: list[tuple[str, tuple[object, ...]]]
) -> None:
    """By SQL alone, from pure rules, and as the migration fills them."""
    with _played(way, steps) as world:
        everything = Assignment.objects.filter(task__plan=world.plan).order_by("pk")
        for back in range(1, (world.today - START).days + 9, 4):
            day = world.today - timedelta(days=back)
            kept, raw = (
                list(state_on(everything, day, known_at).values_list("pk", *COLUMNS_THEN))
                for known_at in (None, world.now())
            )
            assert kept == raw
            assert len(kept) == (ASSIGNMENTS if day >= START else 0)
        spans = AssignmentSpan.objects.order_by("assignment", "day")
        stepwise = list(spans.values_list(*SPAN_COLUMNS))
        keep_spans([assignment.pk for assignment in world.assignments])
        assert stepwise == list(spans.values_list(*SPAN_COLUMNS))
        spans.delete()
        with connection.cursor() as cursor:
            cursor.execute(import_module("tasks.migrations.0020_spans").FILL)
        assert stepwise == list(spans.values_list(*SPAN_COLUMNS))


@few
@histories
def test_whose_status_is_another_than_before_is_found_among_those_that_may_have_changed(
    way: Way, steps: list[tuple[str, tuple[object, ...]]]
) -> None:
    with _played(way, steps) as world:
        everything = Assignment.objects.filter(task__plan=world.plan)
        for back in (7, 30, 90):
            since = world.today - timedelta(days=back)
            now, then = (statuses_on(everything, day) for day in (world.today, since))
            found = beside(state_on(everything, world.today), since, world.today)
            assert {pk for pk in now if now[pk] != then[pk]} <= {row.pk for row in found}
            for kind in ("completed", "overdue"):
                told = found.annotate(was=was_counted(kind, since)).values_list("pk", "was")
                assert all(was is (kind in (then[pk] or "")) for pk, was in told)


@few
@histories
def test_the_columns_of_an_assignment_follow_from_its_rows_alone(
    way: Way, steps: list[tuple[str, tuple[object, ...]]]
) -> None:
    with _played(way, steps) as world:
        ids = [assignment.pk for assignment in world.assignments]
        stepwise = list(Assignment.objects.filter(pk__in=ids).values_list("pk", *COLUMNS))
        refresh(ids)
        assert stepwise == list(Assignment.objects.filter(pk__in=ids).values_list("pk", *COLUMNS))
        states = {a.pk: a.state for a in Assignment.objects.filter(pk__in=ids)}
        completed = sum(state == State.COMPLETED for state in states.values())
        assert totals(world.plan, world.plan.area, world.today).completed == completed
