"""JSON as it is sent, without surprises: capped, shallow, no key twice, numbers kept as text."""

import gzip
import json
import re
import tempfile
import zlib
from contextlib import ExitStack
from email.message import EmailMessage
from functools import lru_cache
from typing import IO, Any

import msgspec
from django.conf import settings
from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from core.errors import Refused, refuse
from core.text.numbers import SentNumber

MAX_DEPTH = 32
_IN_MEMORY, _BLOCK = 2**20, 2**16
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
"""An escaped surrogate: half of a pair is text that no database takes."""
_MINUS_ZERO = re.compile(rb"-0[\s,}\]]")
_SPACED_COLON = re.compile(rb'"\s+:')
_OTHER_SPACES = (b"\t", b"\n", b"\r")
_CHARSETS = ("utf-8", "utf8", "us-ascii")
_decoder = msgspec.json.Decoder(float_hook=SentNumber)


class StrictJSONParser(BaseParser):
    """Refuses duplicate keys, deep nesting and endless bodies, which other parsers take."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        refuse_other_charsets(media_type)
        return read_json(stream.read(settings.R57_MAX_BODY_BYTES + 1))


@lru_cache(maxsize=64)  # Reading a header as mail does takes a tenth of a millisecond.
def refuse_other_charsets(media_type: str | None) -> None:
    """Raises Refused (415) for a Content-Type that names a charset other than UTF-8."""
    message = EmailMessage()
    message["Content-Type"] = media_type or "text/plain"
    charset = message["Content-Type"].params.get("charset", "utf-8")
    if charset.lower() not in _CHARSETS:
        detail = _("Only UTF-8 is taken, not “%(charset)s”.") % {"charset": charset[:40]}
        raise refuse("unsupported_media_type", detail, status=415)


def unpack(packed: IO[bytes], most: int) -> IO[bytes]:
    """What a gzip body holds, at most so many bytes, so that a small one cannot fill the memory.

    Raises Refused: ``body_too_large`` (413), ``invalid_encoding``; UnreadablePostError.
    """
    with ExitStack() as closed_after_a_fault:
        target = closed_after_a_fault.enter_context(
            tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
        )
        try:
            with gzip.GzipFile(fileobj=packed) as body:
                while target.tell() <= most and (data := body.read(_BLOCK)):
                    target.write(data)
        except UnreadablePostError:
            raise
        except (OSError, EOFError, zlib.error) as error:
            detail = _("The body is not packed with gzip, or it is damaged.")
            raise refuse("invalid_encoding", detail) from error
        if target.tell() > most:
            raise _body_too_large()
        closed_after_a_fault.pop_all()
        return target


def _body_too_large() -> Refused:
    return refuse("body_too_large", _("The body is larger than this address takes."), status=413)


def read_text(body: bytes) -> str:
    """Raises Refused: ``body_too_large`` (413), ``invalid_encoding``."""
    if len(body) > settings.R57_MAX_BODY_BYTES:
        raise _body_too_large()
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("invalid_encoding", _("The body is not UTF-8.")) from error


def read_json(body: bytes) -> Any:
    """The document in the body; numbers come as ``SentNumber``, NaN and Infinity too.

    Raises Refused: ``body_too_large`` (413), ``invalid_encoding``, ``invalid_json``,
    ``duplicate_key``. NaN is refused later, where the field is known by name.
    """
    text = read_text(body)
    fast = read_plain(body)
    if fast is not None:
        return fast
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


def read_plain(body: bytes) -> dict[str, Any] | None:
    """What ``read_json`` returns, in a tenth of its time; None where it might differ.

    msgspec takes a key twice and forgets the sign of -0. So there must be as many keys as colons
    behind a quotation mark. There are not, if a key came twice, is nested deeper, or a text holds
    a quotation mark. Integers come as int, within 64 bits or so.
    """
    # Looking for one byte is fast and spares most bodies the slower searches.
    if b"\\" in body and b"\\u" in body:
        return None
    may_be_spaced = any(map(body.__contains__, _OTHER_SPACES)) or b'" ' in body
    if (may_be_spaced and _SPACED_COLON.search(body)) or _MINUS_ZERO.search(body):
        return None
    try:
        document = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    lists = (value for value in document.values() if isinstance(value, list))
    rows = (row for items in lists for row in items if isinstance(row, dict))
    keys = len(document) + sum(map(len, rows))
    return document if keys == body.count(b'":') else None


def _check_depth(text: str) -> None:
    """Counts brackets before parsing, because the parser recurses."""
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
