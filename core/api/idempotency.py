"""Idempotency-Key: a client that got no answer may send again and gets the answer it missed.

The answer is stored in the transaction of its effect, so neither is ever there without the other.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import problems
from core.calendar import clock
from core.errors import refuse
from core.models import ApiClient, IdempotencyRecord
from core.web.requests import caller_of

_FORM = "multipart/form-data"


def digest_of(request: Request) -> str:
    """Of method, address with query, type and body.

    A form with files counts by its fields and what is in the files: the boundary between its parts
    is new each time. Raises UnsupportedMediaType (415) for a form that this address does not take.
    """
    head = f"{request.method} {request.get_full_path()} "
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind == _FORM and isinstance(request.data, QueryDict):
        return _digest_of_form(request.data, f"{head}{kind}")
    found = hashlib.sha256(f"{head}{request.content_type}\n".encode())
    try:
        found.update(request.body)
    except RawPostDataException as error:
        # The check of the CSRF token has read the body, so it is a form.
        raise UnsupportedMediaType(request.content_type) from error
    return found.hexdigest()


def _digest_of_form(form: QueryDict, head: str) -> str:
    found = hashlib.sha256(head.encode())
    for name, items in sorted(form.lists()):
        for item in items:
            found.update(f"\n{len(name)} {name} ".encode())
            if isinstance(item, UploadedFile):
                found.update(f"{item.size} {item.name}\n".encode())
                for chunk in item.chunks():
                    found.update(chunk)
                item.seek(0)
            else:
                found.update(f"{len(item)}\n{item}".encode())
    return found.hexdigest()


HEADER = "Idempotency-Key"
KEY = OpenApiParameter(
    HEADER,
    location=OpenApiParameter.HEADER,
    description="Send again with the same key and body and get the first answer (for 7 days).",
)
_LONGEST = 255
_NOT_FINAL = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS}

_View = TypeVar("_View")
_P = ParamSpec("_P")
_Handler = Callable[Concatenate[_View, Request, _P], Response]


def idempotent(
    handler: "_Handler[_View, _P]",
) -> Callable[Concatenate[_View, Request, _P], HttpResponseBase]:
    """Around a POST method of an API view, which answers with a Response or raises.

    Raises Refused: ``invalid_idempotency_key`` (400), ``idempotency_key_reused`` (422),
    ``request_in_progress`` (409).
    """

    @wraps(handler)
    def once(
        view: _View, request: Request, /, *args: _P.args, **kwargs: _P.kwargs
    ) -> HttpResponseBase:
        ask = keyed_request_of(request)
        if not ask.key:
            return handler(view, request, *args, **kwargs)
        return _answer(request, ask, lambda: handler(view, request, *args, **kwargs))

    return once


class KeyedRequest(NamedTuple):
    """Who asks for what to be done once, and the number of the lock. Without a key: nothing."""

    caller: str
    key: str = ""
    request_hash: str = ""
    lock: int = 0


def keyed_request_of(request: Request) -> KeyedRequest:
    """Raises Refused (``invalid_idempotency_key``)."""
    who, key = caller_of(request), request.headers.get(HEADER)
    caller = f"{'client' if isinstance(who, ApiClient) else 'user'}:{who.pk}"
    if key is None:
        return KeyedRequest(caller)
    if not key or len(key) > _LONGEST or not (key.isascii() and key.isprintable()):
        raise refuse(
            "invalid_idempotency_key",
            _("An Idempotency-Key has 1 to 255 printable ASCII characters."),
        )
    return KeyedRequest(caller, key, digest_of(request), _lock_number(f"{caller} {key}"))


def _answer(request: Request, ask: KeyedRequest, work: Callable[[], Response]) -> HttpResponseBase:
    with transaction.atomic():
        alone = _lock(ask.lock)
        same = IdempotencyRecord.objects.filter(caller=ask.caller, key=ask.key)
        same.expired(clock.now()).delete()
        record = same.first()
        if record and record.request_hash != ask.request_hash:
            raise refuse(
                "idempotency_key_reused",
                _("This Idempotency-Key was used for another request; take a new one."),
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
            )
        if record:
            failed = record.status >= HTTPStatus.BAD_REQUEST
            return HttpResponse(
                bytes(record.body),
                status=record.status,
                content_type=problems.CONTENT_TYPE if failed else "application/json",
                headers={"Idempotency-Replayed": "true"},
            )
        if not alone:
            raise refuse(
                "request_in_progress",
                _("The first request with this Idempotency-Key is still running."),
                status=HTTPStatus.CONFLICT,
                headers={"Retry-After": "1"},
            )
        response = _carry_out(request, work)
        IdempotencyRecord.objects.create(
            caller=ask.caller,
            key=ask.key,
            request_hash=ask.request_hash,
            status=response.status_code,
            body=JSONRenderer().render(response.data),
        )
        return response


def _carry_out(request: Request, work: Callable[[], Response]) -> Response:
    """The answer to keep: a 2xx, or a final 4xx whose effect alone was rolled back."""
    try:
        with transaction.atomic():
            return work()
    except Exception as error:
        response = problems.respond(error, request)
        failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        if failed or response.status_code in _NOT_FINAL:
            raise
        return response


def _lock_number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def _lock(number: int) -> bool:
    """False while another request with that number runs; SQLite's BEGIN IMMEDIATE has waited."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
