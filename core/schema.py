"""The OpenAPI schema of every operation: how to sign in, and the one shape of every error."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from core.problems import CONTENT_TYPE, titles

_ALWAYS = (400, 401, 403, 404, 406, 429, 500, 503)
_OF_A_BODY = (409, 413, 415, 422)


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


class Schema(AutoSchema):
    """Whatever an operation answers, its errors are problems."""

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        codes = _ALWAYS + (_OF_A_BODY if self.method in ("POST", "PUT", "PATCH") else ())
        for code in codes:
            known = OpenApiResponse(ProblemSerializer, str(titles()[code]))
            bodies[str(code)] = self._get_response_for_code(known, str(code), [CONTENT_TYPE])  # type: ignore[no-untyped-call]  # Untyped upstream.
        problem = OpenApiResponse(ProblemSerializer, "Any error")
        body = self._get_response_for_code(problem, "default", [CONTENT_TYPE])  # type: ignore[no-untyped-call]  # Untyped upstream.
        bodies["default"] = body
        return bodies


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # Its __init_subclass__ has no types.
    target_class = "core.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "r57_<id>_<secret>"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # The same.
    target_class = "core.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
