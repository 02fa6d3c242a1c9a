"""The administration of tasks and assignments; the history of both is shown only.

State, percent and the deadline in force follow from the history, so nobody edits them.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import AuditedAdmin, ReadOnlyAdmin
from provinces.admin import FoldedSearchAdmin
from tasks.models import (
    Assignment,
    CancelRequest,
    Completion,
    Contribution,
    DigestDay,
    Escalation,
    Evidence,
    ExtensionRequest,
    Obstacle,
    Proposal,
    Review,
    Sending,
    StatusReport,
    Task,
)
from tasks.planning import tasks


@admin.register(Task)
class TaskAdmin(FoldedSearchAdmin[Task]):
    list_display = ["number", "title_vi", "plan", "group", "due_text", "due_on", "provenance"]
    list_filter = ["plan", "due_kind", "provenance"]
    search_fields = ["number", "search_text"]
    list_select_related = ["plan", "group"]
    raw_id_fields = ["plan", "group", "phase", "targets"]
    fixed = ["plan"]

    def save_model(self, request: HttpRequest, obj: Task, form: Any, change: bool) -> None:
        if change:
            tasks.before_replanning(_assignments(obj))
        super().save_model(request, obj, form, change)

    def settle(self, request: HttpRequest, obj: Task, verb: str, message: Any) -> None:
        super().settle(request, obj, verb, message)
        if verb == "change":
            tasks.after_replanning(_assignments(obj))


def _assignments(task: Task) -> list[Assignment]:
    return list(Assignment.objects.filter(task=task).select_related("task"))


class AssignmentForm(forms.ModelForm[Assignment]):
    class Meta:
        model = Assignment
        fields = (
            "task",
            "agency",
            "area",
            "assigned_on",
            "original_due_on",
            "responsible",
            "responsible_text",
            "coordinating",
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        assigned, due = given.get("assigned_on"), given.get("original_due_on")
        if assigned and due and due < assigned:
            detail = _("The deadline cannot be before the day of assignment.")
            self.add_error("original_due_on", forms.ValidationError(detail))
        return given


@admin.register(Assignment)
class AssignmentAdmin(FoldedSearchAdmin[Assignment]):
    form = AssignmentForm
    list_display = [
        "task",
        "agency",
        "area",
        "assigned_on",
        "due_on",
        "state",
        "percent",
        "waiting",
    ]
    list_filter = ["state", "waiting", "task__plan"]
    search_fields = ["task__number", "task__search_text", "agency__search_text"]
    list_select_related = ["task", "agency", "area"]
    raw_id_fields = ["task", "agency", "area", "responsible", "coordinating"]
    readonly_fields = [
        "due_on",
        "state",
        "percent",
        "state_since",
        "waiting",
        "last_report_at",
        "version",
    ]
    fixed = ["task"]

    def save_model(self, request: HttpRequest, obj: Assignment, form: Any, change: bool) -> None:
        if change:
            as_it_was = Assignment.objects.select_related("task").get(pk=obj.pk)
            tasks.before_replanning([as_it_was])
        obj.due_on = obj.original_due_on
        super().save_model(request, obj, form, change)

    def settle(self, request: HttpRequest, obj: Assignment, verb: str, message: Any) -> None:
        super().settle(request, obj, verb, message)
        tasks.after_replanning([obj])

    def has_delete_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        """Nobody: work that is given up is cancelled, so that its history stays."""
        return False


@admin.register(StatusReport)
class StatusReportAdmin(ReadOnlyAdmin[StatusReport]):
    list_display = [
        "assignment",
        "state",
        "percent",
        "effective_on",
        "reported_by_user",
        "recorded_at",
    ]
    list_filter = ["state", "assignment__task__plan"]
    search_fields = ["assignment__task__search_text", "assignment__agency__search_text"]
    date_hierarchy = "effective_on"
    list_select_related = ["assignment__task", "assignment__agency", "reported_by_user"]


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin[Review]):
    list_display = ["report", "decision", "by", "at"]
    list_filter = ["decision"]
    search_fields = ["reason", "by__username"]
    list_select_related = ["report", "by"]


@admin.register(Contribution)
class ContributionAdmin(ReadOnlyAdmin[Contribution]):
    list_display = ["assignment", "agency", "text", "by", "at"]
    search_fields = ["text", "agency__search_text", "assignment__task__search_text"]
    list_select_related = ["assignment__task", "assignment__agency", "agency", "by"]


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin[Evidence]):
    list_display = ["number", "dated", "issuer", "subject", "file_name", "link", "added_at"]
    search_fields = ["number", "subject", "file_name"]
    exclude = ["file"]


@admin.register(Obstacle)
class ObstacleAdmin(AuditedAdmin[Obstacle]):
    list_display = ["text_vi", "area", "category", "opened_on", "resolved_on", "proposal"]
    list_filter = ["category", "is_illustrative"]
    search_fields = ["text_vi", "text_en"]
    list_select_related = ["area", "proposal"]
    raw_id_fields = ["area", "assignment", "proposal", "opened_by"]


@admin.register(Proposal)
class ProposalAdmin(AuditedAdmin[Proposal]):
    list_display = ["text_vi", "area", "addressee", "letter_number", "sent_on", "answered_on"]
    list_filter = ["is_illustrative"]
    search_fields = ["text_vi", "text_en", "letter_number"]
    list_select_related = ["area", "addressee"]
    raw_id_fields = ["area", "addressee"]


@admin.register(ExtensionRequest)
class ExtensionRequestAdmin(ReadOnlyAdmin[ExtensionRequest]):
    list_display = ["assignment", "new_due_on", "requested_by", "decision", "decided_on"]
    list_filter = ["decision"]
    search_fields = ["assignment__task__search_text", "reason"]
    list_select_related = ["assignment__task", "assignment__agency", "requested_by"]


@admin.register(CancelRequest)
class CancelRequestAdmin(ReadOnlyAdmin[CancelRequest]):
    list_display = ["assignment", "requested_by", "decision", "decided_on"]
    list_filter = ["decision"]
    search_fields = ["assignment__task__search_text", "reason"]
    list_select_related = ["assignment__task", "assignment__agency", "requested_by"]


@admin.register(Completion)
class CompletionAdmin(ReadOnlyAdmin[Completion]):
    list_display = ["plan", "area", "agency", "group", "day", "until", "computed_at"]
    list_filter = ["plan"]
    search_fields = ["agency__search_text", "area__code"]
    list_select_related = ["plan", "area", "agency", "group"]


@admin.register(DigestDay)
class DigestDayAdmin(ReadOnlyAdmin[DigestDay]):
    list_display = ["day", "begun_at", "finished_at"]


@admin.register(Sending)
class SendingAdmin(ReadOnlyAdmin[Sending]):
    list_display = ["day", "user", "kind", "taken_at", "sent_at", "error"]
    list_filter = ["error"]
    date_hierarchy = "day"
    list_select_related = ["user"]


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin[Escalation]):
    list_display = ["assignment", "due_on", "after_days", "raised_on"]
    date_hierarchy = "raised_on"
    list_select_related = ["assignment__task", "assignment__agency"]
