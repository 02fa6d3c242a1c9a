"""The columns of an assignment that follow from its history."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from core import audit, recalculation
from core.audit import Actor
from provinces.models import Plan
from tasks.models import Assignment, ExtensionRequest, Review, StatusReport
from tasks.standing import ReportFact, Way, stand

COLUMNS = ("state", "percent", "state_since", "waiting", "last_report_at", "version", "due_on")
FINAL = (Review.Decision.ACCEPTED, Review.Decision.RETURNED)
_CHUNK = 500


def locked(assignment: Assignment) -> Assignment:
    """The row as it is now, held until the transaction ends: writers come one after the other."""
    rows = Assignment.objects.select_for_update(of=("self",))
    return rows.select_related("task__plan", "agency__area", "area").get(pk=assignment.pk)


def settle(
    assignment: Assignment, action: str, *, by: Actor, since: date, event: dict[str, Any]
) -> None:
    """After every write to a history: columns in step, one audit event, one mark."""
    before = _snapshot(assignment)
    refresh([assignment.pk])
    assignment.refresh_from_db(fields=COLUMNS)
    after = {**_snapshot(assignment), **event}
    audit.record(action, assignment, by=by, before=before, after=after)
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
    assignments = list(held.select_related("task__plan"))
    reports, extensions = _reports(ids), _extensions(ids)
    for assignment in assignments:
        history, requests = reports[assignment.pk], extensions[assignment.pk]
        now = stand(history, _way(assignment.task.plan))
        assignment.state, assignment.percent = now.state, now.percent
        assignment.state_since, assignment.waiting = now.state_since, now.waiting
        assignment.last_report_at = now.last_report_at
        assignment.version = _version(history, requests)
        assignment.due_on = _due_on(assignment, requests)
    Assignment.objects.bulk_update(assignments, COLUMNS)


def _way(plan: Plan) -> Way:
    return Way(plan.requires_review, plan.requires_agency_approval)


def _reports(ids: list[int]) -> defaultdict[int, list[ReportFact]]:
    said = Review.objects.filter(report=OuterRef("pk"))
    decisions = said.filter(decision__in=FINAL).values("decision")
    rows = StatusReport.objects.filter(assignment__in=ids).annotate(
        decision=Coalesce(Subquery(decisions[:1]), Value("")),
        is_approved=Exists(said.filter(decision=Review.Decision.APPROVED)),
    )
    facts: defaultdict[int, list[ReportFact]] = defaultdict(list)
    for assignment, *fact in rows.values_list(
        "assignment_id", "state", "percent", "effective_on", "recorded_at", "id", "decision",
        "is_approved",
    ):  # fmt: skip
        facts[assignment].append(ReportFact(*fact))
    return facts


def _extensions(ids: list[int]) -> defaultdict[int, list[ExtensionRequest]]:
    """In the order of decision; those that wait have none and no place in it."""
    requests = ExtensionRequest.objects.filter(assignment__in=ids)
    found: defaultdict[int, list[ExtensionRequest]] = defaultdict(list)
    for request in requests.order_by("decided_on", "decided_at", "id"):
        found[request.assignment_id].append(request)
    return found


def _due_on(assignment: Assignment, requests: list[ExtensionRequest]) -> date | None:
    """The day in force: the last granted one, else the original; ongoing work has none."""
    if assignment.original_due_on is None:
        return None
    granted = [r.new_due_on for r in requests if r.decision == r.Decision.GRANTED]
    return granted[-1] if granted else assignment.original_due_on


def _version(reports: list[ReportFact], requests: list[ExtensionRequest]) -> int:
    """How many events there are; each moves it on by one (a head's own report, which carries his
    approval, by two)."""
    decided = sum(bool(r.decision) for r in reports) + sum(bool(r.decision) for r in requests)
    return len(reports) + sum(r.is_approved for r in reports) + len(requests) + decided
