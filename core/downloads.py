"""Files that a page hands out."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes | str | Iterator[str], name: str) -> HttpResponseBase:
    """An attachment of the kind that its name ends in; an iterator goes out piece by piece."""
    kind = StreamingHttpResponse if isinstance(content, Iterator) else HttpResponse
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return kind(content, content_type=_TYPES[name.rpartition(".")[2]], headers=headers)
