"""Files of readings over REST: sent, followed, cancelled; the refused rows as a file."""

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.idempotency import KEY, idempotent
from core.api.parameters import refuse_others
from core.api.views import APIView
from core.errors import refuse
from core.models import ApiClient, User
from core.web.requests import caller_of
from indicators.api.options import MODES, OPTIONS, PARAMETERS, FormOptionsSerializer, read_options
from indicators.api.representation import CSVRenderer
from indicators.files import services
from indicators.files.chunks import MOST_WARNINGS
from indicators.files.table import rejected_csv
from indicators.models import ImportJob

_ERRORS = 1000
Mode = ImportJob.Mode
_OF_THE_BROWSER = "csrfmiddlewaretoken"


class SentFileSerializer(FormOptionsSerializer):
    file = serializers.FileField(
        help_text="CSV (UTF-8), SDMX-CSV or .xlsx, up to 50 MB; in Excel at most 250,000 rows."
    )


class RowErrorSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(
        allow_null=True, help_text="The header is row 1; null: the file."
    )
    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.CharField(help_text="waiting, running, done, failed or cancelled")
    file_name = serializers.CharField()
    dry_run = serializers.BooleanField()
    mode = serializers.ChoiceField(choices=MODES)
    rows_total = serializers.IntegerField(allow_null=True)
    rows_done = serializers.IntegerField()
    created = serializers.IntegerField()
    revised = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    errors = RowErrorSerializer(  # type: ignore[assignment]  # Hides DRF's own.
        many=True, help_text=f"The first {_ERRORS}."
    )
    unusual = serializers.IntegerField(help_text="Of a dry run: figures far from the last ones.")
    warnings = RowErrorSerializer(many=True, help_text=f"The first {MOST_WARNINGS} of them.")
    rejected_rows = serializers.CharField(help_text="Address of the refused rows as CSV.")


def _sender(request: Request) -> User | ApiClient:
    """Raises PermissionDenied."""
    caller = caller_of(request)
    if not services.may_import(caller):
        raise PermissionDenied
    return caller


def _job(request: Request, pk: int) -> ImportJob:
    """Raises Http404 for the import of somebody else."""
    return get_object_or_404(services.jobs_of(_sender(request)), pk=pk)


def _represent(job: ImportJob) -> dict[str, Any]:
    errors: list[dict[str, Any]] = [{"row": None, "field": "", **error} for error in job.errors]
    for rejected in job.rejected_rows.all()[:_ERRORS]:
        errors += [{"row": rejected.row, **reason} for reason in rejected.reasons]
    names = (
        "state",
        "file_name",
        "dry_run",
        "mode",
        "rows_total",
        "rows_done",
        "created",
        "revised",
        "unchanged",
        "rejected",
        "unusual",
        "warnings",
    )
    return {
        "id": job.pk,
        **{name: getattr(job, name) for name in names},
        "errors": errors[:_ERRORS],
        "rejected_rows": reverse("api_rejected_rows", args=[job.pk]),
    }


class ImportsView(APIView):
    """``/imports/``."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": SentFileSerializer},
        parameters=[*PARAMETERS, KEY],
        responses={202: ImportSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Hand in a file; it is taken soon after. Its state is at the address in Location.

        Rows that can be taken are recorded, the others are listed. Sending the same file again
        changes nothing: its figures are then unchanged.
        """
        answer = self._take(request)
        if isinstance(answer, HttpResponse) and answer.status_code == HTTPStatus.ACCEPTED:
            # A stored answer to its Idempotency-Key has bytes alone.
            body = answer.data if isinstance(answer, Response) else json.loads(answer.content)
            answer["Location"] = reverse("api_import", args=[body["id"]])
        return answer

    @idempotent
    def _take(self, request: Request) -> Response:
        caller, file = _sender(request), request.FILES.get("file")
        refuse_others(request.POST, (*OPTIONS, _OF_THE_BROWSER))
        refuse_others(request.FILES, ("file",))
        if file is None:
            raise refuse("required", _("Choose a file."), "/file")
        options = read_options(request.query_params, request.POST)
        job = services.submit(
            file,
            name=file.name or "",
            size=file.size or 0,
            mode=options.mode or Mode.ACCEPT_VALID,
            by=caller,
            dry_run=options.dry_run,
            warnings=options.warnings,
        )
        return Response(_represent(job), status=HTTPStatus.ACCEPTED)


class ImportView(APIView):
    """``/imports/{id}/``."""

    @extend_schema(operation_id="imports_read", responses=ImportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far it is, what became of its rows, and what is wrong with the others."""
        return Response(_represent(_job(request, pk)))

    @extend_schema(operation_id="imports_cancel", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Take no further row; what is recorded stays. 409 when it has ended already."""
        services.cancel(_job(request, pk), by=caller_of(request))
        return Response(status=HTTPStatus.NO_CONTENT)


class RejectedRowsView(APIView):
    """``/imports/{id}/rejected.csv``."""

    renderer_classes = [JSONRenderer, CSVRenderer]

    @extend_schema(
        operation_id="imports_rejected",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The refused rows, with a column that says why; corrected it may be sent again."""
        rows = rejected_csv(_job(request, pk))
        return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")


urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", ImportsView.as_view(), name="api_imports"),
    path("imports/<int:pk>/", ImportView.as_view(), name="api_import"),
    path("imports/<int:pk>/rejected.csv", RejectedRowsView.as_view(), name="api_rejected_rows"),
]
