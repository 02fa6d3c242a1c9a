"""Pages on which readings come in."""

from django.urls import path

from indicators.clients import views
from indicators.entry import views as entry_views
from indicators.files import views as file_views
from indicators.recording import views as recording_views
from provinces.models import PlanScope

urlpatterns = [
    path("clients/", views.client_list, name="clients"),
    path("clients/new/", views.new_client, name="new_client"),
    path("clients/<int:pk>/", views.client_page, name="client"),
    path("clients/<int:pk>/keys/", views.new_key, name="new_key"),
    path("clients/<int:pk>/keys/<str:public_id>/revoke/", views.revoke, name="revoke_key"),
    path("clients/<int:pk>/scopes/", views.add_scope, name="add_scope"),
    path("clients/<int:pk>/scopes/<int:scope_pk>/remove/", views.remove_scope, name="remove_scope"),
    path(
        "clients/<int:pk>/task-scopes/<int:scope_pk>/remove/",
        views.remove_scope,
        {"kind": PlanScope},
        name="remove_task_scope",
    ),
    path("imports/", file_views.import_list, name="reading_imports"),
    path("imports/form.xlsx", file_views.form_to_fill_in, name="reading_form"),
    path("imports/<int:pk>/", file_views.import_page, name="reading_import"),
    path("imports/<int:pk>/state/", file_views.state, name="import_state"),
    path("imports/<int:pk>/columns/", file_views.columns, name="import_columns"),
    path("imports/<int:pk>/apply/", file_views.apply, name="apply_import"),
    path("imports/<int:pk>/cancel/", file_views.cancel, name="cancel_import"),
    path("imports/<int:pk>/rejected.csv", file_views.rejected, name="rejected_rows"),
    path("indicators/<slug:code>/new/", recording_views.new_reading, name="new_reading"),
    path("indicators/<slug:code>/grid/", entry_views.grid_page, name="entry_grid"),
]
