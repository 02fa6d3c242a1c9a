"""Reads what a report is made of from raw rows: as of a day, as known at a moment."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from indicators.models import Reading
from provinces.lookup import agencies_on
from provinces.models import Area, Plan
from reports.content.figures import ReportRow
from targets.models import Assessment
from tasks.completion.inputs import facts_of
from tasks.models import Assignment, Obstacle, Proposal, StatusReport
from tasks.status.rules import status_on


def assignments_of(plan: Plan, area: Area, day: date) -> "QuerySet[Assignment]":
    """The nation's own, since it adds its provinces' reports; of others all that lies in them."""
    rows = Assignment.objects.filter(task__plan=plan)
    return rows.filter(area=area) if area.level == Area.Level.NATION else rows.within(area, day)


def rows_of(plan: Plan, area: Area, day: date, known_at: datetime | None) -> list[ReportRow]:
    """In the order of the document (7 SQL queries, however many)."""
    chosen = assignments_of(plan, area, day)
    facts = {pk: found for pk, (_, found) in facts_of(chosen, known_at).items()}
    told = StatusReport.objects.filter(assignment__in=chosen.order_by().values("pk"))
    last: dict[int, StatusReport] = {
        report.assignment_id: report
        for report in told.effective_by(day).counting(known_at).in_order()
    }
    explained = {pk: report for pk, report in last.items() if report.cause or report.remedy}
    requests = defaultdict[int, list[str]](list)
    obstacles = Obstacle.objects.open_on(day).filter(assignment__in=chosen.order_by().values("pk"))
    for pk, text in obstacles.order_by("pk").values_list("assignment", "text_vi"):
        requests[pk].append(text)
    merged = agencies_on(day)
    found = []
    ordered = chosen.select_related("task__group", "agency", "area").order_by(
        "task__number_key", "agency__protocol_order", "agency__name_key", "pk"
    )
    for row in ordered:
        status = status_on(facts[row.pk], day)
        if status is None:
            continue
        task, agency = row.task, merged.get(row.agency.code, row.agency)
        due = facts[row.pk].due_on
        for decided_on, new_due_on in facts[row.pk].extensions:
            due = new_due_on if decided_on <= day else due
        report, why = last.get(row.pk), explained.get(row.pk)
        found.append(
            ReportRow(
                id=row.pk,
                level="communes" if row.area.level == Area.Level.COMMUNE else "agencies",
                number=task.number,
                title_vi=task.title_vi,
                title_en=task.title_en,
                product_vi=task.product_vi,
                product_en=task.product_en,
                agency=agency.code,
                agency_vi=agency.name_vi,
                agency_en=agency.name_en,
                order=agency.protocol_order,
                head=agency.head_name,
                group=task.group.number,
                group_vi=task.group.name_vi,
                group_en=task.group.name_en,
                status=status.value,
                due=due.isoformat() if due else "",
                percent=report.percent if report else 0,
                report=report.pk if report else 0,
                cause_kind=why.cause_kind if why else "",
                cause=why.cause if why else "",
                remedy=why.remedy if why else "",
                requests="; ".join(requests[row.pk]),
            )
        )
    return found


def targets_of(plan: Plan, area: Area, day: date) -> list[dict[str, Any]]:
    """Each target of the document in the area with its verdict on the day (1 SQL query)."""
    rows = Assessment.objects.as_of(day).filter(target__plan=plan, target__area=area)
    return [
        {
            "code": row.target.code,
            "name_vi": row.target.name_vi,
            "name_en": row.target.name_en,
            "verdict": row.verdict,
        }
        for row in rows.select_related("target").order_by("target__code")
    ]


def resources_of(area: Area, day: date, known_at: datetime | None) -> list[dict[str, Any]]:
    """The newest budget figures of the area, one an indicator (1 SQL query)."""
    rows = Reading.objects.filter(area=area, indicator__code__in=settings.R57_BUDGET_INDICATORS)
    newest: dict[str, Reading] = {}
    in_force = rows.as_of(day, known_at).filter(value__isnull=False).exclude(obs_status="F")
    by_day = in_force.order_by("indicator__code", F("last_day").asc(nulls_first=True), "pk")
    for row in by_day.select_related("indicator"):
        newest[row.indicator.code] = row
    return [
        {
            "code": code,
            "name_vi": row.indicator.name_vi,
            "name_en": row.indicator.name_en,
            "unit_vi": row.indicator.unit_vi,
            "unit_en": row.indicator.unit_en,
            "value": str(row.value),
            "qualifier": row.value_qualifier,
            "period": row.period,
            "period_text": row.period_text,
            "source": row.source,
        }
        for code, row in newest.items()
    ]


def proposals_of(area: Area, day: date) -> list[dict[str, Any]]:
    """Proposals of the area sent by the day, answered by it or not (1 SQL query)."""
    rows = Proposal.objects.filter(area=area, sent_on__lte=day).order_by("sent_on", "pk")
    return [
        {
            "id": row.pk,
            "text_vi": row.text_vi,
            "text_en": row.text_en,
            "to": row.addressed_to,
            "letter": row.letter_number,
            "answer": row.answer if row.answered_on and row.answered_on <= day else "",
        }
        for row in rows.select_related("addressee")
    ]
