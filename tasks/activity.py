"""What the log of activity says of tasks, reports, evidence and obstacles."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.audit.log import AuditedFact, Subject, lying, register
from provinces.activity import PLACES_OF_PEOPLE
from tasks.models import (
    Assignment,
    Contribution,
    DigestDay,
    Evidence,
    Obstacle,
    Review,
    SheetImport,
    Task,
    TaskListImport,
)
from tasks.models.assignment import Waiting
from tasks.models.obstacle import DecidedRequest, ObstacleCategory
from tasks.states import State

_WORDS = {
    "assignment.report": _("Reported on a task"),
    "assignment.review": _("Decided on a report"),
    "assignment.undo_review": _("Took back a decision on a report"),
    "assignment.request_extension": _("Asked for more time"),
    "assignment.decide_extension": _("Decided on more time"),
    "assignment.request_cancelling": _("Asked to cancel a task"),
    "assignment.decide_cancelling": _("Decided on cancelling"),
    "contribution.add": _("Said what a coordinating agency did"),
    "task.assign": _("Gave a task to agencies"),
    "user.hand_over": _("Handed all work over"),
    "user.take_back": _("Took a hand-over back"),
    "agency.merge": _("Merged an agency into another"),
    "area.merge": _("Merged communes into this one"),
    "task.fan_out": _("Gave a task to many"),
    "task.coordinating": _("Changed the coordinating agencies"),
    "tasklist.send": _("Sent a list of new tasks"),
    "tasklist.columns": _("Said what the columns of a list hold"),
    "tasklist.choose": _("Chose groups and agencies for a list"),
    "tasklist.apply": _("Took the tasks of a list"),
    "tasks.import_check": _("Sent an Excel file of the list"),
    "tasks.import": _("Had an Excel file of the list taken"),
    "evidence.attach": _("Attached a document"),
    "proposal.create": _("Made a proposal"),
    "proposal.change": _("Changed a proposal"),
    "proposal.add": _("Added obstacles to a proposal"),
    "proposal.remove": _("Took obstacles out of a proposal"),
    "proposal.resolve": _("Resolved obstacles with the answer to a proposal"),
    "obstacle.open": _("Reported an obstacle"),
    "obstacle.resolve": _("Resolved an obstacle"),
    "reminders.begin": _("Began the day's reminders"),
    "reminders.finish": _("Sent the day's reminders"),
    "load_demo": _("Loaded the illustrative data"),
}

_DECISIONS = {**dict(Review.Decision.choices), **dict(DecidedRequest.Decision.choices)}

_FACTS = {
    "evidence": AuditedFact(_("Evidence")),
    "obstacles": AuditedFact(_("Obstacles")),
    "responsible_text": AuditedFact(_("Responsible person")),
    "groups": AuditedFact(_("Groups made")),
    "new_groups": AuditedFact(_("Groups to be made")),
    "tasks": AuditedFact(_("Tasks")),
    "columns": AuditedFact(_("Columns")),
    "number": AuditedFact(_("Number")),
    "group": AuditedFact(_("Group")),
    "phase": AuditedFact(_("Phase")),
    "title": AuditedFact(_("Task")),
    "title_en": AuditedFact(_("Task in English")),
    "product": AuditedFact(_("Required product")),
    "product_en": AuditedFact(_("Required product in English")),
    "lead": AuditedFact(_("Lead agency as printed")),
    "lead_now": AuditedFact(_("Lead agency of today, where it has another name by now")),
    "coordinating": AuditedFact(_("Coordinating agencies as printed")),
    "due": AuditedFact(_("Deadline as printed")),
    "published_state": AuditedFact(_("Published state"), dict(State.choices)),
    "state": AuditedFact(_("State"), dict(State.choices)),
    "waiting": AuditedFact(_("Waiting for"), dict(Waiting.choices)),
    "due_on": AuditedFact(_("Deadline")),
    "new_due_on": AuditedFact(_("New deadline")),
    "assigned_on": AuditedFact(_("Assigned on")),
    "percent": AuditedFact(_("Percent done")),
    "effective_on": AuditedFact(_("Holds from")),
    "report": AuditedFact(_("Report no.")),
    "reports": AuditedFact(_("Reports")),
    "request": AuditedFact(_("Request no.")),
    "decision": AuditedFact(_("Decision"), _DECISIONS),
    "decided_by": AuditedFact(_("Decided by")),
    "note": AuditedFact(_("Note")),
    "category": AuditedFact(_("Category"), dict(ObstacleCategory.choices)),
    "text": AuditedFact(_("Text")),
    "resolution": AuditedFact(_("How it was resolved")),
    "assignment": AuditedFact(_("Assignment no.")),
    "assignments": AuditedFact(_("Assignments")),
    "assignments_moved": AuditedFact(_("Assignments with the new deadline")),
    "agencies": AuditedFact(_("Agencies")),
    "dated": AuditedFact(_("Date")),
    "issuer": AuditedFact(_("Issuer")),
    "subject": AuditedFact(_("Subject")),
    "drafts": AuditedFact(_("Drafts")),
    "systems": AuditedFact(_("Connected systems")),
    "delegations": AuditedFact(_("Delegations")),
    "merged_on": AuditedFact(_("Merged on")),
    "parent": AuditedFact(_("Belonged to")),
    "disabled": AuditedFact(_("Account disabled")),
    "lines": AuditedFact(_("New rows")),
    "unchanged": AuditedFact(_("Unchanged rows")),
    "taken": AuditedFact(_("Rows taken")),
    "refused": AuditedFact(_("Rows refused")),
    "escalated": AuditedFact(_("Put before heads")),
    "sent": AuditedFact(_("Messages sent")),
    "lost": AuditedFact(_("Messages not sent")),
}


def _of_assignment(row: Obstacle | Contribution) -> str:
    return f"/assignments/{row.assignment_id}/" if row.assignment_id else ""


def _document(evidence: Evidence) -> str:
    return str(evidence.number or evidence.file_name or evidence)


def _named(row: Any) -> str:
    return f"{row.task.number}. {row.task.title} – {row.agency.short_name}"


def register_own() -> None:
    register(
        words=_WORDS,
        facts=_FACTS,
        subjects=[
            Subject(
                Assignment,
                lying(Assignment, "area__path"),
                related=("task", "agency"),
                title=_named,
                url=Assignment.get_absolute_url,
            ),
            Subject(
                Task, lying(Task, "plan__area__path"), url=lambda task: f"/plans/{task.plan_id}/"
            ),
            Subject(Obstacle, lying(Obstacle, "area__path"), url=_of_assignment),
            Subject(
                Contribution, lying(Contribution, "assignment__area__path"), url=_of_assignment
            ),
            Subject(Evidence, lying(Evidence, "assignments__area__path"), title=_document),
            Subject(DigestDay),
            Subject(TaskListImport, lying(TaskListImport, "plan__area__path")),
            Subject(
                SheetImport,
                lying(SheetImport, *(f"user__{place}" for place in PLACES_OF_PEOPLE)),
            ),
        ],
    )
