"""What became known of a frozen report's day after it was frozen."""

from collections import defaultdict
from dataclasses import dataclass

from reports.content.figures import ReportRow, compare, effect_on
from reports.content.report import rows_in
from reports.content.rows import rows_of
from reports.models import FrozenReport
from tasks.models import StatusReport


@dataclass(frozen=True)
class Correction:
    """One assignment that now counts otherwise, and the status reports behind it."""

    row: ReportRow
    was: str
    now: str
    reports: tuple[StatusReport, ...]


@dataclass(frozen=True)
class Corrections:
    """``completed``, ``on_schedule``, ``overdue``, ``total``: by how many each figure changed."""

    lines: tuple[Correction, ...]
    total: int
    completed: int
    on_schedule: int
    overdue: int


def corrections_of(report: FrozenReport) -> Corrections:
    """The same day as known now beside what was frozen (8 SQL queries)."""
    now = rows_of(report.period.plan, report.area, report.as_of, None)
    moved = compare(rows_in(report), now)
    behind: defaultdict[int, list[StatusReport]] = defaultdict(list)
    since = StatusReport.objects.filter(
        assignment__in=[one.row.id for one in moved],
        effective_on__lte=report.as_of,
        recorded_at__gt=report.known_at or report.frozen_at,
    )
    for told in since.select_related("reported_by_user", "reported_by_client").in_order():
        behind[told.assignment_id].append(told)
    return Corrections(
        lines=tuple(
            Correction(one.row, one.was, one.now, tuple(behind[one.row.id])) for one in moved
        ),
        total=sum(bool(one.now) - bool(one.was) for one in moved),
        completed=effect_on(moved, "completed"),
        on_schedule=effect_on(moved, "on_schedule"),
        overdue=effect_on(moved, "overdue"),
    )
