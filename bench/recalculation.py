"""What snapshots cost: everything again, and one change."""

from collections.abc import Callable

from django.db import connection
from django.db.models import Sum

from bench.country import databases
from bench.country.data import BENCH, OWN, WrongFiguresError
from bench.country.sizes import NATION, PROVINCE
from bench.measure import Ratio, Work, side_by_side
from core.calendar import clock
from core.models import User
from core.queue import recalculation
from tasks.models import Assignment, Completion
from tasks.reporting.evidence import Proof
from tasks.reporting.reports import report_status
from tasks.states import State

# Work without deadline, cancelled work and extensions do not occur in the bench's documents.
_COUNTED = """
WITH work AS MATERIALIZED (
    SELECT a.id, a.area_id, a.agency_id, a.original_due_on AS due, t.plan_id, t.group_id
    FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
    JOIN provinces_plan p ON p.id = t.plan_id AND p.number LIKE 'bench-%'
), counted AS (
    SELECT c.id,
        count(*) FILTER (WHERE r.state = 'completed' AND r.effective_on <= w.due) AS on_time,
        count(*) FILTER (WHERE r.state = 'completed' AND r.effective_on > w.due) AS late,
        count(*) FILTER (WHERE r.state = 'in_progress' AND c.day <= w.due) AS going,
        count(*) FILTER (WHERE r.state = 'in_progress' AND c.day > w.due) AS going_overdue,
        count(*) FILTER (WHERE r.state IS NULL AND c.day <= w.due) AS idle,
        count(*) FILTER (WHERE r.state IS NULL AND c.day > w.due) AS idle_overdue
    FROM tasks_completion c
    JOIN work w ON w.plan_id = c.plan_id AND w.area_id = c.area_id
        AND w.agency_id = c.agency_id AND w.group_id = c.group_id
    LEFT JOIN tasks_statusreport r ON r.id = (
        SELECT id FROM tasks_statusreport
        WHERE assignment_id = w.id AND effective_on <= c.day
        ORDER BY effective_on DESC, recorded_at DESC, id DESC LIMIT 1)
    GROUP BY c.id
)
SELECT sum(on_time), sum(late), sum(going), sum(going_overdue), sum(idle), sum(idle_overdue)
FROM counted
"""
"""The assignments of every cell on every day of which there is a snapshot, by status. The sums keep
the database from leaving out what nobody reads."""
_STORED = (
    "completed_on_time",
    "completed_late",
    "in_progress_on_schedule",
    "in_progress_overdue",
    "not_started_on_schedule",
    "not_started_overdue",
)


def everything() -> Ratio:
    """Raises WrongFiguresError where the two do not count the same."""
    databases.use(NATION)
    ratio = side_by_side(
        Work("recalculation of everything", recalculation.recalculate_all, databases.settle),
        Work("one SQL GROUP BY that counts the same", _count, databases.settle),
        rounds=3,
        goal=10,
    )
    if _count() != _stored():
        raise WrongFiguresError("The snapshots and the GROUP BY do not count the same.")
    return ratio


def _count() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        return tuple(map(int, cursor.fetchone()))


def _stored() -> tuple[int, ...]:
    rows = Completion.objects.filter(plan__number__startswith="bench-")
    sums = rows.aggregate(**{f"sum_{name}": Sum(name) for name in _STORED})
    return tuple(sums[f"sum_{name}"] for name in _STORED)


def one_change() -> Ratio:
    """The same assignments change in both countries."""
    return side_by_side(
        Work("one change to fresh snapshot, nation", drain_one, _change_in(NATION)),
        Work("the same where one province is at work", drain_one, _change_in(PROVINCE)),
        rounds=60,
        goal=1.5,
    )


def drain_one() -> None:
    """Raises WrongFiguresError when there was not exactly one mark."""
    done = recalculation.drain()
    if done != 1:
        raise WrongFiguresError(f"One assignment changed, {done} marks were worked off.")


def _change_in(database: str) -> Callable[[], object]:
    """The drain is yet to come."""
    databases.use(database)
    report = next_report(User.objects.get(username=BENCH))

    def change() -> None:
        databases.use(database)
        report()

    return change


def next_report(by: User) -> Callable[[], object]:
    """Completes the next assignment of the province at each call, and commits."""
    own = Assignment.objects.filter(area__code=OWN, task__plan__number=f"bench-{OWN}")
    waiting = iter(own.filter(state=State.IN_PROGRESS).order_by("pk"))
    return lambda: report_status(
        next(waiting),
        by=by,
        state=State.COMPLETED,
        percent=100,
        effective_on=clock.today(),
        result="Xong",
        proof=Proof(number="1"),
    )
