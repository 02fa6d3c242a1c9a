"""JSON as it is sent, without surprises: capped, shallow, no key twice, numbers kept as text."""

import json
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from core.errors import refuse

MAX_DEPTH = 32


class SentNumber(str):
    """A JSON number, as its sender wrote it."""

    __slots__ = ()


class StrictJSONParser(BaseParser):
    """Refuses what plain JSON parsers let through: NaN, duplicate keys, bodies without end."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        return read_json(stream.read(settings.R57_MAX_BODY_BYTES + 1))


def read_json(body: bytes) -> Any:
    """The document in the body; numbers come as ``SentNumber``.

    Raises Refused: ``body_too_large`` (413), ``invalid_encoding``, ``invalid_json``,
    ``duplicate_key``.
    """
    if len(body) > settings.R57_MAX_BODY_BYTES:
        raise refuse("body_too_large", _("The body is larger than this address takes."), status=413)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("invalid_encoding", _("The body is not UTF-8.")) from error
    if "\x00" in text or "\\u0000" in text:
        raise refuse("invalid_json", _("The body holds a NUL character."))
    _check_depth(text)
    try:
        return json.loads(
            text,
            parse_float=SentNumber,
            parse_int=SentNumber,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_keys,
        )
    except (ValueError, RecursionError) as error:
        raise refuse("invalid_json", _("The body is no valid JSON.")) from error


def _check_depth(text: str) -> None:
    """Counts brackets before parsing, because the parser itself recurses."""
    depth, quoted, escaped = 0, False, False
    for char in text:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = char == "\\", char != '"'
        elif char == '"':
            quoted = True
        elif char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise refuse("invalid_json", _("The body is nested too deeply."))
        elif char in "]}":
            depth -= 1


def _refuse_constant(name: str) -> None:
    raise refuse("invalid_value", _("%(name)s is no number.") % {"name": name})


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for key, value in pairs:
        if key in document:
            raise refuse(
                "duplicate_key",
                _("The field “%(key)s” is there twice.") % {"key": key[:40]},
                f"/{key[:40]}",
            )
        document[key] = value
    return document
