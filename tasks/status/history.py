"""The columns of an assignment that follow from its history."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection, transaction

from core.audit import trail
from core.audit.trail import Actor
from core.db import sql
from core.queue import recalculation
from provinces.models import Agency, Area, Plan
from tasks.models import Assignment, ExtensionRequest, Review, StatusReport, Task
from tasks.status.rules import ReportFact, Way, status_of

COLUMNS = ("state", "percent", "state_since", "waiting", "last_report_at", "version", "due_on")
FINAL = (Review.Decision.ACCEPTED, Review.Decision.RETURNED)
_CHUNK = 500
_PARTS = tuple(sql.Part(model) for model in (Assignment, Task, Plan, Agency, Area, Area))
_REPORT = sql.Part(
    StatusReport, "id", "assignment_id", "state", "percent", "effective_on", "recorded_at"
)  # In the order of the model's fields.
_EXTENSION = sql.Part(ExtensionRequest, "id", "assignment_id", "new_due_on", "decision")
# Written out, because every save of every officer asks these three.
_WHOLE = f"""
SELECT {", ".join(part.of(alias) for part, alias in zip(_PARTS, "atpghr", strict=True))}
FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
JOIN provinces_plan p ON p.id = t.plan_id
JOIN provinces_agency g ON g.id = a.agency_id JOIN provinces_area h ON h.id = g.area_id
JOIN provinces_area r ON r.id = a.area_id
WHERE a.id = %s
"""  # noqa: S608 - Only columns of our own.
_REPORTS = f"""
SELECT {_REPORT.of("s")},
    COALESCE((SELECT w.decision FROM tasks_review w
        WHERE w.report_id = s.id AND w.decision IN ('accepted', 'returned')), ''),
    EXISTS (SELECT 1 FROM tasks_review w WHERE w.report_id = s.id AND w.decision = 'approved')
FROM tasks_statusreport s WHERE s.assignment_id IN ({{ids}})
"""  # noqa: S608 - The same.
_EXTENSIONS = f"""
SELECT {_EXTENSION.of("e")} FROM tasks_extensionrequest e WHERE e.assignment_id IN ({{ids}})
ORDER BY e.decided_on, e.decided_at, e.id
"""  # noqa: S608 - The same.


def locked(assignment: Assignment) -> Assignment:
    """The row as it is now, held until the transaction ends: writers come one after the other.

    Raises Assignment.DoesNotExist.
    """
    # SQLite has one writer at a time.
    held = "FOR UPDATE OF a" if connection.features.has_select_for_update_of else ""
    return _read(f"{_WHOLE} {held}", assignment.pk)


def read_whole(pk: int) -> Assignment:
    """With its task and document, agency and area (1 SQL query). Raises DoesNotExist."""
    return _read(_WHOLE, pk)


def _read(statement: str, pk: int) -> Assignment:
    for row in sql.fetch(statement, [pk]):
        found: Assignment
        found, task, task.plan, agency, agency.area, found.area = sql.split(row, *_PARTS)
        found.task, found.agency = task, agency
        return found
    raise Assignment.DoesNotExist


def last_counting_on(assignment: Assignment) -> date | None:
    """The newest day of which a report counts (1 SQL query)."""
    way = _way(assignment.task.plan)
    reports = _reports([assignment.pk])[assignment.pk]
    return max((report.effective_on for report in reports if report.counts(way)), default=None)


def settle(
    assignment: Assignment, action: str, *, by: Actor, since: date, event: dict[str, Any]
) -> None:
    """After every write to the history of a ``locked`` one: columns in step, one audit event, one
    mark."""
    before = _snapshot(assignment)
    _bring_into_step([assignment])
    after = {**_snapshot(assignment), **event}
    trail.record(action, assignment, by=by, before=before, after=after)
    recalculation.mark("assignment", [assignment.pk], since=since)


def _snapshot(assignment: Assignment) -> dict[str, Any]:
    return {
        "published_state": assignment.state,
        "waiting": assignment.waiting,
        "due_on": assignment.due_on and assignment.due_on.isoformat(),
    }


def refresh(ids: Collection[int]) -> None:
    """Recompute COLUMNS of these assignments from their raw rows (4 queries per 500; the rows are
    held meanwhile, so that no report in between is lost).

    The one place that writes them; running it twice changes nothing. ``version`` counts the
    reports, extension requests, and the approvals and decisions on both.
    """
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        with transaction.atomic():
            _refresh(wanted[start : start + _CHUNK])


def _refresh(ids: list[int]) -> None:
    held = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    _bring_into_step(list(held.select_related("task__plan")))


def _bring_into_step(assignments: list[Assignment]) -> None:
    ids = [assignment.pk for assignment in assignments]
    reports, extensions = _reports(ids), _extensions(ids)
    for assignment in assignments:
        history, requests = reports[assignment.pk], extensions[assignment.pk]
        now = status_of(history, _way(assignment.task.plan))
        assignment.state, assignment.percent = now.state, now.percent
        assignment.state_since, assignment.waiting = now.state_since, now.waiting
        assignment.last_report_at = now.last_report_at
        assignment.version = _version(history, requests)
        assignment.due_on = _due_on(assignment, requests)
    if len(assignments) == 1:  # Spared: saying which value is whose.
        sql.update(assignments[0], COLUMNS)
    else:
        Assignment.objects.bulk_update(assignments, COLUMNS)


def _way(plan: Plan) -> Way:
    return Way(plan.requires_review, plan.requires_agency_approval)


def _reports(ids: list[int]) -> defaultdict[int, list[ReportFact]]:
    facts: defaultdict[int, list[ReportFact]] = defaultdict(list)
    for *sent, decision, is_approved in sql.fetch(_of(_REPORTS, ids), ids):
        pk, assignment, state, percent, since, at = _REPORT.values(sent)
        fact = ReportFact(state, percent, since, at, pk, decision, bool(is_approved))
        facts[assignment].append(fact)
    return facts


def _extensions(ids: list[int]) -> defaultdict[int, list[ExtensionRequest]]:
    """In the order of decision; those that wait have none and no place in it."""
    found: defaultdict[int, list[ExtensionRequest]] = defaultdict(list)
    for row in sql.fetch(_of(_EXTENSIONS, ids), ids):
        [request] = sql.split(row, _EXTENSION)
        found[request.assignment_id].append(request)
    return found


def _of(statement: str, ids: list[int]) -> str:
    return statement.format(ids=", ".join(["%s"] * len(ids)))


def _due_on(assignment: Assignment, requests: list[ExtensionRequest]) -> date | None:
    """The day in force: the last granted one, else the original; ongoing work has none."""
    if assignment.original_due_on is None:
        return None
    granted = [r.new_due_on for r in requests if r.decision == r.Decision.GRANTED]
    return granted[-1] if granted else assignment.original_due_on


def _version(reports: list[ReportFact], requests: list[ExtensionRequest]) -> int:
    """How many events there are; each moves it on by one (a head's own report, which carries their
    approval, by two)."""
    decided = sum(bool(r.decision) for r in reports) + sum(bool(r.decision) for r in requests)
    return len(reports) + sum(r.is_approved for r in reports) + len(requests) + decided
