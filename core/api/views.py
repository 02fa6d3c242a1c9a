"""What every floor's API views share."""

from typing import Any, TypeVar

import django_filters
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import mixins, serializers, viewsets

from core.api import problems

_Row = TypeVar("_Row", bound=models.Model)

AS_OF = OpenApiParameter(
    "as_of", OpenApiTypes.DATE, description="The day asked for; today if left out."
)
KNOWN_AT = OpenApiParameter(
    "known_at",
    OpenApiTypes.STR,
    description="Only what was recorded by this moment counts: 2025-11-15 (the day's end) or "
    "2025-11-15T08:00.",
)


@extend_schema_field(OpenApiTypes.STR)
class ExactDecimal(serializers.Field[Any, Any, str, Any]):
    """A decimal number as text, with every digit it was given; null where there is none."""

    def to_representation(self, value: Any) -> str:
        return format(value, "f")


class FilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """The base of every floor's filters."""


class ReadOnlyViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[_Row]
):
    """``GET /things/`` and ``GET /things/<code>/``."""

    lookup_value_regex = "[^/]+"


@login_not_required
def no_such_address(request: HttpRequest, address: str = "") -> HttpResponse:
    return problems.answer(request, 404, "not_found")
