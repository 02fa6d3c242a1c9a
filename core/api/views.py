"""What every floor's API views share."""

from typing import Any, ClassVar, TypeVar

import django_filters
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import mixins, serializers, viewsets

from core.api import problems
from core.api.parameters import KnownParameters
from core.api.throttling import SaysLimits

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


class _TrueOrFalseField(forms.NullBooleanField):
    """The usual one takes what it does not understand for nothing asked, so for all there is."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]  # As it answers.
        flag = super().to_python(value)
        if flag is None and value:
            raise ValidationError(_("One of %(known)s is expected.") % {"known": "true, false"})
        return flag


class _FlagFilter(django_filters.BooleanFilter):  # type: ignore[misc]  # As below.
    field_class = _TrueOrFalseField


class FilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """The base of every floor's filters."""

    FILTER_DEFAULTS: ClassVar[dict[Any, Any]] = {
        **django_filters.FilterSet.FILTER_DEFAULTS,
        models.BooleanField: {"filter_class": _FlagFilter},
    }


class APIView(SaysLimits, KnownParameters):
    """The base of every view of one address."""


class ReadOnlyViewSet(
    SaysLimits,
    KnownParameters,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[_Row],
):
    """``GET /things/`` and ``GET /things/<code>/``."""

    lookup_value_regex = "[^/]+"


@csrf_exempt
@login_not_required
def no_such_address(request: HttpRequest, address: str = "") -> HttpResponse:
    """A problem for a machine, not a page; where a slash was forgotten, it says so."""
    slashed = f"{request.path_info}/"
    if request.path_info.endswith("/") or resolve(slashed).func is no_such_address:
        return problems.answer(request, 404, "not_found")
    detail = _("This address ends with a slash: %(address)s") % {"address": slashed}
    return problems.answer(request, 404, "not_found", detail)
