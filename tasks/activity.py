"""What the log of activity says of tasks, reports, evidence and obstacles."""

from django.utils.translation import gettext_lazy as _

from core.audit.log import Subject, Words
from provinces.activity import PLACES_OF_USERS
from tasks.models import (
    Assignment,
    Contribution,
    DigestDay,
    Evidence,
    Obstacle,
    SheetImport,
    Task,
    TaskListImport,
)


def _of_assignment(row: Obstacle | Contribution) -> str:
    return f"/assignments/{row.assignment_id}/" if row.assignment_id else ""


SENTENCES: dict[str, Words] = {
    "assignment.report": _(
        "Reported on a task: %(state)s, %(percent)s%% on %(effective_on)s (report no. %(report)s)"
    ),
    "assignment.review": _("Decided on a report: %(decision)s (report no. %(report)s)"),
    "assignment.undo_review": _(
        "Took back a decision on a report: %(decision)s, decided by %(decided_by)s "
        "(report no. %(report)s)"
    ),
    "assignment.request_extension": _(
        "Asked for more time: to %(new_due_on)s (request no. %(request)s)"
    ),
    "assignment.decide_extension": _(
        "Decided on more time: %(decision)s (request no. %(request)s)"
    ),
    "assignment.request_cancelling": _(
        "Asked to cancel a task: %(reason)s (request no. %(request)s)"
    ),
    "assignment.decide_cancelling": _(
        "Decided on cancelling: %(decision)s (request no. %(request)s)"
    ),
    "contribution.add": _("Said what a coordinating agency did: %(text)s"),
    "task.assign": _("Gave a task to agencies: %(agencies)s"),
    "user.hand_over": _(
        "Handed all work over: to %(successor)s; assignments %(assignments)s; drafts %(drafts)s; "
        "roles %(roles)s; systems %(systems)s; delegations %(delegations)s; "
        "account disabled: %(disabled)s"
    ),
    "user.take_back": _("Took a hand-over back: from %(successor)s"),
    "agency.merge": _(
        "Merged an agency into another: %(successor)s; assignments %(assignments)s; "
        "roles %(roles)s; delegations %(delegations)s; agencies below it %(agencies)s"
    ),
    "area.merge": _(
        "Merged communes into this one: %(areas)s on %(merged_on)s; assignments %(assignments)s; "
        "roles %(roles)s; delegations %(delegations)s; agencies %(agencies)s"
    ),
    "task.fan_out": _("Gave a task to many: %(level)s in %(within)s; %(areas)s"),
    "plan.act": _(
        "Changed many rows of a document at once: %(kind)s; rows %(count)s, "
        "passed over %(passed_over)s; tasks %(tasks)s"
    ),
    "plan.take_back": _("Took a change of many rows back: %(kind)s; rows %(count)s"),
    "task.coordinating": _(
        "Changed the coordinating agencies: %(agencies)s; assignments %(assignments)s"
    ),
    "tasklist.send": _("Sent a list of new tasks: %(file)s, rows: %(rows)s"),
    "tasklist.columns": _("Said what the columns of a list hold: %(columns)s"),
    "tasklist.names": _("Said which agencies the names of a list mean: %(names)s"),
    "tasklist.choose": _(
        "Chose groups and agencies for a list: groups to be made %(new_groups)s; "
        "classes of units %(classes)s"
    ),
    "tasklist.apply": _(
        "Took the tasks of a list: %(file)s; groups made %(groups)s; tasks %(tasks)s; "
        "assignments %(assignments)s; rows refused: %(refused)s"
    ),
    "tasks.import_check": _(
        "Sent an Excel file of the list: %(file)s, new rows: %(lines)s, unchanged: %(unchanged)s"
    ),
    "tasks.import": _(
        "Had an Excel file of the list taken: %(file)s, rows taken: %(taken)s, "
        "refused: %(refused)s, unchanged: %(unchanged)s; reports %(reports)s"
    ),
    "evidence.attach": _("Attached a document: %(file)s; assignments %(assignments)s"),
    "proposal.create": _("Made a proposal: obstacles %(obstacles)s"),
    "proposal.change": _("Changed a proposal"),
    "proposal.add": _("Added obstacles to a proposal: %(obstacles)s"),
    "proposal.remove": _("Took obstacles out of a proposal: %(obstacles)s"),
    "proposal.resolve": _(
        "Resolved obstacles with the answer to a proposal: %(obstacles)s; %(resolution)s"
    ),
    "obstacle.open": _("Reported an obstacle: %(text)s"),
    "obstacle.resolve": _("Resolved an obstacle: %(resolution)s"),
    "reminders.begin": _("Began the day's reminders: put before heads: %(escalated)s"),
    "reminders.finish": _("Sent the day's reminders: %(sent)s sent, %(lost)s not sent"),
    "load_demo": _("Loaded the illustrative data"),
}
SUBJECTS = [
    Subject(
        Assignment,
        "area__path",
        related=("task", "agency"),
        title=lambda row: f"{row.task.number}. {row.task.title} – {row.agency.short_name}",
        url=Assignment.get_absolute_url,
    ),
    Subject(Task, "plan__area__path", url=lambda task: f"/plans/{task.plan_id}/"),
    Subject(Obstacle, "area__path", url=_of_assignment),
    Subject(Contribution, "assignment__area__path", url=_of_assignment),
    Subject(
        Evidence,
        "assignments__area__path",
        title=lambda row: str(row.number or row.file_name or row),
    ),
    Subject(DigestDay),
    Subject(TaskListImport, "plan__area__path"),
    Subject(SheetImport, PLACES_OF_USERS),
]
LABELS: dict[str, Words] = {
    "document": _("Document that moves it"),
    "new_groups": _("Groups to be made"),
    "title": _("Task"),
    "title_en": _("Task in English"),
    "product": _("Required product"),
    "product_en": _("Required product in English"),
    "lead": _("Lead agency as printed"),
    "lead_now": _("Lead agency of today, where it has another name by now"),
    "coordinating": _("Coordinating agencies as printed"),
    "due": _("Deadline as printed"),
    "published_state": _("Published state"),
    "request": _("Request no."),
    "assignments_moved": _("Assignments with the new deadline"),
    "systems": _("Connected systems"),
    "disabled": _("Account disabled"),
    "lines": _("New rows"),
    "refused": _("Rows refused"),
    "escalated": _("Put before heads"),
    "sent": _("Messages sent"),
    "lost": _("Messages not sent"),
}
