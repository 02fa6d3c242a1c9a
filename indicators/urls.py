"""Pages on which readings come in."""

from django.urls import path

from indicators.views import clients, entry, imports

urlpatterns = [
    path("clients/", clients.client_list, name="clients"),
    path("clients/new/", clients.new_client, name="new_client"),
    path("clients/<int:pk>/", clients.client_page, name="client"),
    path("clients/<int:pk>/keys/", clients.new_key, name="new_key"),
    path("clients/<int:pk>/keys/<str:public_id>/revoke/", clients.revoke, name="revoke_key"),
    path("clients/<int:pk>/scopes/", clients.add_scope, name="add_scope"),
    path(
        "clients/<int:pk>/scopes/<int:scope_pk>/remove/", clients.remove_scope, name="remove_scope"
    ),
    path("imports/", imports.import_list, name="reading_imports"),
    path("imports/<int:pk>/", imports.import_page, name="reading_import"),
    path("imports/<int:pk>/state/", imports.state, name="import_state"),
    path("imports/<int:pk>/apply/", imports.apply, name="apply_import"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="cancel_import"),
    path("imports/<int:pk>/rejected.csv", imports.rejected, name="rejected_rows"),
    path("indicators/<slug:code>/new/", entry.new_reading, name="new_reading"),
]
