"""The person or the system behind a request, and files that a page hands out."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from core.models import ApiClient, User


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
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes | str | Iterator[str], name: str) -> HttpResponseBase:
    """An attachment of the kind that its name ends in; an iterator goes out piece by piece."""
    kind = StreamingHttpResponse if isinstance(content, Iterator) else HttpResponse
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return kind(content, content_type=_TYPES[name.rpartition(".")[2]], headers=headers)
