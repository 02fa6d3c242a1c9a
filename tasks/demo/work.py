"""100 illustrative tasks of Plan 305-KH/TU with their history.

Only the figures of 15 November 2025 are published: 100 tasks, 51 completed, 49 on schedule.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from core.models import User
from core.tables.fixtures import Row, day, read_table, words
from provinces.models import Plan, PlanGroup
from targets.models import Target
from tasks.demo.people import STANDING_AGENCY, People
from tasks.models import (
    Assignment,
    Contribution,
    Evidence,
    ExtensionRequest,
    Review,
    StatusReport,
    Task,
)
from tasks.models.assignment import OPEN_STATES
from tasks.status.history import refresh


def load_work(plan: Plan, people: People) -> Mapping[str, Assignment]:
    """Tasks, assignments, reports with reviews, extensions and evidence; by task number."""
    rows = read_table("demo/tasks_305")
    assignments = {}
    for task, row in zip(_create_tasks(plan, rows, people), rows, strict=True):
        agency = people.agencies[row["lead"]]
        assignments[task.number] = Assignment(
            task=task,
            agency=agency,
            area=agency.area,
            assigned_on=plan.issued_on,
            original_due_on=task.due_on,
            due_on=task.due_on,
            responsible=people.reporters[agency.code] if agency.code == STANDING_AGENCY else None,
            responsible_text="Cán bộ phụ trách (minh họa)",
        )
    Assignment.objects.bulk_create(assignments.values())
    Assignment.coordinating.through.objects.bulk_create(
        Assignment.coordinating.through(
            assignment=assignments[row["number"]], agency=people.agencies[code]
        )
        for row in rows
        for code in words(row["coordinating"])
        if code != row["lead"]
    )
    reporters = {row["number"]: people.reporters[row["lead"]] for row in rows}
    reports = _report(assignments, reporters, people.reviewer)
    ExtensionRequest.objects.bulk_create(
        ExtensionRequest(
            assignment=assignments[row["task"]],
            new_due_on=date.fromisoformat(row["new_due_on"]),
            reason=row["reason"],
            requested_by=reporters[row["task"]],
            requested_at=moment(row["requested_at"]),
            decision=row["decision"],
            decided_on=day(row["decided_on"]),
            decided_at=moment(row["decided_at"]) if row["decided_at"] else None,
            decided_by=people.reviewer if row["decision"] else None,
            decision_note=row["decision_note"],
        )
        for row in read_table("demo/extensions_305")
    )
    _prove(assignments, reporters, reports)
    Contribution.objects.bulk_create(
        Contribution(
            assignment=assignments[row["task"]],
            agency=people.agencies[row["agency"]],
            text=row["text"],
            by=people.reporters[row["agency"]],
            at=moment(row["at"]),
            is_illustrative=True,
        )
        for row in read_table("demo/contributions_305")
    )
    refresh([assignment.pk for assignment in assignments.values()])
    return assignments


def moment(cell: str) -> datetime:
    """The moment of a cell in local time, such as "2025-11-14T16:30"."""
    return timezone.make_aware(datetime.fromisoformat(cell))


def task_from(row: Row, plan: Plan, group: PlanGroup, **more: Any) -> Task:
    """A task as a line of the tables describes it, unsaved."""
    task = Task(
        plan=plan,
        group=group,
        number=row["number"],
        title_vi=row["title_vi"],
        title_en=row["title_en"],
        product_vi=row["product_vi"],
        product_en=row["product_en"],
        due_text=row["due_text"],
        due_on=day(row["due_on"]),
        due_kind=row["due_kind"],
        provenance=row["provenance"],
        **more,
    )
    task.derive()
    return task


def _create_tasks(plan: Plan, rows: Iterable[Row], people: People) -> list[Task]:
    groups = {group.number: group for group in plan.groups.all()}
    names = {code: agency.name_vi for code, agency in people.agencies.items()}
    tasks = [
        task_from(
            row,
            plan,
            groups[int(row["group"])],
            lead_text=names[row["lead"]],
            coordinating_text="; ".join(names[code] for code in words(row["coordinating"])),
        )
        for row in rows
    ]
    Task.objects.bulk_create(tasks)
    targets = {target.code: target for target in Target.objects.filter(plan=plan)}
    Task.targets.through.objects.bulk_create(
        Task.targets.through(task=task, target=targets[code])
        for task, row in zip(tasks, rows, strict=True)
        for code in words(row["targets"])
    )
    return tasks


def _report(
    assignments: Mapping[str, Assignment], reporters: Mapping[str, User], reviewer: User
) -> dict[str, list[StatusReport]]:
    """Reports with their reviews, by number of the task."""
    rows = read_table("demo/reports_305")
    reports = StatusReport.objects.bulk_create(
        StatusReport(
            assignment=assignments[row["task"]],
            state=row["state"],
            percent=int(row["percent"]),
            effective_on=date.fromisoformat(row["effective_on"]),
            result=row["result"],
            unchanged=row["unchanged"] == "true",
            cause_kind=row["cause_kind"],
            cause=row["cause"],
            remedy=row["remedy"],
            expected_on=day(row["expected_on"]),
            reported_by_user=reporters[row["task"]],
            recorded_at=moment(row["recorded_at"]),
        )
        for row in rows
    )
    Review.objects.bulk_create(
        Review(
            report=report,
            decision=row["decision"],
            reason=row["reason"],
            by=reviewer,
            at=moment(row["reviewed_at"]),
        )
        for row, report in zip(rows, reports, strict=True)
        if row["decision"]
    )
    pairs = zip(rows, reports, strict=True)
    return {
        number: [report for _, report in group]
        for number, group in groupby(pairs, key=lambda pair: pair[0]["task"])
    }


def _prove(
    assignments: Mapping[str, Assignment],
    reporters: Mapping[str, User],
    reports: Mapping[str, list[StatusReport]],
) -> None:
    """Documents go with the reports that end the work."""
    rows = read_table("demo/evidence_305")
    proofs = Evidence.objects.bulk_create(
        Evidence(
            number=row["number"],
            dated=day(row["dated"]),
            issuer=row["issuer"],
            subject=row["subject"],
            added_by=reporters[words(row["tasks"])[0]],
            added_at=moment(f"{row['dated']}T08:00"),
        )
        for row in rows
    )
    served = [
        (proof, n) for proof, row in zip(proofs, rows, strict=True) for n in words(row["tasks"])
    ]
    Evidence.assignments.through.objects.bulk_create(
        Evidence.assignments.through(evidence=proof, assignment=assignments[number])
        for proof, number in served
    )
    Evidence.reports.through.objects.bulk_create(
        Evidence.reports.through(evidence=proof, statusreport=report)
        for proof, number in served
        for report in reports[number]
        if report.state not in OPEN_STATES
    )
