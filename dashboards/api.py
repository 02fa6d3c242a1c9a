"""``GET /charts/``: the figures of the pages' charts, to be drawn elsewhere."""

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, views
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import AS_OF, APIView
from core.calendar import clock
from core.calendar.as_of import read_as_of
from core.models import ApiClient, User
from core.web.public import is_open_page, open_to_all
from core.web.requests import caller_of
from dashboards.charts.registry import CHARTS, OF_ALL, figure
from dashboards.frame.serving import kept, scope_of
from dashboards.text import figures


class ReadsCharts(IsAuthenticated):
    """Whoever is signed in, and nobody in particular where the dashboards are public."""

    def has_permission(self, request: Request, view: views.APIView) -> bool:
        return settings.R57_PUBLIC_DASHBOARDS or super().has_permission(request, view)


class ChartSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    parameters = serializers.ListField(child=serializers.CharField())
    url = serializers.CharField()


class ChartListSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ChartSerializer(many=True)


class ChartList(APIView):
    permission_classes = [ReadsCharts]

    @extend_schema(operation_id="charts_list", responses=ChartListSerializer)
    def get(self, request: Request) -> Response:
        """The charts there are, and what each is asked with."""
        results = [
            {
                "name": chart.name,
                "title": str(chart.title),
                "parameters": [*chart.takes, *OF_ALL],
                "url": request.build_absolute_uri(f"{request.path}{chart.name}/"),
            }
            for chart in CHARTS.values()
        ]
        return Response({"next": None, "previous": None, "results": results})


class ChartFigure(APIView):
    permission_classes = [ReadsCharts]

    @extend_schema(
        operation_id="charts_retrieve",
        parameters=[
            OpenApiParameter("name", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(CHARTS)),
            OpenApiParameter("plan", description="Number of the document (completion)."),
            OpenApiParameter("area", description="Code of the area; the document's or the nation."),
            OpenApiParameter("phase", description="Number of the phase (communes-by-group)."),
            OpenApiParameter("target", description="Code of the target (target-path)."),
            OpenApiParameter("indicator", description="Code of the indicator (indicator-series)."),
            AS_OF,
            OpenApiParameter(
                "known_at",
                OpenApiTypes.DATE,
                description="Only what was recorded and accepted by the end of this day.",
            ),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        """A Plotly figure as of a day. Carries an ETag; 304 when nothing changed."""
        chart = CHARTS.get(name)
        who: object = request.user
        caller = caller_of(request) if who else AnonymousUser()
        if chart is None:
            raise Http404
        query = request.query_params.dict()
        personal = scope_of(caller) if chart.is_personal and isinstance(caller, User) else ()
        parts = (
            name,
            tuple(sorted(query.items())),
            clock.today(),
            figures.language(),
            # Aggregates are the same for all people; a connected system sees what its scope names.
            f"client {caller.pk}" if isinstance(caller, ApiClient) else type(caller).__name__,
            personal,
        )

        def make() -> str:
            drawn = figure(chart, caller, query)
            if isinstance(caller, AnonymousUser):
                for trace in drawn["data"]:
                    leading = trace.get("customdata", ())
                    trace["customdata"] = [u if u and is_open_page(u) else "" for u in leading]
            return json.dumps(drawn)

        entry, _fresh = kept(parts, make, read_as_of(query))
        etag = quote_etag(entry.digest[:32])
        answer = get_conditional_response(request._request, etag=etag)
        if answer is None or answer.status_code != HTTPStatus.NOT_MODIFIED:
            answer = HttpResponse(entry.made, content_type="application/json")
        answer["ETag"] = etag
        entry.sign(answer)
        patch_cache_control(answer, private=True, no_cache=True)
        return answer


urlpatterns: list[URLPattern | URLResolver] = [
    path("charts/", open_to_all(ChartList.as_view()), name="charts"),
    path("charts/<slug:name>/", open_to_all(ChartFigure.as_view()), name="chart"),
]
