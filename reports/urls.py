"""Addresses of the pages of this floor."""

from django.urls import path

from reports import views

urlpatterns = [
    path("reports/", views.report_list, name="reports"),
    path("reports/periods/<int:pk>/<str:code>/", views.period_page, name="report_period"),
    path("reports/periods/<int:pk>/<str:code>/draft/", views.draft_page, name="report_draft"),
    path("reports/periods/<int:pk>/<str:code>/freeze/", views.freeze_report, name="freeze_report"),
    path("reports/<int:pk>/", views.report_page, name="report"),
    path("reports/<int:pk>/report.<str:kind>", views.report_file, name="report_file"),
]
