"""Addresses of the pages of this floor."""

from django.urls import path

from tasks.imports.status_sheet import views as status_sheet_views
from tasks.imports.task_list import views as task_list_views
from tasks.planning.table import views as table_views
from tasks.planning.views import assignments, documents, fan_out, tasks
from tasks.proposals import views as proposal_views
from tasks.reminders import views as reminder_views
from tasks.reporting.views import assignment, bulk, report, review, worklist
from tasks.staffing import agency_views, views

urlpatterns = [
    path("tasks/", worklist.task_list, name="tasks"),
    path("members/<int:pk>/handover/", views.hand_over, name="hand_over"),
    path("handovers/", views.hand_overs, name="hand_overs"),
    path("handovers/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("agencies/", agency_views.agency_list, name="agencies"),
    path("agencies/new/", agency_views.new_agency, name="new_agency"),
    path("agencies/<slug:code>/", agency_views.agency_page, name="agency"),
    path("agencies/<slug:code>/rename/", agency_views.rename_agency, name="rename_agency"),
    path("communes/merge/", agency_views.merge_communes, name="merge_communes"),
    path("agencies/<slug:code>/merge/", agency_views.merge_agency, name="merge_agency"),
    path("tasks/many/", bulk.report_many, name="report_many"),
    path("tasks/documents/", bulk.attach_document, name="attach_document"),
    path("tasks/export.xlsx", status_sheet_views.export_list, name="export_list"),
    path("tasks/imports/", status_sheet_views.new_import, name="new_import"),
    path("tasks/imports/<int:pk>/", status_sheet_views.one_import, name="import"),
    path(
        "tasks/imports/<int:pk>/refused.xlsx",
        status_sheet_views.refused_lines,
        name="refused_lines",
    ),
    path("assignments/<int:pk>/", assignment.assignment_page, name="assignment"),
    path("assignments/<int:pk>/line/", worklist.task_line, name="task_line"),
    path("assignments/<int:pk>/draft/", report.draft, name="draft"),
    path("assignments/<int:pk>/obstacles/", assignment.open_obstacle, name="open_obstacle"),
    path("assignments/<int:pk>/contributions/", assignment.contribute, name="contribute"),
    path(
        "assignments/<int:pk>/extensions/", assignment.request_extension, name="request_extension"
    ),
    path("obstacles/<int:pk>/resolve/", assignment.resolve_obstacle, name="resolve_obstacle"),
    path("extensions/<int:pk>/decide/", assignment.decide_extension, name="decide_extension"),
    path(
        "assignments/<int:pk>/cancelling/",
        assignment.request_cancelling,
        name="request_cancelling",
    ),
    path("cancelling/<int:pk>/decide/", assignment.decide_cancelling, name="decide_cancelling"),
    path("planning/documents/<int:pk>/import/", task_list_views.import_tasks, name="import_tasks"),
    path(
        "planning/documents/<int:pk>/form.xlsx", task_list_views.form_to_fill_in, name="task_form"
    ),
    path("planning/imports/<int:pk>/", task_list_views.task_list, name="task_list"),
    path("planning/imports/<int:pk>/columns/", task_list_views.columns, name="task_list_columns"),
    path("planning/imports/<int:pk>/names/", task_list_views.names, name="task_list_names"),
    path("planning/imports/<int:pk>/apply/", task_list_views.apply, name="task_list_apply"),
    path(
        "planning/imports/<int:pk>/refused.xlsx", task_list_views.refused, name="task_list_refused"
    ),
    path("planning/", documents.planning_list, name="planning"),
    path("planning/<int:pk>/", fan_out.fan_out, name="fan_out"),
    path("planning/documents/new/", documents.new_plan, name="new_plan"),
    path("planning/documents/<int:pk>/", documents.document_page, name="planning_document"),
    path("planning/documents/<int:pk>/table/", table_views.table, name="plan_table"),
    path("planning/documents/<int:pk>/table/act/", table_views.act, name="plan_act"),
    path("planning/acts/<int:pk>/", table_views.take_back, name="take_back_act"),
    path("planning/documents/<int:pk>/change/", documents.change_plan, name="change_plan"),
    path("planning/documents/<int:pk>/delete/", documents.delete_plan, name="delete_plan"),
    path("planning/documents/<int:pk>/phases/new/", documents.new_phase, name="new_phase"),
    path("planning/documents/<int:pk>/groups/new/", documents.new_group, name="new_group"),
    path("planning/documents/<int:pk>/tasks/new/", tasks.new_task, name="new_task"),
    path("planning/documents/<int:pk>/due/", tasks.read_due, name="read_due"),
    path("planning/tasks/<int:pk>/", tasks.task_page, name="planned_task"),
    path("planning/tasks/<int:pk>/change/", tasks.change_task, name="change_task"),
    path("planning/tasks/<int:pk>/delete/", tasks.delete_task, name="delete_task"),
    path("planning/tasks/<int:pk>/assign/", assignments.assign, name="assign"),
    path("planning/tasks/<int:pk>/coordinating/", assignments.coordinating, name="coordinating"),
    path("planning/tasks/<int:pk>/cancel/", assignments.cancel, name="cancel_assignments"),
    path("planning/assignments/<int:pk>/", assignments.change, name="change_assignment"),
    path("planning/assignments/<int:pk>/move/", assignments.move, name="move_assignment"),
    path("planning/phases/<int:pk>/", documents.change_phase, name="change_phase"),
    path("planning/phases/<int:pk>/delete/", documents.delete_phase, name="delete_phase"),
    path("planning/groups/<int:pk>/", documents.change_group, name="change_group"),
    path("planning/groups/<int:pk>/delete/", documents.delete_group, name="delete_group"),
    path("notices/", reminder_views.notice_list, name="notices"),
    path("notices/count/", reminder_views.notice_count, name="notice_count"),
    path("notices/seen/", reminder_views.seen, name="notices_seen"),
    path("proposals/", proposal_views.proposal_list, name="proposals"),
    path("proposals/new/", proposal_views.new_proposal, name="new_proposal"),
    path("proposals/<int:pk>/", proposal_views.proposal_page, name="proposal"),
    path("proposals/<int:pk>/add/", proposal_views.add, name="add_to_proposal"),
    path("proposals/<int:pk>/remove/", proposal_views.remove, name="remove_from_proposal"),
    path("proposals/<int:pk>/resolve/", proposal_views.resolve, name="resolve_proposal"),
    path("review/", review.review_list, name="review"),
    path("review/many/", review.review_many, name="review_many"),
    path("review/undo/", review.undo_many, name="undo_many"),
    path("review/<int:pk>/", review.review_report, name="review_report"),
    path("reviews/<int:pk>/undo/", review.undo_review, name="undo_review"),
    path("evidence/<int:pk>/", assignment.evidence_file, name="evidence"),
]
