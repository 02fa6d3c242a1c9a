"""Pages that everybody who is signed in may open."""

from django.urls import path

from dashboards import views, views_activity

urlpatterns = [
    path("", views.overview_page, name="overview"),
    path("provinces/", views.province_list, name="provinces"),
    path("provinces/<str:code>/", views.province_page, name="province"),
    path("targets/", views.target_list, name="targets"),
    path("targets/<str:code>/", views.target_page, name="target"),
    path("indicators/", views.indicator_list, name="indicators"),
    path("indicators/missing/", views.missing_page, name="missing"),
    path("indicators/<slug:code>/", views.indicator_page, name="indicator"),
    path("plans/", views.document_list, name="documents"),
    path("plans/<int:plan_id>/", views.document_page, name="document"),
    path("late/", views.late_page, name="late"),
    path("activity/", views_activity.activity_page, name="activity"),
    path("activity/export/", views_activity.export_activity, name="export_activity"),
    path("freshness/", views.freshness_page, name="freshness"),
]
