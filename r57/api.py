"""The API's root: every floor's addresses under /api/v1/, their schema, and a page to try them."""

from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import dashboards.api
import indicators.api
import indicators.import_api
import provinces.api
import targets.api
import tasks.api
from core.api import no_such_address

urlpatterns: list[URLPattern | URLResolver] = [
    *provinces.api.urlpatterns,
    *indicators.api.urlpatterns,
    *indicators.import_api.urlpatterns,
    *targets.api.urlpatterns,
    *dashboards.api.urlpatterns,
    *tasks.api.urlpatterns,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(template_name="core/api_docs.html"),
        name="api_docs",
    ),
    # A machine gets a problem, not a page, for an address that is not there.
    re_path("", no_such_address),
]
