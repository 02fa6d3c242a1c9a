"""What every request carries: an id, an origin for the audit, a strict content policy."""

import ipaddress
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from core.api import problems
from core.api.parsers import unpack
from core.audit.trail import Origin, origin
from core.db import replica
from core.errors import Fault, Refused, error_page
from core.models import RequestCount
from core.web import public, typed

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
            response = self._presentable(request, self.get_response(request))
            response["X-Request-ID"] = request_id
            return response
        finally:
            structlog.contextvars.clear_contextvars()
            origin.reset(token)

    def _presentable(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Below /api/ an error is a problem, whoever of Django's own it comes from. Django answers
        a wrong method with nothing to read; people get the designed page."""
        status = response.status_code
        is_page = response.get("Content-Type", "").startswith("text/html")
        if request.path.startswith("/api/") and status >= HTTPStatus.BAD_REQUEST and is_page:
            return problems.answer(request, status)
        if status != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = error_page(request, status)
        page["Allow"] = response["Allow"]
        return page

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """PostgreSQL takes no NUL, and no address of ours has one."""
        if "\0" not in request.path and "%00" not in request.META.get("QUERY_STRING", ""):
            return None
        return error_page(request, HTTPStatus.BAD_REQUEST)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return error_page(request, exception.status or HTTPStatus.BAD_REQUEST, exception.faults)
        if isinstance(exception, UnreadablePostError):
            return _said(request, HTTPStatus.REQUEST_TIMEOUT)
        return None


class BodySizeMiddleware:
    """Refuses a body by its announced length, before a byte of it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Must come before the middleware of CSRF, which reads the body."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= settings.R57_MAX_UPLOAD_BYTES:
            return None
        return _said(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class PackedBodyMiddleware:
    """Unpacks what a system sends with ``Content-Encoding: gzip``; the limits are those of what it
    unpacks to, so that a small body cannot fill the memory."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if unpacked := getattr(request, "_unpacked", None):
                unpacked.close()

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        packed = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
        if packed == "identity" or not request.path.startswith("/api/"):
            return None
        if packed not in ("gzip", "x-gzip"):
            detail = _("Only gzip is taken, not “%(encoding)s”.") % {"encoding": packed[:40]}
            return problems.answer(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail=detail)
        is_form = (request.content_type or "").startswith("multipart/")
        most = settings.R57_MAX_UPLOAD_BYTES if is_form else settings.R57_MAX_BODY_BYTES
        try:
            unpacked = unpack(request._stream, most)
        except UnreadablePostError:
            return problems.answer(request, HTTPStatus.REQUEST_TIMEOUT)
        except Refused as refused:
            [fault] = refused.faults
            return problems.answer(request, refused.status, fault.code, str(fault.detail))
        request.META["CONTENT_LENGTH"] = str(unpacked.tell())
        del request.META["HTTP_CONTENT_ENCODING"]
        unpacked.seek(0)
        request._stream = request._unpacked = unpacked  # type: ignore[assignment,attr-defined]
        return None


class PackedAnswerMiddleware(GZipMiddleware):
    """Pages leave packed, since offices have slow lines. Workbooks, pictures and PDF are packed
    already; the API keeps its ETags strong, as If-Match wants them. What is secret on a page is
    safe from BREACH: Django adds a random length to each answer and masks the token of forms."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith("text/")
        if not is_text or request.path.startswith("/api/"):
            return response
        return super().process_response(request, response)


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Whoever follows the API learns by ETag and 304 that nothing changed. What has an ETag of its
    own, such as the version that If-Match is compared with, keeps it."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not request.path.startswith("/api/") or response.has_header("ETag"):
            return response
        patch_cache_control(response, private=True, no_cache=True)
        return super().process_response(request, response)


def _said(request: HttpRequest, status: int) -> HttpResponse:
    """The page of an error of which only the status is known; below /api/ the problem."""
    if request.path.startswith("/api/"):
        return problems.answer(request, status)
    return error_page(request, status, [Fault(problems.CODES[status], problems.titles()[status])])


def _address(request: HttpRequest) -> str | None:
    """The caller's address; from the proxy's header only where the settings trust it."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.R57_TRUST_PROXY:
        text = request.headers.get("X-Forwarded-For", text).rsplit(",", 1)[-1].strip()
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


class ContentSecurityPolicyMiddleware:
    """Browsers load and run only our own files."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", settings.R57_CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Whoever is signed out is sent to sign in, but from what is open to everybody; a stranger who
    asks for that too often waits.

    htmx gets a 401 instead, or it would put the page of signing in into a part of its page. A form
    that was sent is kept meanwhile.
    """

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        is_stranger = not request.user.is_authenticated and "Authorization" not in request.headers
        if is_stranger and public.is_open(view[0]):
            if not public.is_too_often():
                return None
            refused = _said(request, HTTPStatus.TOO_MANY_REQUESTS)
            refused["Retry-After"] = str(public.MINUTE)
            return refused
        answer = super().process_view(request, *view)
        if answer and request.headers.get("HX-Request") == "true":
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        return answer and (typed.keep_sent(request) or answer)


class LanguageMiddleware(LocaleMiddleware):
    """Pages are Vietnamese until a person switches, whatever language their browser asks for.

    The API answers in the language that is asked for.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith("/api/"):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)


_WRITTEN = "r57_written"
_WRITTEN_SECONDS = 60 * 60
_SAFE = {"GET", "HEAD", "OPTIONS"}
_NO_PAGES = ("/healthz", "/readyz")


class ReplicaMiddleware:
    """Pages and GETs are read from the replica, and again from the primary where that failed.

    Whoever wrote carries the position of the write: a browser in a cookie, a system in the row that
    counts its calls, because systems keep no cookies.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if replica.REPLICA not in connections.settings:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with replica.routing(is_safe=request.method in _SAFE) as route:
            # Of a system nothing is known until its key is.
            if "Authorization" not in request.headers and request.path not in _NO_PAGES:
                cookie = request.COOKIES.get(_WRITTEN, "0")
                route.choose(int(cookie) if cookie.isdecimal() else 0)
            response = self.get_response(request)
            if (
                route.alias == replica.REPLICA
                and not route.has_written
                and response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
            ):
                route.alias, route.is_safe = replica.PRIMARY, False
                connections[replica.REPLICA].close()
                response = self.get_response(request)
            if route.has_written or request.method not in _SAFE:
                self._remember(route, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What the replica did not answer is no error yet."""
        route = replica.current()
        if isinstance(exception, DatabaseError) and route and route.alias == replica.REPLICA:
            return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return None

    def _remember(self, route: replica.Route, response: HttpResponse) -> None:
        try:
            written = replica.written()
            if route.client is not None:
                # A system writes several at once; the last of them counts.
                counted = RequestCount.objects.filter(pk=route.client, written__lt=written)
                counted.update(written=written)
        except DatabaseError:  # It is saved; only the position is not known.
            written = replica.NOT_YET
        if route.client is None:
            response.set_cookie(
                _WRITTEN,
                str(written),
                max_age=_WRITTEN_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
