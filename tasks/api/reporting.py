"""``POST /assignments/{id}/status-reports/``: report on an assignment."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.idempotency import HEADER, idempotent
from core.api.parameters import refuse_others
from core.api.views import APIView
from core.calendar import clock
from core.text.numbers import whole
from core.web.requests import caller_of
from tasks.api.representation import StatusReportSerializer
from tasks.models import Assignment, StatusReport
from tasks.reporting import reports
from tasks.reporting.evidence import Proof
from tasks.states import State

_IF_MATCH = "If-Match"
_NO_VERSION = -1
_TEXT = 20_000


class SentReportSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=State.choices, required=False)
    percent = serializers.IntegerField(min_value=0, max_value=100, default=0)
    effective_on = serializers.DateField(required=False, help_text="Today if left out.")
    result = serializers.CharField(max_length=_TEXT, allow_blank=True, default="")
    unchanged = serializers.BooleanField(
        default=False, help_text="Nothing new: state, percent and cause are the newest report's."
    )
    cause_kind = serializers.ChoiceField(
        choices=StatusReport.Fault.choices, allow_blank=True, default=""
    )
    cause = serializers.CharField(max_length=_TEXT, allow_blank=True, default="")
    remedy = serializers.CharField(max_length=_TEXT, allow_blank=True, default="")
    expected_on = serializers.DateField(allow_null=True, default=None)
    evidence_number = serializers.CharField(allow_blank=True, default="")
    evidence_link = serializers.CharField(allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields: a mistyped name would lose its value without a word."""
        if isinstance(data, dict):
            refuse_others(data, self.fields)
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["unchanged"] and "state" not in attrs:
            required = self.fields["state"].error_messages["required"]
            raise serializers.ValidationError({"state": required}, code="required")
        return attrs


class AssignmentReportsView(APIView):
    @extend_schema(
        operation_id="assignments_status_reports_create",
        request=SentReportSerializer,
        parameters=[
            OpenApiParameter(
                _IF_MATCH,
                location=OpenApiParameter.HEADER,
                description='The version that was read, such as "3"; 412 when it is stale.',
            ),
            OpenApiParameter(HEADER, location=OpenApiParameter.HEADER),
        ],
        responses={201: StatusReportSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Report how the assignment stands; it counts at once, or once it is accepted."""
        caller = caller_of(request)
        assignment = Assignment.objects.visible_to(caller).filter(pk=pk).first()
        if assignment is None:
            raise Http404
        sent = SentReportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = dict(sent.validated_data)

        if_version = None
        if_match = request.headers.get(_IF_MATCH, "*").strip()
        if if_match != "*":
            version = whole(if_match.removeprefix("W/").strip('"'))
            # What cannot be read matches no version.
            if_version = _NO_VERSION if version is None else version

        common: dict[str, Any] = {"by": caller, "if_version": if_version}
        common["effective_on"] = given.pop("effective_on", clock.today())
        proof = Proof(number=given.pop("evidence_number"), link=given.pop("evidence_link"))
        if given.pop("unchanged"):
            report = reports.report_unchanged(assignment, **common)
        else:
            report = reports.report_status(assignment, proof=proof, **given, **common)
        report.assignment.refresh_from_db(fields=["version"])
        return Response(
            StatusReportSerializer(report).data,
            status=201,
            headers={"ETag": f'"{report.assignment.version}"'},
        )
