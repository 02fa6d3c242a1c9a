"""``GET /changes/``: what changed since a cursor, for systems that follow."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import no_such_cursor, read_page_size
from core.api.views import APIView
from core.queue import feed
from core.text.numbers import whole
from core.web.requests import caller_of

PAGE_SIZE, MOST = 100, 5000
KINDS = ("reading", "status_report", "assignment", "assessment", "completion")


class ChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)
    at = serializers.DateTimeField(help_text="When it was settled.")
    since = serializers.DateField(help_text="The first day whose figures it may change.")
    object = serializers.JSONField(
        help_text="A reading, status report, assignment or assessment as its own address shows it; "
        "of completion the plan and the area to ask for again."
    )


class ChangePageSerializer(serializers.Serializer[Any]):
    cursor = serializers.CharField(help_text="To be sent as ``since`` the next time.")
    has_more = serializers.BooleanField(help_text="More is there already: ask again at once.")
    results = ChangeSerializer(many=True)


class ChangesView(APIView):
    @extend_schema(
        operation_id="changes",
        parameters=[
            OpenApiParameter(
                "since",
                description="The cursor of the page before. Without it only the newest one.",
            ),
            OpenApiParameter(
                "page_size", OpenApiTypes.INT, description="Up to 5,000; 100 if left out."
            ),
        ],
        responses=ChangePageSerializer,
    )
    def get(self, request: Request) -> Response:
        """In order, each change once. A page may be shorter than asked, where it holds what is
        hidden from the caller."""
        sent = request.query_params.get("since", "").strip()
        since = whole(sent)
        if sent and since is None:
            raise no_such_cursor("since")
        page = feed.read(caller_of(request), since, read_page_size(request, PAGE_SIZE, MOST))
        results = [
            {"kind": row.kind, "at": row.at, "since": row.since, "object": shown}
            for row, shown in page.changes
        ]
        return Response(
            {"cursor": str(page.position), "has_more": page.has_more, "results": results}
        )
