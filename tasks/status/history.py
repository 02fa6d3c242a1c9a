"""Keeps the columns and spans of an assignment, which follow from its history, in step with it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from core.audit import trail
from core.audit.trail import Actor
from core.db import bulk, sql
from core.queue import recalculation
from provinces.models import Agency, Area, Plan
from tasks.models import Assignment, AssignmentSpan, ExtensionRequest, StatusReport, Task
from tasks.models.assignment import SPAN_COLUMNS
from tasks.status.rules import ReportFact, Way, spans_of, status_of

COLUMNS = ("state", "percent", "state_since", "waiting", "last_report_at", "version", "due_on")
_CHUNK = 500
_PARTS = tuple(sql.Part(model) for model in (Assignment, Task, Plan, Agency, Area, Area))
_REPORT = sql.Part(
    StatusReport, "id", "assignment_id", "state", "percent", "effective_on", "recorded_at"
)  # In the order of the model's fields.
_EXTENSION = sql.Part(
    ExtensionRequest, "id", "assignment_id", "new_due_on", "decision", "decided_on"
)
# Written out by hand: every report that is saved runs these statements.
_WHOLE = f"""
SELECT {", ".join(part.of(alias) for part, alias in zip(_PARTS, "atpghr", strict=True))}
FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
JOIN provinces_plan p ON p.id = t.plan_id
JOIN provinces_agency g ON g.id = a.agency_id JOIN provinces_area h ON h.id = g.area_id
JOIN provinces_area r ON r.id = a.area_id
WHERE a.id = %s
"""  # noqa: S608 - Only our own columns.
_STANDING = """FROM tasks_review w WHERE w.report_id = s.id
    AND NOT EXISTS (SELECT 1 FROM tasks_review u WHERE u.undoes_id = w.id)"""
_REPORTS = f"""
SELECT {_REPORT.of("s")},
    COALESCE((SELECT w.decision {_STANDING} AND w.decision IN ('accepted', 'returned')), ''),
    EXISTS (SELECT 1 {_STANDING} AND w.decision = 'approved'),
    (SELECT COUNT(*) FROM tasks_review w WHERE w.report_id = s.id)
FROM tasks_statusreport s WHERE s.assignment_id IN ({{ids}})
"""  # noqa: S608 - The same.
_EXTENSIONS = f"""
SELECT {_EXTENSION.of("e")} FROM tasks_extensionrequest e WHERE e.assignment_id IN ({{ids}})
ORDER BY e.decided_on, e.decided_at, e.id
"""  # noqa: S608 - The same.
_OLD_SPANS = f"DELETE FROM {AssignmentSpan._meta.db_table} WHERE assignment_id IN ({{ids}})"  # noqa: S608 - The same.


def locked(assignment: Assignment) -> Assignment:
    """The row as it is now, with its task, document, agency and areas (1 SQL query).

    It stays locked until the transaction ends, so that writers follow one another. Raises
    Assignment.DoesNotExist.
    """
    # SQLite needs no lock: it has one writer at a time.
    lock = "FOR UPDATE OF a" if connection.features.has_select_for_update_of else ""
    return _read(f"{_WHOLE} {lock}", assignment.pk)


def read_whole(pk: int) -> Assignment:
    """The row as ``locked`` reads it, but not locked. Raises Assignment.DoesNotExist."""
    return _read(_WHOLE, pk)


def _read(statement: str, pk: int) -> Assignment:
    for row in sql.fetch(statement, [pk]):
        assignment: Assignment
        assignment, task, task.plan, agency, agency.area, assignment.area = sql.split(row, *_PARTS)
        assignment.task, assignment.agency = task, agency
        return assignment
    raise Assignment.DoesNotExist


def last_counting_on(assignment: Assignment) -> date | None:
    """The last day on which a report that counts takes effect (1 SQL query)."""
    way = _way(assignment.task.plan)
    reports = _reports([assignment.pk])[assignment.pk]
    return max((report.effective_on for report in reports if report.counts(way)), default=None)


def settle(
    assignment: Assignment, action: str, *, by: Actor, since: date, event: dict[str, Any]
) -> None:
    """Finish a write to the history of a ``locked`` assignment.

    Brings its columns into step, writes one audit event (``event`` is added to what changed), and
    marks its figures for recalculation from ``since`` on.
    """
    before = _snapshot(assignment)
    _bring_into_step([assignment])
    after = {**_snapshot(assignment), **event}
    trail.record(action, assignment, by=by, before=before, after=after, since=since)
    recalculation.mark("assignment", [assignment.pk], since=since)


def _snapshot(assignment: Assignment) -> dict[str, Any]:
    return {
        "published_state": assignment.state,
        "waiting": assignment.waiting,
        "due_on": assignment.due_on and assignment.due_on.isoformat(),
    }


def refresh(ids: Collection[int]) -> None:
    """Recompute COLUMNS and spans of these assignments from their raw rows (6 SQL queries per 500).

    Running it twice changes nothing. The rows are locked meanwhile, so that no report is lost.
    """
    _in_chunks(ids, _bring_into_step)


def keep_spans(ids: Collection[int]) -> None:
    """The same for spans alone: where rows came in past the services, with their COLUMNS."""
    _in_chunks(ids, lambda chunk: _write_spans(chunk, *_events(chunk)))


def _in_chunks(ids: Collection[int], work: Callable[[list[Assignment]], None]) -> None:
    pks = sorted(ids)
    for start in range(0, len(pks), _CHUNK):
        with transaction.atomic():
            rows = Assignment.objects.filter(pk__in=pks[start : start + _CHUNK]).order_by("pk")
            rows = rows.select_for_update(of=("self",)).select_related("task__plan")
            if found := list(rows):
                work(found)


def _bring_into_step(assignments: list[Assignment]) -> None:
    """Write COLUMNS and spans of these assignments; nothing else does (5 SQL queries)."""
    reports_of, requests_of = _events(assignments)
    for assignment in assignments:
        reports, requests = reports_of[assignment.pk], requests_of[assignment.pk]
        now = status_of(reports, _way(assignment.task.plan))
        assignment.state, assignment.percent = now.state, now.percent
        assignment.state_since, assignment.waiting = now.state_since, now.waiting
        assignment.last_report_at = now.last_report_at

        # The last extension that was granted is in force. Ongoing work has no deadline to extend.
        granted = [r.new_due_on for r in requests if r.decision == r.Decision.GRANTED]
        assignment.due_on = assignment.original_due_on
        if assignment.original_due_on and granted:
            assignment.due_on = granted[-1]

        # Each event adds one: a report, a review of it, one that takes it back, a request, its
        # decision. A head's own report carries their approval and adds two.
        decided = [bool(r.decision) for r in requests]
        reviewed = [r.reviews for r in reports]
        assignment.version = len(reports) + sum(reviewed) + len(requests) + sum(decided)

    if len(assignments) == 1:  # Cheaper than bulk_update, which writes a CASE for each column.
        sql.update(assignments[0], COLUMNS)
    else:
        Assignment.objects.bulk_update(assignments, COLUMNS)
    _write_spans(assignments, reports_of, requests_of)


_Reports = Mapping[int, list[ReportFact]]
_Requests = Mapping[int, list[ExtensionRequest]]


def _write_spans(
    assignments: list[Assignment], reports_of: _Reports, requests_of: _Requests
) -> None:
    ids = [assignment.pk for assignment in assignments]
    sql.carry_out(_of(_OLD_SPANS, ids), ids)
    rows = (
        (assignment.pk, *span)
        for assignment in assignments
        for span in spans_of(
            assignment.assigned_on,
            assignment.original_due_on,
            [
                (request.decided_on, request.new_due_on)
                for request in requests_of[assignment.pk]
                if request.decided_on and request.decision == request.Decision.GRANTED
            ],
            reports_of[assignment.pk],
            _way(assignment.task.plan),
        )
    )
    bulk.insert(AssignmentSpan, SPAN_COLUMNS, rows)


def _events(assignments: list[Assignment]) -> tuple[_Reports, _Requests]:
    """By assignment (2 SQL queries)."""
    ids = [assignment.pk for assignment in assignments]
    requests_of: defaultdict[int, list[ExtensionRequest]] = defaultdict(list)
    for row in sql.fetch(_of(_EXTENSIONS, ids), ids):
        [request] = sql.split(row, _EXTENSION)
        requests_of[request.assignment_id].append(request)
    return _reports(ids), requests_of


def _way(plan: Plan) -> Way:
    return Way(plan.requires_review, plan.requires_agency_approval)


def _reports(ids: list[int]) -> defaultdict[int, list[ReportFact]]:
    facts: defaultdict[int, list[ReportFact]] = defaultdict(list)
    for *sent, decision, is_approved, reviews in sql.fetch(_of(_REPORTS, ids), ids):
        pk, assignment, state, percent, since, at = _REPORT.values(sent)
        fact = ReportFact(state, percent, since, at, pk, decision, bool(is_approved), reviews)
        facts[assignment].append(fact)
    return facts


def _of(statement: str, ids: list[int]) -> str:
    return statement.format(ids=", ".join(["%s"] * len(ids)))
