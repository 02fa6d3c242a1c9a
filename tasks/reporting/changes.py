"""What a report would change: it beside the last one that counts, for whoever decides on it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from tasks.models import Assignment, Evidence, Obstacle, StatusReport
from tasks.states import State


@dataclass(frozen=True)
class ReportChanges:
    """``counted`` is the last report that counts; None while nothing does.

    ``obstacles``: those opened or resolved since that one was recorded, all open ones without it.
    ``new_evidence``: the documents that it did not have.
    """

    report: StatusReport
    counted: StatusReport | None
    obstacles: Sequence[Obstacle]
    new_evidence: Sequence[Evidence]

    @property
    def state(self) -> str:
        return self.counted.state if self.counted else State.NOT_STARTED

    @property
    def percent(self) -> int:
        return self.counted.percent if self.counted else 0

    @property
    def expected_on(self) -> date | None:
        return self.counted.expected_on if self.counted else None

    @property
    def moves_expected(self) -> bool:
        """Whether the work is now expected on another day than was said last."""
        return self.report.expected_on not in {None, self.expected_on}


def changes_of(reports: Sequence[StatusReport]) -> dict[int, ReportChanges]:
    """By row number of reports that carry their evidence (3 SQL queries)."""
    ids = [report.assignment_id for report in reports]
    counting = StatusReport.objects.filter(assignment=OuterRef("pk")).counting().last_first()
    last = Assignment.objects.filter(pk__in=ids).values(last=Subquery(counting.values("pk")[:1]))
    rows = StatusReport.objects.filter(pk__in=last).prefetch_related("evidence")
    counted = {row.assignment_id: row for row in rows}
    obstacles: defaultdict[int | None, list[Obstacle]] = defaultdict(list)
    for obstacle in Obstacle.objects.filter(assignment__in=ids):
        obstacles[obstacle.assignment_id].append(obstacle)
    return {
        report.pk: _between(
            report, counted.get(report.assignment_id), obstacles[report.assignment_id]
        )
        for report in reports
    }


def _between(
    report: StatusReport, counted: StatusReport | None, obstacles: Sequence[Obstacle]
) -> ReportChanges:
    since = localdate(counted.recorded_at) if counted else date.min
    known = set(counted.evidence.all()) if counted else set()
    return ReportChanges(
        report,
        counted,
        [
            one
            for one in obstacles
            if (one.opened_on >= since and not one.resolved_on)
            or (counted and one.resolved_on and one.resolved_on >= since)
        ],
        [proof for proof in report.evidence.all() if proof not in known],
    )
