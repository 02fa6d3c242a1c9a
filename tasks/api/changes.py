"""Assignments, status reports and completion in the feed of changes."""

from collections.abc import Collection, Mapping
from typing import Any

from core.calendar import clock
from core.queue import feed, recalculation
from core.queue.recalculation import Subjects
from indicators.scope import covers_area
from provinces.models import Area, Plan
from provinces.permissions import Caller
from tasks.api.representation import AssignmentSerializer, StatusReportSerializer
from tasks.completion.as_of import state_on, statuses_on
from tasks.models import Assignment, StatusReport
from tasks.permissions import may_follow


def after_assignments(subjects: Subjects) -> None:
    """Handles the marks "assignment"."""
    feed.append("assignment", subjects)
    rows = StatusReport.objects.filter(
        assignment__in=map(int, subjects), recorded_at__gt=clock.now() - feed.KEPT
    )
    feed.append_rows("status_report", rows.order_by().values_list("pk", "effective_on"))


def changed_assignments(caller: Caller, keys: Collection[str]) -> Mapping[str, Any]:
    """As they stand today."""
    today = clock.today()
    rows = Assignment.objects.visible_to(caller).filter(pk__in=map(int, keys))
    rows = rows.select_related("task__plan", "task__group", "agency", "area", "responsible")
    found = list(state_on(rows.prefetch_related("coordinating"), today))
    context = {"statuses": statuses_on(found, today)}
    return {str(row.pk): AssignmentSerializer(row, context=context).data for row in found}


def changed_reports(caller: Caller, keys: Collection[str]) -> Mapping[str, Any]:
    rows = StatusReport.objects.visible_to(caller).filter(pk__in=map(int, keys))
    rows = rows.select_related("reported_by_user", "reported_by_client")
    rows = rows.prefetch_related("reviews__by", "evidence")
    return {str(row.pk): StatusReportSerializer(row).data for row in rows}


def changed_completion(caller: Caller, keys: Collection[str]) -> Mapping[str, Any]:
    """Whose figures to ask for again; the figures of the areas above change with them."""
    pairs = {key: tuple(map(int, key.split("/"))) for key in keys}
    plans = Plan.objects.in_bulk({plan for plan, _area in pairs.values()})
    areas = Area.objects.select_related("successor").in_bulk({area for _p, area in pairs.values()})
    return {
        key: {"plan": plans[plan].number, "area": areas[area].code}
        for key, (plan, area) in pairs.items()
        if plan in plans
        and area in areas
        and (covers_area(caller, areas[area]) or may_follow(caller, plans[plan], areas[area]))
    }


def register() -> None:
    feed.register("assignment", changed_assignments)
    feed.register("status_report", changed_reports)
    feed.register("completion", changed_completion)
    recalculation.register("assignment", after_assignments, tells=True)
