"""JSON as it is sent, without surprises: capped, shallow, no key twice, numbers kept as text."""

import json
import re
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from core.errors import refuse
from core.numbers import SentNumber

MAX_DEPTH = 32
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
"""An escaped surrogate: half of a pair is text that no database takes."""


class StrictJSONParser(BaseParser):
    """Refuses what plain JSON parsers let through: NaN, duplicate keys, bodies without end."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        return read_json(stream.read(settings.R57_MAX_BODY_BYTES + 1))


def read_json(body: bytes) -> Any:
    """The document in the body; numbers come as ``SentNumber``, NaN and Infinity too.

    Raises Refused: ``body_too_large`` (413), ``invalid_encoding``, ``invalid_json``,
    ``duplicate_key``. That NaN is no number is said by whoever reads the field, who can name it.
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
        document = json.loads(
            text,
            parse_float=SentNumber,
            parse_int=SentNumber,
            parse_constant=SentNumber,
            object_pairs_hook=_unique_keys,
        )
        if _HALF_A_CHARACTER.search(text):
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise refuse("invalid_json", _("The body is no valid JSON.")) from error
    return document


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


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for key, value in pairs:
        if key in document:
            shown = key[:40].encode(errors="replace").decode()
            raise refuse(
                "duplicate_key",
                _("The field “%(key)s” is there twice.") % {"key": shown},
                f"/{shown}",
            )
        document[key] = value
    return document
