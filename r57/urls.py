"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path

from core.api.views import no_such_address

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("r57.api")),
    path("api/<path:address>", no_such_address),
    path("", include("core.urls")),
    path("", include("provinces.urls")),
    path("", include("indicators.urls")),
    path("", include("tasks.urls")),
    path("", include("reports.urls")),
    path("", include("dashboards.urls")),
]

handler400 = "core.errors.bad_request"
handler403 = "core.errors.permission_denied"
handler404 = "core.errors.not_found"
handler500 = "core.errors.server_error"
