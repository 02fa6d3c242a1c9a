"""How an assignment stands now, from its raw history. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

ACCEPTED, RETURNED = "accepted", "returned"


@dataclass(frozen=True)
class ReportFact:
    """One status report; ``decision`` is the review's, "" while there is none."""

    state: str
    percent: int
    effective_on: date
    recorded_at: datetime
    id: int
    decision: str = ""

    @property
    def order(self) -> tuple[date, datetime, int]:
        """The domain's order: the last one holds."""
        return self.effective_on, self.recorded_at, self.id


@dataclass(frozen=True)
class Standing:
    """The published state, the day since which it holds, and where the newest report is."""

    state: str = "not_started"
    percent: int = 0
    state_since: date | None = None
    waiting: str = ""
    last_report_at: datetime | None = None


def stand(reports: Sequence[ReportFact], *, requires_review: bool) -> Standing:
    """Reports in any order. Where review is required only accepted ones are published."""
    if not reports:
        return Standing()
    newest = max(reports, key=lambda r: (r.recorded_at, r.id))
    counting = sorted(
        (r for r in reports if not requires_review or r.decision == ACCEPTED),
        key=lambda r: r.order,
    )
    waiting = _waiting(newest.decision) if requires_review else ""
    if not counting:
        return Standing(waiting=waiting, last_report_at=newest.recorded_at)
    last = counting[-1]
    return Standing(last.state, last.percent, _since(counting), waiting, newest.recorded_at)


def _waiting(decision: str) -> str:
    return {ACCEPTED: "", RETURNED: "returned"}.get(decision, "review")


def _since(counting: Sequence[ReportFact]) -> date:
    """The first day of the last unbroken run of the present state."""
    since = counting[-1].effective_on
    for report in reversed(counting):
        if report.state != counting[-1].state:
            break
        since = report.effective_on
    return since
