"""The API's root: every floor's addresses under /api/v1/, their schema, and a page to try them."""

from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.api.views import no_such_address
from dashboards.api import urlpatterns as of_dashboards
from indicators.api.files import urlpatterns as of_files
from indicators.api.readings import urlpatterns as of_indicators
from provinces.api import urlpatterns as of_provinces
from targets.api import urlpatterns as of_targets
from tasks.api import urlpatterns as of_tasks

urlpatterns: list[URLPattern | URLResolver] = [
    *of_provinces,
    *of_indicators,
    *of_files,
    *of_targets,
    *of_dashboards,
    *of_tasks,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(template_name="core/api_docs.html"),
        name="api_docs",
    ),
    # Unknown addresses of the API get a problem, not a page.
    re_path("", no_such_address),
]
