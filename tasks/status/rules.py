"""What an assignment is, now and on any day, from its due days, reports and reviews. Pure.

Completed on time: the day the present unbroken run of `completed` began is on or before the due
day in force on that day. Otherwise the state with *on schedule* up to the due day in force, and
*overdue* after it; work without a due day is *ongoing*.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tasks.states import DerivedStatus, State

ACCEPTED, RETURNED = "accepted", "returned"


@dataclass(frozen=True)
class Way:
    """Which yeses a report of the document needs: the agency's head, then the standing agency."""

    requires_review: bool
    requires_approval: bool = False


@dataclass(frozen=True)
class ReportFact:
    """One status report; ``decision`` is the review's, "" while there is none."""

    state: str
    percent: int
    effective_on: date
    recorded_at: datetime
    id: int
    decision: str = ""
    is_approved: bool = False

    @property
    def order(self) -> tuple[date, datetime, int]:
        """The domain's order: the last one holds."""
        return self.effective_on, self.recorded_at, self.id

    def counts(self, way: Way) -> bool:
        """What was accepted counts; what was approved does where nobody reviews."""
        if self.decision == ACCEPTED:
            return True
        return not way.requires_review and (self.is_approved or not way.requires_approval)

    def waiting(self, way: Way) -> str:
        """Where it is on its way; "" once it counts."""
        if not (way.requires_review or way.requires_approval) or self.decision == ACCEPTED:
            return ""
        if self.decision == RETURNED:
            return "returned"
        if way.requires_approval and not self.is_approved:
            return "agency"
        return "review" if way.requires_review else ""


@dataclass(frozen=True)
class CurrentStatus:
    """The published state, the day since which it holds, and where the newest report is."""

    state: str = "not_started"
    percent: int = 0
    state_since: date | None = None
    waiting: str = ""
    last_report_at: datetime | None = None


def status_of(reports: Sequence[ReportFact], way: Way) -> CurrentStatus:
    """Reports in any order. Only those that came the whole way are published."""
    if not reports:
        return CurrentStatus()
    newest = max(reports, key=lambda r: (r.recorded_at, r.id))
    waiting = newest.waiting(way)
    counting = sorted((r for r in reports if r.counts(way)), key=lambda r: r.order)
    if not counting:
        return CurrentStatus(waiting=waiting, last_report_at=newest.recorded_at)
    last = counting[-1]
    return CurrentStatus(last.state, last.percent, _since(counting), waiting, newest.recorded_at)


def _since(counting: Sequence[ReportFact]) -> date:
    """The first day of the last unbroken run of the present state."""
    since = counting[-1].effective_on
    for report in reversed(counting):
        if report.state != counting[-1].state:
            break
        since = report.effective_on
    return since


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
