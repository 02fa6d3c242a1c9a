"""Readings in and out, indicators, and who is calling, over REST."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from core.api.idempotency import KEY, idempotent, keyed_request_of
from core.api.pagination import CursorPagination
from core.api.parsers import read_plain
from core.api.views import AS_OF, KNOWN_AT, APIView, ExactDecimal, FilterSet, ReadOnlyViewSet
from core.models import ApiClient, ApiKey, User
from core.web.requests import caller_of
from indicators.api.bulk import BulkView
from indicators.api.filters import read_query
from indicators.api.options import OPTIONS, PARAMETERS, read_options
from indicators.api.representation import (
    CSVRenderer,
    PlainSDMXRenderer,
    ReadingPageSerializer,
    RecordedSerializer,
    SDMXRenderer,
    SingleReadingSerializer,
    TableRenderer,
    represent,
    represent_cautions,
)
from indicators.models import Indicator, ObsStatus, Reading, scopes_of
from indicators.recording.outliers import unusual
from indicators.recording.quick import record_quickly
from indicators.recording.services import Recorded, Result, record_reading
from indicators.scope import visible_indicators
from provinces.models import Agency, Membership, PlanScope

_EXAMPLE = OpenApiExample(
    "The digital economy's share of GDP",
    value={
        "indicator": "digital_economy_gdp",
        "area": "VN",
        "period": "2025",
        "value": "14.02",
        "obs_status": "E",
        "published_on": "2026-01-06",
        "source": "Cục Thống kê",
    },
    request_only=True,
)
_FILTERS = [
    OpenApiParameter("indicator", description="Code of the indicator."),
    OpenApiParameter("area", description="Official code of the area."),
    OpenApiParameter("base", OpenApiTypes.INT, enum=[34, 63]),
    OpenApiParameter("period_from", description="Periods that begin with this one or later."),
    OpenApiParameter("period_to", description="Periods that end with this one or earlier."),
    OpenApiParameter("obs_status", enum=ObsStatus.values),
    OpenApiParameter(
        "vintages", enum=["all"], description="All vintages, not only those in force."
    ),
    AS_OF,
    KNOWN_AT,
    OpenApiParameter("cursor", description="From the address of the next page."),
    OpenApiParameter("page_size", OpenApiTypes.INT, description="Up to 5,000; 100 if left out."),
]


class ReadingsView(APIView):
    """``/readings/``."""

    def get_renderers(self) -> list[BaseRenderer]:
        tables = [CSVRenderer(), SDMXRenderer(), PlainSDMXRenderer()]
        return [JSONRenderer(), *(tables if self.request.method == "GET" else ())]

    @extend_schema(
        operation_id="readings_list",
        parameters=_FILTERS,
        responses={
            (200, "application/json"): ReadingPageSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/vnd.sdmx.data+csv;version=2.0.0"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request) -> Response:
        """Readings: of each period the vintage in force on the day asked for.

        As a table without the facts that have no period of their own; its next page is in Link.
        """
        caller = caller_of(request)
        query = read_query(request.query_params, caller)
        rows = query.readings(Reading.objects.visible_to(caller))
        is_table = isinstance(request.accepted_renderer, TableRenderer)
        if is_table:
            rows = rows.exclude(period="")
        pages = CursorPagination()
        page = pages.paginate_queryset(rows.select_related("indicator", "area"), request, self)
        response = pages.get_paginated_response([represent(row) for row in page or ()])
        if is_table and (following := pages.get_next_link()):
            response["Link"] = f'<{following}>; rel="next"'
        return response

    @extend_schema(
        operation_id="readings_create",
        request=SingleReadingSerializer,
        parameters=[*PARAMETERS, KEY],
        responses={200: RecordedSerializer, 201: RecordedSerializer},
        examples=[_EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Record one reading. 201: a new vintage; 200: unchanged, or a dry run."""
        body = self._quickly(request)
        if body is None:
            return self._record(request)
        return HttpResponse(body, "application/json", HTTPStatus.CREATED)

    def _quickly(self, request: Request) -> bytes | None:
        caller = caller_of(request)
        if (
            connection.vendor != "postgresql"
            or not isinstance(caller, ApiClient)
            or request.query_params
            or request.content_type != "application/json"
            or request.accepted_media_type != "application/json"
        ):
            return None
        ask = keyed_request_of(request)
        document = read_plain(request.body)
        return record_quickly(
            document, by=caller, ask=ask, show=lambda item: JSONRenderer().render(_shown(item))
        )

    @idempotent
    def _record(self, request: Request) -> Response:
        body = request.data if isinstance(request.data, dict) else {}
        options = read_options(request.query_params, body)
        document: Any = request.data
        if body:
            document = {name: sent for name, sent in body.items() if name not in OPTIONS}
        caller, cautions = caller_of(request), None
        if options.dry_run or options.warnings:
            cautions = represent_cautions(unusual([document], by=caller), stem="")
        found = record_reading(document, by=caller, dry_run=options.dry_run)
        written = found.result != Result.UNCHANGED and not options.dry_run
        shown = {**_shown(found), "warnings": cautions}
        return Response(shown, status=HTTPStatus.CREATED if written else HTTPStatus.OK)


def _shown(recorded: Recorded) -> dict[str, Any]:
    return {
        "result": recorded.result.value,
        "reading": represent(recorded.reading),
        "warnings": None,
    }


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    owner = serializers.SlugRelatedField[Agency](slug_field="code", read_only=True, allow_null=True)
    other_periods = serializers.ListField(child=serializers.CharField(), read_only=True)
    levels = serializers.ListField(child=serializers.CharField(), read_only=True)
    min_value = ExactDecimal(read_only=True, allow_null=True)
    max_value = ExactDecimal(read_only=True, allow_null=True)

    class Meta:
        model = Indicator
        fields = (
            "code",
            "name_vi",
            "name_en",
            "unit_vi",
            "unit_en",
            "decimals",
            "direction",
            "kind",
            "frequency",
            "other_periods",
            "levels",
            "nature",
            "expected_after_days",
            "min_value",
            "max_value",
            "owner",
            "method_vi",
            "method_en",
            "source",
        )


class IndicatorFilter(FilterSet):
    class Meta:
        model = Indicator
        fields = ("kind", "frequency", "direction")


class IndicatorViewSet(ReadOnlyViewSet[Indicator]):
    queryset = Indicator.objects.all()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Indicator]:
        return visible_indicators(caller_of(self.request)).select_related("owner")


class ScopeSerializer(serializers.Serializer[Any]):
    indicator = serializers.CharField(allow_null=True, help_text="Null: all.")
    area = serializers.CharField(allow_null=True, help_text="With all below; null: all.")
    can_write = serializers.BooleanField()


class TaskScopeSerializer(serializers.Serializer[Any]):
    plan = serializers.CharField(allow_null=True, help_text="Number of a document; null: all.")
    area = serializers.CharField(allow_null=True, help_text="With all below it; null: all.")
    can_write = serializers.BooleanField(help_text="May report on them.")


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    area = serializers.CharField(allow_null=True)
    agency = serializers.CharField(allow_null=True)


class LimitsSerializer(serializers.Serializer[Any]):
    body_bytes = serializers.IntegerField()
    page_size = serializers.IntegerField()


class CallerSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["client", "user"])
    name = serializers.CharField()
    scope = ScopeSerializer(many=True, help_text="Of a connected system: its figures.")
    task_scope = TaskScopeSerializer(many=True, help_text="Of a connected system: its tasks.")
    roles = RoleSerializer(many=True, help_text="Of a person.")
    expires_on = serializers.DateField(allow_null=True, help_text="Last day of the key.")
    limits = LimitsSerializer()


class MeView(APIView):
    """``/me/``."""

    @extend_schema(operation_id="me", responses=CallerSerializer)
    def get(self, request: Request) -> Response:
        """Who is calling, and what that caller may do."""
        caller = caller_of(request)
        key: object = request.auth
        expires_on = key.expires_on if isinstance(key, ApiKey) else None
        tasks = PlanScope.held_by(caller) if isinstance(caller, ApiClient) else ()
        scopes = scopes_of(caller) if isinstance(caller, ApiClient) else ()
        members: Iterable[Membership] = ()
        if isinstance(caller, User):
            members = caller.memberships.select_related("area", "agency")
        return Response(
            {
                "kind": "client" if isinstance(caller, ApiClient) else "user",
                "name": str(caller),
                "scope": [scope.rights() for scope in scopes],
                "task_scope": [scope.rights() for scope in tasks],
                "roles": [
                    {
                        "role": member.role,
                        "area": member.area.code if member.area else None,
                        "agency": member.agency.code if member.agency else None,
                    }
                    for member in members
                ],
                "expires_on": expires_on and expires_on.isoformat(),
                "limits": {
                    "body_bytes": settings.R57_MAX_BODY_BYTES,
                    "page_size": CursorPagination.max_page_size,
                },
            }
        )


router = SimpleRouter()
router.register("indicators", IndicatorViewSet)
urlpatterns: list[URLPattern | URLResolver] = [
    path("readings/", ReadingsView.as_view(), name="readings"),
    path("readings/bulk/", BulkView.as_view(), name="readings_bulk"),
    path("me/", MeView.as_view(), name="me"),
    *router.urls,
]
