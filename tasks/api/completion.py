"""``GET /completion/``: how much of a document is done."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import AS_OF, KNOWN_AT, APIView
from core.calendar.as_of import read_as_of, read_known_at
from core.errors import refuse
from core.queue import recalculation
from core.web.requests import caller_of
from indicators.recording.rules import no_such_area
from indicators.scope import covers_area
from provinces.models import Area, Plan
from tasks.completion.totals import By, totals
from tasks.completion.totals import parts as totals_parts
from tasks.permissions import may_follow

NOT_FOUND = 404


class CountsSerializer(serializers.Serializer[Any]):
    """The eight derived statuses add up to ``total``; rates are in percent, to one decimal."""

    total = serializers.IntegerField()
    completed = serializers.IntegerField()
    completed_on_time = serializers.IntegerField()
    completed_late = serializers.IntegerField()
    in_progress_on_schedule = serializers.IntegerField()
    in_progress_overdue = serializers.IntegerField()
    not_started_on_schedule = serializers.IntegerField()
    not_started_overdue = serializers.IntegerField()
    ongoing = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    rate = serializers.CharField(
        allow_null=True, help_text="Completed ÷ (total − cancelled − ongoing); null of nothing."
    )
    due_rate = serializers.CharField(
        allow_null=True, help_text="Completed ÷ (completed + overdue); null of nothing."
    )


class PartSerializer(CountsSerializer):
    key = serializers.CharField(help_text="Number of the group, code of agency or area, or day.")
    label = serializers.CharField()  # type: ignore[assignment] # The API's name; DRF lifts it off.


class CompletionSerializer(CountsSerializer):
    plan = serializers.CharField()
    area = serializers.CharField()
    as_of = serializers.DateField()
    computed_at = serializers.DateTimeField()
    pending = serializers.BooleanField(help_text="A recalculation is under way.")
    parts = PartSerializer(many=True)


class CompletionView(APIView):
    @extend_schema(
        operation_id="completion",
        parameters=[
            OpenApiParameter("plan", required=True, description="Number of the document."),
            OpenApiParameter("area", description="Code of an area; the document's if left out."),
            OpenApiParameter("by", enum=[by.value for by in By], default="group"),
            AS_OF,
            KNOWN_AT,
        ],
        responses=CompletionSerializer,
    )
    def get(self, request: Request) -> Response:
        """The whole and its parts: an area with all below it, as of a day."""
        query = request.query_params
        number = query.get("plan", "").strip()
        plan = Plan.objects.select_related("area").filter(number=number).first()
        if plan is None:
            detail = _("There is no document with the number “%(number)s”.")
            raise refuse("unknown_plan", detail % {"number": number[:60]}, "/plan")

        code = query.get("area", "").strip()
        area = Area.objects.filter(code=code).first() if code else plan.area
        if area is None:
            raise refuse("unknown_area", no_such_area(code[:60]), "/area")
        caller = caller_of(request)
        if not (covers_area(caller, area) or may_follow(caller, plan, area)):
            # A connected system is told no more of an area that it may not see.
            raise refuse("unknown_area", no_such_area(area.code), "/area", status=NOT_FOUND)

        sent = query.get("by", "").strip() or By.GROUP
        if sent not in set(By):
            detail = _("“%(sent)s” is none of %(known)s.")
            words = {"sent": sent[:40], "known": ", ".join(By)}
            raise refuse("invalid_value", detail % words, "/by")

        day, known_at = read_as_of(query), read_known_at(query)
        return Response(
            {
                "plan": plan.number,
                "area": area.code,
                "as_of": day,
                "computed_at": recalculation.generation().computed_at,
                "pending": recalculation.is_pending(),
                **totals(plan, area, day, known_at).to_api(),
                "parts": [
                    {"key": part.key, "label": part.label, **part.counts.to_api()}
                    for part in totals_parts(plan, area, day, By(sent), known_at)
                ],
            }
        )
