"""Every error of the API in one shape: application/problem+json (RFC 9457)."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Fault, Refused

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


def titles() -> dict[int, str]:
    return {
        400: _("The request was not understood"),
        401: _("Sign-in is needed"),
        403: _("Not allowed"),
        404: _("Not found, or not open to you"),
        405: _("This address does not take that method"),
        406: _("This format is not offered"),
        408: _("What was sent did not arrive whole; send it again"),
        409: _("Somebody else changed it meanwhile"),
        412: _("Somebody else changed it meanwhile"),
        413: _("Too much at once"),
        415: _("This format is not taken"),
        422: _("The request cannot be carried out"),
        429: _("Too many requests"),
        500: _("Something went wrong on our side"),
        503: _("Not ready; try again shortly"),
    }


def problem(status: int, faults: Sequence[Fault], instance: str = "") -> dict[str, Any]:
    title = titles().get(status) or HTTPStatus(status).phrase
    return {
        "type": "about:blank" if not faults else f"urn:r57:problem:{faults[0].code}",
        "title": title,
        "status": int(status),
        "detail": str(faults[0].detail) if faults else title,
        "instance": instance,
        "errors": [{"pointer": f.pointer, "code": f.code, "detail": str(f.detail)} for f in faults],
    }


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's hook. Rolls back what a request-wide transaction has written.

    A problem is JSON, whichever format was asked for.
    """
    set_rollback()
    context["request"].accepted_renderer = JSONRenderer()
    context["request"].accepted_media_type = JSONRenderer.media_type
    response = respond(exception, context["request"])
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("Unhandled error in the API", exc_info=exception)
    return response


def respond(exception: Exception, request: Request) -> Response:
    """An exception as a problem for the caller; rolls nothing back."""
    status, faults, headers = _read(exception)
    known = []
    if isinstance(exception, exceptions.UnsupportedMediaType):
        known = [parser.media_type for parser in request.parsers or ()]
    if isinstance(exception, exceptions.NotAcceptable):
        renderers = request.parser_context["view"].get_renderers()
        known = [renderer.media_type for renderer in renderers]
    if known:
        detail = _("%(title)s; there are: %(known)s.")
        words = {"title": titles()[status], "known": ", ".join(dict.fromkeys(known))}
        faults = [Fault(CODES[status], detail % words)]
    return Response(
        problem(status, faults, request.path),
        status=status,
        headers=dict(headers),
        content_type=CONTENT_TYPE,
    )


def _read(exception: Exception) -> tuple[int, Sequence[Fault], dict[str, str]]:
    """Status, faults and headers of any exception."""
    if isinstance(exception, Refused):
        return exception.status, exception.faults, dict(exception.headers)
    if not isinstance(exception, exceptions.APIException):
        status = next((s for kind, s in _KINDS.items() if isinstance(exception, kind)), 500)
        wait = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        return status, [Fault(CODES[status], titles()[status])], wait
    headers = {}
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if seconds := getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(seconds) + 1)
    if isinstance(exception, exceptions.ValidationError):
        return 400, list(_flatten(exception.get_full_details())), headers
    status = exception.status_code
    code = CODES.get(status, str(exception.get_codes()))
    return status, [Fault(code, titles().get(status) or str(exception.detail))], headers


_KINDS: dict[type[Exception], int] = {
    Http404: 404,
    PermissionDenied: 403,
    RequestDataTooBig: 413,
    UnreadablePostError: 408,
    OperationalError: 503,
}
CODES = {
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "incomplete_body",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "server_error",
    503: "not_ready",
}
"""By status, for errors of which nothing more is known."""


def _flatten(details: Any, pointer: str = "") -> list[Fault]:
    """DRF's nested details as faults with JSON pointers."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        return [Fault(details["code"], details["message"], pointer)]
    if isinstance(details, dict):
        keep = (pointer if key == "non_field_errors" else f"{pointer}/{key}" for key in details)
        return [
            f for p, value in zip(keep, details.values(), strict=True) for f in _flatten(value, p)
        ]
    return [fault for item in details for fault in _flatten(item, pointer)]


def answer(request: HttpRequest, status: int, code: str = "", detail: str = "") -> JsonResponse:
    """A problem for requests that no API view saw, such as an unknown address."""
    code = code or CODES.get(status, "invalid_value")
    return JsonResponse(
        problem(status, [Fault(code, detail or titles().get(status, code))], request.path),
        status=status,
        content_type=CONTENT_TYPE,
    )
