"""What an assignment is on a day, derived from its due days and reports.

Completed on time: the day the present unbroken run of `completed` began is on or before the due
day in force on that day. Otherwise the state with *on schedule* up to the due day in force, and
*overdue* after it; work without a due day is *ongoing*.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.states import DerivedStatus, State

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AssignmentFacts:
    """One assignment and what was reported of it.

    `due_on`: the original due day, None for ongoing work. `extensions`: (decided on, new due
    day), in the order of decision. `reports`: (effective on, state) of those that count, in
    order (effective_on, recorded_at, id); a state unknown to `State` raises `ValueError`.
    """

    assigned_on: date
    due_on: date | None
    extensions: tuple[tuple[date, date], ...] = ()
    reports: tuple[tuple[date, str], ...] = ()


@dataclass
class _Published:
    """Where an assignment stands while its events are told one after the other."""

    due: date | None
    state: State = State.NOT_STARTED
    late: bool = False

    def report(self, day: date, state: str) -> None:
        if state == State.COMPLETED and self.state is not State.COMPLETED:
            self.late = self.due is not None and day > self.due
        self.state = State(state)

    def status(self, day: date) -> DerivedStatus:
        if self.state is State.COMPLETED:
            return DerivedStatus.COMPLETED_LATE if self.late else DerivedStatus.COMPLETED_ON_TIME
        if self.state is State.CANCELLED:
            return DerivedStatus.CANCELLED
        if self.due is None:
            return DerivedStatus.ONGOING
        return _OPEN[self.state, day > self.due]


_OPEN = {
    (State.IN_PROGRESS, False): DerivedStatus.IN_PROGRESS_ON_SCHEDULE,
    (State.IN_PROGRESS, True): DerivedStatus.IN_PROGRESS_OVERDUE,
    (State.NOT_STARTED, False): DerivedStatus.NOT_STARTED_ON_SCHEDULE,
    (State.NOT_STARTED, True): DerivedStatus.NOT_STARTED_OVERDUE,
}


def status_on(facts: AssignmentFacts, day: date) -> DerivedStatus | None:
    """The status on a day; None before the day of assignment, when it does not count yet."""
    found = None
    for since, status in _statuses(facts):
        if since > day:
            break
        found = status
    return found


def status_changes(facts: AssignmentFacts) -> list[tuple[date, DerivedStatus]]:
    """Each day on which the status changes, the first being the day of assignment.

    Written ahead: the day after the due day is among them even when it is still to come.
    """
    changes: list[tuple[date, DerivedStatus]] = []
    for day, status in _statuses(facts):
        if not changes or changes[-1][1] is not status:
            changes.append((day, status))
    return changes


def _statuses(facts: AssignmentFacts) -> Iterator[tuple[date, DerivedStatus]]:
    """The status on every day on which it may change, from the day of assignment on.

    Events before that day are told too: they set the state it starts with.
    """
    standing, reports, extensions = _Published(facts.due_on), facts.reports, facts.extensions
    next_report = next_extension = 0
    for day in _days_of_change(facts):
        # A decision of the day comes first: the due day in force on a day knows of it.
        while next_extension < len(extensions) and extensions[next_extension][0] <= day:
            standing.due = extensions[next_extension][1]
            next_extension += 1
        while next_report < len(reports) and reports[next_report][0] <= day:
            standing.report(*reports[next_report])
            next_report += 1
        if day >= facts.assigned_on:
            yield day, standing.status(day)


def _days_of_change(facts: AssignmentFacts) -> list[date]:
    days = {facts.assigned_on}
    dues = {facts.due_on} if facts.due_on else set()
    for effective_on, _ in facts.reports:
        days.add(effective_on)
    for decided_on, due in facts.extensions:
        days.add(decided_on)
        dues.add(due)
    days.update(due + _ONE_DAY for due in dues if due < date.max)
    return sorted(days)
