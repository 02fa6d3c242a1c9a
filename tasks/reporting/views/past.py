"""The page of an assignment as of a day or a knowledge of the past, to be read only."""

from datetime import date

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.calendar.as_of import end_of
from core.text.language import in_language
from tasks.completion.as_of import as_it_was, statuses_on
from tasks.models import Assignment
from tasks.six_clears import CLEARS


def past_assignment(
    request: HttpRequest, assignment: Assignment, day: date, known_on: date | None
) -> HttpResponse:
    """Reports that take effect by the day with the decisions on them, deadlines decided by it,
    obstacles open on it; ``known_on``: only what was recorded by the end of that day."""
    known_at = end_of(known_on) if known_on else None
    plan, was = assignment.task.plan, as_it_was(assignment, day, known_at)
    reports = assignment.reports.effective_by(day, known_at)
    reports = reports.select_related("reported_by_user", "reported_by_client")
    granted = Q(decision="granted", decided_on__lte=day)
    if known_at:
        granted &= Q(decided_at__lte=known_at)
    context = {
        "assignment": was,
        "task": assignment.task,
        "plan": plan,
        "shown_day": day,
        "known_on": known_on,
        "status": statuses_on([assignment], day, known_at).get(assignment.pk),
        "days_overdue": was.days_overdue(day),
        "issuer": in_language(plan.issuer_vi, plan.issuer_en),
        "clears": CLEARS[settings.R57_CLEARS],
        "helpers": assignment.coordinating.all(),
        "reports": reports.prefetch_related("reviews__by", "evidence").last_first(),
        "extensions": assignment.extensions.filter(granted).order_by("decided_on", "id"),
        "obstacles": assignment.obstacles.open_on(min(day, known_on or day)),
    }
    return render(request, "tasks/reporting/assignment_past.html", context)
