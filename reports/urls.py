"""Addresses of the pages of this floor."""

from django.urls import path

from reports.views import frozen, periods, writing

urlpatterns = [
    path("reports/", periods.report_list, name="reports"),
    path("reports/schedules/<int:pk>/", periods.schedules_page, name="report_schedules"),
    path(
        "reports/schedules/<int:pk>/<slug:kind>/drop/",
        periods.drop_schedule,
        name="drop_schedule",
    ),
    path("reports/periods/<int:pk>/<str:code>/", periods.period_page, name="report_period"),
    path("reports/periods/<int:pk>/<str:code>/draft/", writing.draft_page, name="report_draft"),
    path("reports/periods/<int:pk>/<str:code>/draft/typed/", writing.typed_text, name="typed_text"),
    path(
        "reports/periods/<int:pk>/<str:code>/freeze/", writing.freeze_report, name="freeze_report"
    ),
    path("reports/<int:pk>/", frozen.report_page, name="report"),
    path("reports/<int:pk>/compare/", frozen.comparison_page, name="compare_reports"),
    path("reports/<int:pk>/signed.<str:kind>", frozen.signed_scan, name="signed_scan"),
    path("reports/<int:pk>/<str:name>", frozen.report_file, name="report_file"),
]
