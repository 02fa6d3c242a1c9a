"""How an assignment stands now, from its raw history. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
