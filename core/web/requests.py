"""What a page reads from a request: who asks, and its filters. Downloads."""

from collections.abc import Container, Iterator, Mapping

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import Refused, refuse
from core.models import ApiClient, User
from core.text.numbers import whole


def user_of(request: HttpRequest) -> User:
    """The signed-in person. Raises PermissionDenied (403) where nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def caller_of(request: HttpRequest | Request) -> User | ApiClient:
    """Whoever calls the API. Raises PermissionDenied (403) where nobody does."""
    caller: object = request.user
    if not isinstance(caller, User | ApiClient):
        raise PermissionDenied
    return caller


_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def media_type(name: str) -> str:
    """What a file of this name holds."""
    return _TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def download(content: bytes | str | Iterator[str], name: str) -> HttpResponseBase:
    """An attachment of the kind that its name ends in; an iterator goes out piece by piece."""
    kind = StreamingHttpResponse if isinstance(content, Iterator) else HttpResponse
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return kind(content, content_type=media_type(name), headers=headers)


def read_choice(
    query: Mapping[str, str], name: str, known: Container[str], *, unknown: str = ""
) -> str:
    """One of the known words, "" if none is asked.

    Raises Refused (``invalid_value``), in the words of ``unknown``.
    """
    text = query.get(name, "").strip()
    if text and text not in known:
        raise no_such_filter(name, unknown)
    return text


def read_key(query: Mapping[str, str], name: str) -> int | None:
    """The number of a row, None if none is asked. Raises Refused (``invalid_value``)."""
    text = query.get(name, "").strip()
    if not text:
        return None
    key = whole(text)
    if key is None:
        raise no_such_filter(name)
    return key


def no_such_filter(name: str, detail: str = "") -> Refused:
    usual = _("This filter does not exist; choose one of the list.")
    return refuse("invalid_value", detail or usual, f"/{name}")
