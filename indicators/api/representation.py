"""A reading as the API shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer

from core.api.schema import FaultSerializer
from indicators.api.options import OptionsSerializer
from indicators.files.formats import write_sdmx, write_table
from indicators.models import ObsStatus, Reading
from indicators.recording.outliers import Caution
from indicators.recording.services import Result

_STATUSES = [(status, status) for status in ObsStatus.values]
_BASES = [(63, 63), (34, 34)]
_QUALIFIERS = ["<", ">", "~"]


def represent(reading: Reading) -> dict[str, Any]:
    """A reading whose indicator and area are loaded. The area is shown by its official code, which
    ``base`` makes unique: 15 of 63 provinces is Yên Bái, 15 of 34 is Lào Cai."""
    indicator, area = reading.indicator, reading.area
    return {
        "indicator": indicator.code,
        "area": area.official_code,
        "area_name": area.short_name,
        "base": reading.base or None,
        "period": reading.period or None,
        "period_text": reading.period_text,
        "value": None if reading.value is None else reading.value_text,
        "value_qualifier": reading.value_qualifier,
        "rank": reading.rank,
        "rank_of": reading.rank_of,
        "obs_status": reading.obs_status,
        "published_on": reading.published_on.isoformat(),
        "published_is_estimated": reading.published_is_estimated,
        "unit": indicator.unit,
        "revision": reading.revision,
        "recorded_at": reading.recorded_at.isoformat(),
        "source": reading.source,
        "source_url": reading.source_url,
        "note": reading.note,
    }


@extend_schema_field({"oneOf": [{"type": "string", "maxLength": 40}, {"type": "number"}]})
class NumberField(serializers.Field[Any, Any, Any, Any]):
    """As it is sent: text or a JSON number, without exponent."""


class SentReadingSerializer(serializers.Serializer[Any]):
    """The body of POST: what may stand in it; its rules are checked when it is recorded."""

    indicator = serializers.CharField(max_length=60, help_text="Code; exact.")
    area = serializers.CharField(max_length=60, help_text="Official code; VN for the nation.")
    period = serializers.CharField(
        max_length=40,
        help_text="2025, 2025-S1, 2025-Q3, 2025-11, 2025-11-15, 2016/2020 or 2025-01/2025-09.",
    )
    value = NumberField(
        required=False, allow_null=True, help_text="Null where only a rank is the fact, or with O."
    )
    value_qualifier = serializers.ChoiceField(choices=_QUALIFIERS, required=False)
    rank = serializers.IntegerField(required=False, min_value=1, allow_null=True)
    rank_of = serializers.IntegerField(required=False, min_value=1, allow_null=True)
    obs_status = serializers.ChoiceField(choices=_STATUSES, required=False, default="A")
    published_on = serializers.DateField(
        required=False, allow_null=True, help_text="Today if left out; never in the future."
    )
    base = serializers.ChoiceField(
        choices=_BASES,
        required=False,
        allow_null=True,
        help_text="Needed for a merged province and a period before July 2025.",
    )
    unit = serializers.CharField(
        required=False, max_length=80, help_text="Compared with the indicator's unit."
    )
    source = serializers.CharField(  # type: ignore[assignment]  # Hides DRF's own.
        required=False, max_length=300, allow_blank=True
    )
    source_url = serializers.URLField(required=False, max_length=500, allow_blank=True)
    note = serializers.CharField(required=False, max_length=2000, allow_blank=True)


class SingleReadingSerializer(OptionsSerializer, SentReadingSerializer):
    """With the options of the call beside it. One refused figure is refused in either mode."""


class ReadingSerializer(serializers.Serializer[Any]):
    """Describes what ``represent`` returns."""

    indicator = serializers.CharField()
    area = serializers.CharField()
    area_name = serializers.CharField(help_text="In the language of Accept-Language.")
    base = serializers.ChoiceField(choices=_BASES, allow_null=True)
    period = serializers.CharField(allow_null=True)
    period_text = serializers.CharField(help_text="As published, where no period can be named.")
    value = serializers.CharField(allow_null=True, help_text="As it was sent.")
    value_qualifier = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True)
    rank_of = serializers.IntegerField(allow_null=True)
    obs_status = serializers.ChoiceField(choices=_STATUSES)
    published_on = serializers.DateField()
    published_is_estimated = serializers.BooleanField()
    unit = serializers.CharField()
    revision = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]  # Hides DRF's own.
    source_url = serializers.CharField()
    note = serializers.CharField()


class ReadingPageSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="Address of the next page.")
    previous = serializers.CharField(allow_null=True)
    results = ReadingSerializer(many=True)


class CautionSerializer(FaultSerializer):
    """Something to look at again; it is recorded all the same."""

    index = serializers.IntegerField(min_value=0, help_text="Of the reading, counted from 0.")


class RecordedSerializer(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=[result.value for result in Result])
    reading = ReadingSerializer()
    warnings = CautionSerializer(
        many=True, allow_null=True, help_text="Null unless asked for by ?warnings or a dry run."
    )


def represent_cautions(found: Sequence[Caution], stem: str = "/readings/") -> list[dict[str, Any]]:
    """``stem``: where the readings are in the body; empty for a single reading."""
    return [
        {
            "index": each.index,
            "pointer": f"{stem}{each.index}/{each.field}" if stem else f"/{each.field}",
            "code": each.code,
            "detail": each.detail,
        }
        for each in found
    ]


Rows = Sequence[Mapping[str, Any]]


class TableRenderer(BaseRenderer):
    """Renders the ``results`` of a page."""

    charset = "utf-8"

    def write(self, rows: Rows) -> str:
        raise NotImplementedError

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return self.write(data["results"]).encode()


class CSVRenderer(TableRenderer):
    """Our own columns, which may be posted."""

    media_type = "text/csv"
    format = "csv"

    def write(self, rows: Rows) -> str:
        return write_table(rows)


class SDMXRenderer(TableRenderer):
    media_type = "application/vnd.sdmx.data+csv;version=2.0.0"
    format = "sdmx"

    def write(self, rows: Rows) -> str:
        return write_sdmx(rows)


class PlainSDMXRenderer(SDMXRenderer):
    """For those who ask for SDMX-CSV without naming a version."""

    media_type = "application/vnd.sdmx.data+csv"
    format = "sdmx-csv"
