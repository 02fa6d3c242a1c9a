"""What became known of a frozen report's day after it was frozen."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from reports.content.figures import FOLDS, Moved, ReportRow, compare, effect_on
from reports.content.report import rows_in
from reports.content.rows import rows_of
from reports.models import FrozenReport
from tasks.models import Review, StatusReport


@dataclass(frozen=True)
class Correction:
    """One assignment that now counts otherwise, and what came since: status reports, and decisions
    on those that were there before."""

    row: ReportRow
    was: str
    now: str
    reports: tuple[StatusReport, ...]
    reviews: tuple[Review, ...]

    @property
    def recorded_at(self) -> datetime | None:
        """Of the last of them; None where it was neither, but a deadline, say."""
        times = [told.recorded_at for told in self.reports] + [one.at for one in self.reviews]
        return max(times, default=None)

    @property
    def kind(self) -> str:
        """``status_report``, ``review`` or ``other``: what came last."""
        if any(told.recorded_at == self.recorded_at for told in self.reports):
            return "status_report"
        return "review" if self.reviews else "other"

    @property
    def effect(self) -> dict[str, int]:
        """By how many it changes ``total`` and the three figures, without those that stay."""
        found = {
            fold: effect_on([Moved(self.row, self.was, self.now)], fold)
            for fold in dict.fromkeys(FOLDS.values())
        }
        found["total"] = bool(self.now) - bool(self.was)
        return {name: change for name, change in found.items() if change}


@dataclass(frozen=True)
class Corrections:
    """``completed``, ``on_schedule``, ``overdue``, ``total``: by how many each figure changed."""

    lines: tuple[Correction, ...]
    total: int
    completed: int
    on_schedule: int
    overdue: int


def corrections_of(report: FrozenReport) -> Corrections:
    """The same day as known now beside what was frozen (9 SQL queries)."""
    now = rows_of(report.period.plan, report.area, report.as_of, None)
    moved = compare(rows_in(report), now)
    behind: defaultdict[int, list[StatusReport]] = defaultdict(list)
    decided: defaultdict[int, list[Review]] = defaultdict(list)
    told_of = StatusReport.objects.filter(
        assignment__in=[one.row.id for one in moved], effective_on__lte=report.as_of
    )
    moment = report.known_at or report.frozen_at
    since = told_of.filter(recorded_at__gt=moment)
    for told in since.select_related("reported_by_user", "reported_by_client").in_order():
        behind[told.assignment_id].append(told)
    reviews = Review.objects.filter(report__in=told_of, at__gt=moment)
    for review in reviews.select_related("report", "by"):
        decided[review.report.assignment_id].append(review)
    return Corrections(
        lines=tuple(
            Correction(*one, tuple(behind[one.row.id]), tuple(decided[one.row.id])) for one in moved
        ),
        total=sum(bool(one.now) - bool(one.was) for one in moved),
        completed=effect_on(moved, "completed"),
        on_schedule=effect_on(moved, "on_schedule"),
        overdue=effect_on(moved, "overdue"),
    )
