"""The API's root: every floor's addresses under /api/v1/, their schema, and a page to try them."""

import re
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.changes import ChangesView
from core.api.parameters import KnownParameters
from core.api.views import APIView, no_such_address
from dashboards.api import urlpatterns as of_dashboards
from indicators.api.files import urlpatterns as of_files
from indicators.api.readings import urlpatterns as of_indicators
from provinces.api import urlpatterns as of_provinces
from reports.api import urlpatterns as of_reports
from targets.api import urlpatterns as of_targets
from tasks.api import urlpatterns as of_tasks


class SchemaView(KnownParameters, SpectacularAPIView):
    """``/schema/``."""

    kept: ClassVar[dict[tuple[str, str, str], str | bytes]] = {}

    def _get_schema_response(self, request: Request) -> HttpResponse | Response:
        """It is made, and written out, once until other code is started; that takes a second."""
        renderer = request.accepted_renderer
        key = (renderer.media_type, request.version or "", get_language() or "")
        if key not in self.kept:
            made = super()._get_schema_response(request)  # type: ignore[no-untyped-call]
            self.kept[key] = renderer.render(made.data, renderer.media_type, {})
        name = self._get_filename(request, request.version)  # type: ignore[no-untyped-call]
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        kind = f"{renderer.media_type}{charset}"
        return HttpResponse(self.kept[key], content_type=kind, headers=headers)


class DocsView(KnownParameters, SpectacularSwaggerSplitView):
    """``/docs/``; the page fetches its script from its own address."""

    @extend_schema(exclude=True, parameters=[OpenApiParameter("script")])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # Untyped upstream.


class RootView(APIView):
    """``/``."""

    @extend_schema(operation_id="root", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What there is: each address that can be asked without knowing a code."""
        routes = (str(pattern.pattern).strip("^$") for pattern in urlpatterns)
        names = [route for route in routes if route and not _HAS_A_PART.search(route)]
        root = request.build_absolute_uri(request.path)
        return Response({name.strip("/"): f"{root}{name}" for name in names})


_HAS_A_PART = re.compile(r"[<(\\]")

urlpatterns: list[URLPattern | URLResolver] = [
    *of_provinces,
    *of_indicators,
    *of_files,
    *of_targets,
    *of_dashboards,
    *of_tasks,
    *of_reports,
    path("changes/", ChangesView.as_view()),
    path("", RootView.as_view(), name="api_root"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(template_name="r57/api_docs.html"), name="api_docs"),
    re_path("", no_such_address),
]
