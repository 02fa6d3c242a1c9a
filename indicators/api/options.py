"""What a call that writes may be told besides its figures: in the address or in the body, by the
same names and with the same meaning at ``/readings/``, ``/readings/bulk/`` and ``/imports/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from core.errors import refuse
from indicators.recording.batch import Mode

MODES = [mode.value for mode in Mode]
_FLAG = ["true", "false"]
_KNOWN: Mapping[str, list[str]] = {"dry_run": _FLAG, "mode": MODES, "warnings": _FLAG}
OPTIONS = tuple(_KNOWN)
_WHAT = {
    "dry_run": "Check, and write nothing.",
    "mode": "all_or_nothing: one refused figure, and none is recorded.",
    "warnings": "Compare each figure with the last ones; a dry run always does.",
}
PARAMETERS = [
    OpenApiParameter("dry_run", OpenApiTypes.BOOL, description=_WHAT["dry_run"]),
    OpenApiParameter("mode", enum=MODES, description=_WHAT["mode"]),
    OpenApiParameter("warnings", OpenApiTypes.BOOL, description=_WHAT["warnings"]),
]

_Field = serializers.Field[Any, Any, Any, Any]


class OptionsSerializer(serializers.Serializer[object]):
    """The same as fields of the body."""

    dry_run: _Field = serializers.BooleanField(required=False, help_text=_WHAT["dry_run"])
    mode = serializers.ChoiceField(choices=MODES, required=False, help_text=_WHAT["mode"])
    warnings: _Field = serializers.BooleanField(required=False, help_text=_WHAT["warnings"])


@extend_schema_field({"type": "string", "pattern": "^(true|false)$"})
class _FlagField(_Field):
    """In a form, which holds texts."""


class FormOptionsSerializer(OptionsSerializer):
    dry_run = _FlagField(required=False, help_text=_WHAT["dry_run"])
    warnings = _FlagField(required=False, help_text=_WHAT["warnings"])


@dataclass(frozen=True)
class WriteOptions:
    """``mode`` is empty where the call's own holds."""

    dry_run: bool
    mode: str
    warnings: bool


def read_options(query: Mapping[str, str], body: Mapping[str, object]) -> WriteOptions:
    """Raises Refused: ``invalid_value``, and ``contradiction`` where the address says one thing
    and the body another."""
    found = {}
    for name in OPTIONS:
        in_query, in_body = query.get(name), _in_body(name, body)
        for sent in (in_query, in_body):
            if sent is not None and sent not in _KNOWN[name]:
                detail = _("One of %(known)s is expected.")
                raise refuse(
                    "invalid_value", detail % {"known": ", ".join(_KNOWN[name])}, f"/{name}"
                )
        if None not in (in_query, in_body) and in_query != in_body:
            detail = _("The address and the body say different things about “%(name)s”.")
            raise refuse("contradiction", detail % {"name": name}, f"/{name}")
        found[name] = in_query or in_body or ""
    return WriteOptions(
        dry_run=found["dry_run"] == "true",
        mode=found["mode"],
        warnings=found["warnings"] == "true",
    )


def _in_body(name: str, body: Mapping[str, object]) -> str | None:
    """A form has texts; in JSON a flag is true or false, and a text is none."""
    sent = body.get(name)
    if isinstance(sent, bool):
        return str(sent).lower()
    if isinstance(sent, str) and (isinstance(body, QueryDict) or name == "mode"):
        return sent
    return None if sent is None else ""
