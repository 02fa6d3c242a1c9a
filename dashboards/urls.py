"""Pages that everybody who is signed in may open."""

from django.urls import path

from dashboards import style
from dashboards.compare import views as compare
from dashboards.export import views as export
from dashboards.frame import serving
from dashboards.pages import (
    activity,
    documents,
    indicators,
    late,
    missing,
    obstacles,
    overview,
    province,
    targets,
)
from dashboards.wall import views as wall
from dashboards.work import communes

urlpatterns = [
    path("", overview.overview_page, name="overview"),
    path("provinces/", overview.province_list, name="provinces"),
    path("provinces/<str:code>/", province.province_page, name="province"),
    path("targets/", targets.target_list, name="targets"),
    path("targets/<str:code>/", targets.target_page, name="target"),
    path("indicators/", indicators.indicator_list, name="indicators"),
    path("indicators/missing/", missing.missing_page, name="missing"),
    path("indicators/missing/form.xlsx", missing.missing_form, name="missing_form"),
    path("indicators/<slug:code>/", indicators.indicator_page, name="indicator"),
    path("compare/", compare.compare_page, name="compare"),
    path("communes/", communes.communes_page, name="communes"),
    path("plans/", documents.document_list, name="documents"),
    path("plans/<int:plan_id>/", documents.document_page, name="document"),
    path("obstacles/", obstacles.obstacles_page, name="obstacles"),
    path("late/", late.late_page, name="late"),
    path("activity/", activity.activity_page, name="activity"),
    path("activity/export/", activity.export_activity, name="export_activity"),
    path("export/<slug:name>.<slug:kind>", export.export_table, name="export"),
    path("export/charts/<slug:name>.<slug:kind>", export.export_chart, name="export_chart"),
    path("style/", style.style_page, name="style"),
    path("wall/", wall.wall_page, name="wall"),
    path("freshness/", serving.freshness_page, name="freshness"),
]
