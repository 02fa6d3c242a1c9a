"""Lists of readings as tables that the bulk call takes back."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response

from indicators.files.formats import write_sdmx, write_table

Rows = Sequence[Mapping[str, Any]]


class TableRenderer(BaseRenderer):
    """Renders the ``results`` of a page; errors stay JSON."""

    charset = "utf-8"

    def write(self, rows: Rows) -> str:
        raise NotImplementedError

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        response: Response | None = (renderer_context or {}).get("response")
        if response is not None and response.exception:
            return JSONRenderer().render(data)
        return self.write(data["results"]).encode()


class CSVRenderer(TableRenderer):
    """Our own columns, those that may be posted."""

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
