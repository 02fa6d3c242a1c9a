"""The OpenAPI schema of every operation: how to sign in, and the one shape of every error."""

import json
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from core.api import problems
from core.api.problems import CODES, CONTENT_TYPE, titles
from core.errors import Fault

_ALWAYS = (400, 401, 403, 404, 406, 429, 500, 503)
_OF_A_BODY = (408, 409, 413, 415, 422)
_OF_A_DELETION = (409,)
_OF_A_VERSION = (412,)
_TYPICAL = {
    400: ("invalid_value", "/value"),
    409: ("request_in_progress", ""),
    412: ("stale", ""),
    422: ("idempotency_key_reused", ""),
}
"""Code and pointer of the example. Statuses that are not here have one code each."""


class FaultSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        allow_blank=True, help_text="JSON pointer to the faulty field; empty for the whole request."
    )
    code = serializers.CharField(help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="In the language of Accept-Language.")


class ProblemSerializer(serializers.Serializer[Any]):
    """application/problem+json (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = FaultSerializer(many=True)  # type: ignore[assignment]  # Hides an attribute unused here.


@cache
def _examples() -> dict[str, Any]:
    """By operation, then "request" or the status, then media type (``bin.api_examples``)."""
    found: dict[str, Any] = json.loads(settings.R57_API_EXAMPLES.read_text())
    return found


class Schema(AutoSchema):
    """Adds to each operation its errors, all of one shape and each with an example."""

    def _get_request_body(
        self, direction: Literal["request", "response"] = "request"
    ) -> dict[str, Any] | None:
        body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # Untyped upstream.
        if body:
            self._show("request", body)
        return body

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, body in bodies.items():
            self._show(status, body)
        for code in self._errors():
            known = OpenApiResponse(ProblemSerializer, str(titles()[code]))
            body = self._get_response_for_code(known, str(code), [CONTENT_TYPE])  # type: ignore[no-untyped-call]  # Untyped upstream.
            body["content"][CONTENT_TYPE]["examples"] = {"problem": {"value": self._problem(code)}}
            bodies[str(code)] = body
        problem = OpenApiResponse(ProblemSerializer, "Any error")
        body = self._get_response_for_code(problem, "default", [CONTENT_TYPE])  # type: ignore[no-untyped-call]  # Untyped upstream.
        bodies["default"] = body
        return bodies

    def _show(self, place: str, body: dict[str, Any]) -> None:
        """An example from the demo, unless the view has its own."""
        given = _examples().get(self.get_operation_id(), {}).get(place, {})
        for kind, content in body.get("content", {}).items():
            if kind in given:
                content.setdefault("examples", {"demo": {"value": given[kind]}})

    def _errors(self) -> Iterator[int]:
        yield from _ALWAYS
        if self.method in ("POST", "PUT", "PATCH"):
            yield from _OF_A_BODY
        if self.method == "DELETE":
            yield from _OF_A_DELETION
        parameters = self.get_override_parameters()
        if any(getattr(parameter, "name", "") == "If-Match" for parameter in parameters):
            yield from _OF_A_VERSION

    def _problem(self, status: int) -> dict[str, Any]:
        title = str(titles()[status])
        code, pointer = _TYPICAL.get(status) or (CODES[HTTPStatus(status)], "")
        return problems.problem(status, [Fault(code, title, pointer)], self.path)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # Its __init_subclass__ has no types.
    target_class = "core.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "r57_<id>_<secret>"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # The same.
    target_class = "core.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
