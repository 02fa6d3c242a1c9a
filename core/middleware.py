"""What every request carries: an id, an origin for the audit, a strict content policy."""

import ipaddress
import secrets
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.context import Origin, origin
from core.errors import Refused, error_page

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Names the request in the log and in the audit, and turns a refusal into a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = secrets.token_hex(8)
        token = origin.set(Origin(_address(request), request_id))
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = _with_a_page(request, self.get_response(request))
            response["X-Request-ID"] = request_id
            return response
        finally:
            structlog.contextvars.clear_contextvars()
            origin.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return error_page(request, exception.status or HTTPStatus.BAD_REQUEST, exception.faults)
        return None


def _with_a_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django answers a wrong method with nothing to read; people get the designed page."""
    if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
        return response
    page = error_page(request, response.status_code)
    page["Allow"] = response["Allow"]
    return page


def _address(request: HttpRequest) -> str | None:
    """The caller's address; the proxy's word is taken only where the settings trust it."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.R57_TRUST_PROXY:
        text = request.headers.get("X-Forwarded-For", text).rsplit(",", 1)[-1].strip()
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


class ContentSecurityPolicyMiddleware:
    """Nothing but our own files is loaded or run."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", settings.R57_CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
