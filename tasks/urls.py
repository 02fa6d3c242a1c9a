"""Pages of what is being done."""

from django.urls import path

from tasks.views import (
    assignment,
    documents,
    drafts,
    evidence,
    exchange,
    handover,
    listing,
    many,
    notices,
    review,
    tasklist,
)
from tasks.views.planning import assignments as assigning
from tasks.views.planning import documents as plans
from tasks.views.planning import fanout, parts
from tasks.views.planning import tasks as planned

urlpatterns = [
    path("tasks/", listing.task_list, name="tasks"),
    path("members/<int:pk>/handover/", handover.hand_over, name="hand_over"),
    path("tasks/many/", many.report_many, name="report_many"),
    path("tasks/documents/", documents.attach_document, name="attach_document"),
    path("tasks/export.xlsx", exchange.export_list, name="export_list"),
    path("tasks/imports/", exchange.new_import, name="new_import"),
    path("tasks/imports/<int:pk>/", exchange.one_import, name="import"),
    path("tasks/imports/<int:pk>/refused.xlsx", exchange.refused_lines, name="refused_lines"),
    path("assignments/<int:pk>/", assignment.assignment_page, name="assignment"),
    path("assignments/<int:pk>/line/", listing.task_line, name="task_line"),
    path("assignments/<int:pk>/draft/", drafts.draft, name="draft"),
    path("assignments/<int:pk>/obstacles/", assignment.open_obstacle, name="open_obstacle"),
    path("assignments/<int:pk>/contributions/", assignment.contribute, name="contribute"),
    path(
        "assignments/<int:pk>/extensions/", assignment.request_extension, name="request_extension"
    ),
    path("obstacles/<int:pk>/resolve/", assignment.resolve_obstacle, name="resolve_obstacle"),
    path("extensions/<int:pk>/decide/", assignment.decide_extension, name="decide_extension"),
    path("planning/documents/<int:pk>/import/", tasklist.import_tasks, name="import_tasks"),
    path("planning/imports/<int:pk>/", tasklist.task_list, name="task_list"),
    path("planning/imports/<int:pk>/columns/", tasklist.columns, name="task_list_columns"),
    path("planning/imports/<int:pk>/apply/", tasklist.apply, name="task_list_apply"),
    path("planning/imports/<int:pk>/refused.xlsx", tasklist.refused, name="task_list_refused"),
    path("planning/", plans.planning_list, name="planning"),
    path("planning/<int:pk>/", fanout.fan_out, name="fan_out"),
    path("planning/documents/new/", plans.new_plan, name="new_plan"),
    path("planning/documents/<int:pk>/", plans.document_page, name="planning_document"),
    path("planning/documents/<int:pk>/change/", plans.change_plan, name="change_plan"),
    path("planning/documents/<int:pk>/delete/", plans.delete_plan, name="delete_plan"),
    path("planning/documents/<int:pk>/phases/new/", parts.new_phase, name="new_phase"),
    path("planning/documents/<int:pk>/groups/new/", parts.new_group, name="new_group"),
    path("planning/documents/<int:pk>/tasks/new/", planned.new_task, name="new_task"),
    path("planning/documents/<int:pk>/due/", planned.read_due, name="read_due"),
    path("planning/tasks/<int:pk>/", planned.task_page, name="planned_task"),
    path("planning/tasks/<int:pk>/change/", planned.change_task, name="change_task"),
    path("planning/tasks/<int:pk>/delete/", planned.delete_task, name="delete_task"),
    path("planning/tasks/<int:pk>/assign/", assigning.assign, name="assign"),
    path("planning/tasks/<int:pk>/coordinating/", assigning.coordinating, name="coordinating"),
    path("planning/tasks/<int:pk>/cancel/", assigning.cancel, name="cancel_assignments"),
    path("planning/assignments/<int:pk>/", assigning.change, name="change_assignment"),
    path("planning/assignments/<int:pk>/move/", assigning.move, name="move_assignment"),
    path("planning/phases/<int:pk>/", parts.change_phase, name="change_phase"),
    path("planning/phases/<int:pk>/delete/", parts.delete_phase, name="delete_phase"),
    path("planning/groups/<int:pk>/", parts.change_group, name="change_group"),
    path("planning/groups/<int:pk>/delete/", parts.delete_group, name="delete_group"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/count/", notices.notice_count, name="notice_count"),
    path("notices/seen/", notices.seen, name="notices_seen"),
    path("review/", review.review_list, name="review"),
    path("review/many/", review.review_many, name="review_many"),
    path("review/<int:pk>/", review.review_report, name="review_report"),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence"),
]
