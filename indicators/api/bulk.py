"""Many readings in one POST: JSON, CSV or SDMX-CSV."""

from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import problems
from core.api.idempotency import KEY, idempotent
from core.api.parameters import refuse_others
from core.api.parsers import StrictJSONParser, read_text, refuse_other_charsets
from core.api.schema import FaultSerializer
from core.api.views import APIView
from core.errors import refuse
from core.web.requests import caller_of
from indicators.api.options import OPTIONS, PARAMETERS, OptionsSerializer, read_options
from indicators.api.representation import (
    CautionSerializer,
    SentReadingSerializer,
    represent_cautions,
)
from indicators.files.formats import read_table
from indicators.recording.batch import Mode, record_batch
from indicators.recording.outliers import unusual

_FIELDS = ("readings", *OPTIONS)
_ROW = {"indicator": "digital_economy_gdp", "area": "VN", "period": "2025", "value": "14.02"}
_EXAMPLES = [
    OpenApiExample(
        "Two years of one figure",
        value={
            "readings": [_ROW, {**_ROW, "period": "2024", "value": "13.17"}],
            "mode": "accept_valid",
        },
        request_only=True,
        media_type="application/json",
    ),
    OpenApiExample(
        "Our own columns",
        value="indicator,area,period,value,obs_status\r\ndigital_economy_gdp,VN,2025,14.02,E\r\n",
        request_only=True,
        media_type="text/csv",
    ),
    OpenApiExample(
        "SDMX-CSV",
        value="STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS"
        "\r\ndataflow,R57:READINGS(1.0),I,digital_economy_gdp,VN,2025,14.02,E\r\n",
        request_only=True,
        media_type="application/vnd.sdmx.data+csv",
    ),
    OpenApiExample(
        "One created, one refused",
        value={
            "created": 1,
            "revised": 0,
            "unchanged": 0,
            "rejected": 1,
            "dry_run": False,
            "errors": [
                {
                    "index": 1,
                    "pointer": "/readings/1/value",
                    "code": "invalid_value",
                    "detail": "“mười” is no number.",
                }
            ],
            "warnings": None,
        },
        response_only=True,
        status_codes=["200"],
    ),
]


class CSVParser(BaseParser):
    """A table of either kind of columns; returns what the JSON body would have been."""

    media_type = "text/csv"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        refuse_other_charsets(media_type)
        text = read_text(stream.read(settings.R57_MAX_BODY_BYTES + 1))
        return {"readings": read_table(text, most=settings.R57_MAX_READINGS)}


class SDMXParser(CSVParser):
    media_type = "application/vnd.sdmx.data+csv"


class BatchSerializer(OptionsSerializer):
    """The body of a bulk POST, described; ``record_batch`` reads it."""

    readings = SentReadingSerializer(many=True)


class RowFaultSerializer(FaultSerializer):
    index = serializers.IntegerField(min_value=0, help_text="Of the reading, counted from 0.")


class OutcomeSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    revised = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField(help_text="The four add up to the number of readings.")
    dry_run = serializers.BooleanField()
    warnings = CautionSerializer(
        many=True, allow_null=True, help_text="Null unless asked for by ?warnings or a dry run."
    )
    errors = RowFaultSerializer(many=True)  # type: ignore[assignment]  # Hides an attribute unused here.


class BulkView(APIView):
    """``/readings/bulk/``."""

    parser_classes = [StrictJSONParser, CSVParser, SDMXParser]

    @extend_schema(
        operation_id="readings_bulk",
        request={
            "application/json": BatchSerializer,
            "text/csv": OpenApiTypes.STR,
            "application/vnd.sdmx.data+csv": OpenApiTypes.STR,
        },
        parameters=[*PARAMETERS, KEY],
        responses={200: OutcomeSerializer},
        examples=_EXAMPLES,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Record up to 10,000 readings. With all_or_nothing one bad row refuses them all (400)."""
        body = request.data
        if not isinstance(body, dict):
            detail = _("An object with the field “readings” is expected.")
            raise refuse("invalid_document", detail)
        refuse_others(body, _FIELDS)
        if not isinstance(body.get("readings"), list):
            raise refuse("required", _("A list of readings is expected."), "/readings")
        options = read_options(request.query_params, body)
        mode = options.mode or Mode.ALL_OR_NOTHING
        rows, caller, dry_run = body["readings"], caller_of(request), options.dry_run
        is_asked = len(rows) <= settings.R57_MAX_READINGS and (dry_run or options.warnings)
        cautions = unusual(rows, by=caller) if is_asked else None
        outcome = record_batch(rows, by=caller, mode=mode, dry_run=dry_run)
        answer = {
            "created": outcome.created,
            "revised": outcome.revised,
            "unchanged": outcome.unchanged,
            "rejected": outcome.rejected,
            "dry_run": dry_run,
            "errors": [
                {"index": index, "pointer": f.pointer, "code": f.code, "detail": str(f.detail)}
                for index, faults in outcome.faults.items()
                for f in faults
            ],
            "warnings": None if cautions is None else represent_cautions(cautions),
        }
        if not outcome.faults or mode != Mode.ALL_OR_NOTHING:
            return Response(answer)
        status, first = HTTPStatus.BAD_REQUEST, next(iter(outcome.faults.values()))
        problem = problems.problem(status, first, request.path)
        return Response({**problem, **answer}, status, content_type=problems.CONTENT_TYPE)
