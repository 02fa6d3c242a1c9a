"""The status of an assignment, now and on any day, from its due days, reports and reviews. Pure.

- Completed work is *on time* when the present unbroken run of `completed` began on or before the
  due day that was in force when it began, and *late* otherwise.
- Open work is *on schedule* up to the due day in force, and *overdue* after it.
- Open work without a due day is *ongoing*.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from tasks.states import DerivedStatus, State

ACCEPTED, RETURNED = "accepted", "returned"


@dataclass(frozen=True)
class Way:
    """Who must agree to a report of the document: the agency's head, then the standing agency."""

    requires_review: bool
    requires_approval: bool = False


@dataclass(frozen=True)
class ReportFact:
    """One status report; ``decision`` is that of its review, "" while there is none.

    ``reviews`` counts all there were, those taken back and the taking back too.
    """

    state: str
    percent: int
    effective_on: date
    recorded_at: datetime
    id: int
    decision: str = ""
    is_approved: bool = False
    reviews: int = 0

    @property
    def order(self) -> tuple[date, datetime, int]:
        """The key of the order in which reports hold: the last one does."""
        return self.effective_on, self.recorded_at, self.id

    def counts(self, way: Way) -> bool:
        """Accepted reports count. Where nobody reviews, approved ones do; where nobody approves
        either, all do."""
        if self.decision == ACCEPTED:
            return True
        return not way.requires_review and (self.is_approved or not way.requires_approval)

    def waiting(self, way: Way) -> str:
        """Whom it waits for, or that it was returned; "" once it counts."""
        if not (way.requires_review or way.requires_approval) or self.decision == ACCEPTED:
            return ""
        if self.decision == RETURNED:
            return "returned"
        if way.requires_approval and not self.is_approved:
            return "agency"
        return "review" if way.requires_review else ""


@dataclass(frozen=True)
class CurrentStatus:
    """The published state, the day since which it holds, and what the newest report waits for."""

    state: str = "not_started"
    percent: int = 0
    state_since: date | None = None
    waiting: str = ""
    last_report_at: datetime | None = None


def status_of(reports: Sequence[ReportFact], way: Way) -> CurrentStatus:
    """Takes reports in any order. Only those that count are published."""
    if not reports:
        return CurrentStatus()
    newest = max(reports, key=lambda r: (r.recorded_at, r.id))
    waiting = newest.waiting(way)
    counting = sorted((r for r in reports if r.counts(way)), key=lambda r: r.order)
    if not counting:
        return CurrentStatus(waiting=waiting, last_report_at=newest.recorded_at)
    last = counting[-1]
    run = takewhile(lambda r: r.state == last.state, reversed(counting))
    since = min(r.effective_on for r in run)
    return CurrentStatus(last.state, last.percent, since, waiting, newest.recorded_at)


class Held(NamedTuple):
    """What holds from ``day`` until the day before ``until``. ``reported_at``: when the last report
    of these days was recorded, whether it counts or not."""

    day: date
    until: date
    state: str
    percent: int
    due_on: date | None
    reported_at: datetime | None


def spans_of(
    assigned_on: date,
    due_on: date | None,
    extensions: Iterable[tuple[date, date]],
    reports: Iterable[ReportFact],
    way: Way,
) -> list[Held]:
    """One after the other, from the day of assignment to `date.max`; earlier events set the first.

    `due_on` and `extensions`: as in `AssignmentFacts`. Takes reports in any order.
    """
    waiting, extensions = deque(sorted(reports, key=lambda r: r.order)), deque(extensions)
    days = {assigned_on, *(r.effective_on for r in waiting), *(day for day, _ in extensions)}
    state, percent, reported_at = str(State.NOT_STARTED), 0, None
    found: list[tuple[date, tuple[Any, ...]]] = []
    for day in sorted(day for day in days if day >= assigned_on):
        while extensions and extensions[0][0] <= day:
            due_on = extensions.popleft()[1]
        while waiting and waiting[0].effective_on <= day:
            report = waiting.popleft()
            reported_at = max(reported_at or report.recorded_at, report.recorded_at)
            if report.counts(way):
                state, percent = report.state, report.percent
        held = (state, percent, due_on, reported_at)
        if not found or found[-1][1] != held:
            found.append((day, held))
    ends = [*(day for day, _held in found[1:]), date.max]
    return [Held(day, until, *held) for (day, held), until in zip(found, ends, strict=True)]


_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AssignmentFacts:
    """One assignment and what was reported of it.

    `due_on`: the original due day, None for ongoing work. `extensions`: (decided on, new due
    day), in the order of decision. `reports`: (effective on, state) of those that count, in
    order (effective_on, recorded_at, id). A state unknown to `State` raises `ValueError`.
    """

    assigned_on: date
    due_on: date | None
    extensions: tuple[tuple[date, date], ...] = ()
    reports: tuple[tuple[date, str], ...] = ()


_OPEN = {
    (State.IN_PROGRESS, False): DerivedStatus.IN_PROGRESS_ON_SCHEDULE,
    (State.IN_PROGRESS, True): DerivedStatus.IN_PROGRESS_OVERDUE,
    (State.NOT_STARTED, False): DerivedStatus.NOT_STARTED_ON_SCHEDULE,
    (State.NOT_STARTED, True): DerivedStatus.NOT_STARTED_OVERDUE,
}


def status_on(facts: AssignmentFacts, day: date) -> DerivedStatus | None:
    """The status on a day; None before the day of assignment."""
    found = None
    for since, status in _statuses(facts):
        if since > day:
            break
        found = status
    return found


def status_changes(facts: AssignmentFacts) -> list[tuple[date, DerivedStatus]]:
    """Each day on which the status changes, the first being the day of assignment.

    The day after the due day is among them even when it is still to come.
    """
    changes: list[tuple[date, DerivedStatus]] = []
    for day, status in _statuses(facts):
        if not changes or changes[-1][1] is not status:
            changes.append((day, status))
    return changes


def due_changes(facts: AssignmentFacts) -> list[tuple[date, int]]:
    """The days on which the assignment begins (+1) or ceases (−1) to count as fallen due.

    It counts on each day after the due day in force on that day, unless it is cancelled on it.
    """
    changes, counted = [], False
    for day, _status, due, state in _course(facts):
        counts = due is not None and day > due and state is not State.CANCELLED
        if counts is not counted:
            changes.append((day, 1 if counts else -1))
            counted = counts
    return changes


@dataclass(frozen=True)
class Progress:
    """State and deadline in force on a day. ``delay`` of completed work: days after the deadline
    that was in force when it was completed, negative if before it; None where it had none."""

    state: State
    due_on: date | None
    delay: int | None = None


def progress_on(facts: AssignmentFacts, day: date) -> Progress | None:
    """None before the day of assignment."""
    found = None
    for since, _status, due, state in _course(facts):
        if since > day:
            break
        delay = None
        if state is State.COMPLETED:
            began = found is None or found.state is not State.COMPLETED
            delay = (since - due).days if began and due else found.delay if found else None
        found = Progress(state, due, delay)
    return found


def _statuses(facts: AssignmentFacts) -> Iterator[tuple[date, DerivedStatus]]:
    return ((day, status) for day, status, _due, _state in _course(facts))


def _course(
    facts: AssignmentFacts,
) -> Iterator[tuple[date, DerivedStatus, date | None, State]]:
    """Status, due day and state on every day on which one may change, from the day of assignment.

    Earlier events count too: they set the state it starts with.
    """
    dues = [facts.due_on, *(due for _, due in facts.extensions)]
    days = {facts.assigned_on, *(day for day, _ in (*facts.reports, *facts.extensions))}
    days.update(due + _ONE_DAY for due in dues if due and due < date.max)

    due, state, is_late = facts.due_on, State.NOT_STARTED, False
    reports, extensions = deque(facts.reports), deque(facts.extensions)
    for day in sorted(days):
        # Extensions first: one that is decided on the day of a report is in force for it.
        while extensions and extensions[0][0] <= day:
            due = extensions.popleft()[1]
        while reports and reports[0][0] <= day:
            reported = State(reports.popleft()[1])
            if reported is State.COMPLETED and state is not State.COMPLETED:
                is_late = due is not None and day > due
            state = reported
        if day >= facts.assigned_on:
            yield day, _status(state, due, day, is_late=is_late), due, state


def _status(state: State, due: date | None, day: date, *, is_late: bool) -> DerivedStatus:
    """The rule at the head of the module, on one day."""
    if state is State.COMPLETED:
        return DerivedStatus.COMPLETED_LATE if is_late else DerivedStatus.COMPLETED_ON_TIME
    if state is State.CANCELLED:
        return DerivedStatus.CANCELLED
    if due is None:
        return DerivedStatus.ONGOING
    return _OPEN[state, day > due]
