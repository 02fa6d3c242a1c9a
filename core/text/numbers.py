"""Decimal numbers as they are sent, rounded and printed. No floats anywhere."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

LONGEST = 40
"""Characters a number may have, sign and point included."""

EXACT = Context(prec=200)
"""Wide enough that quantizing any number of `LONGEST` characters never fails."""

_WHOLE = re.compile(r"[0-9]{1,18}")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_GROUP_SPACE = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_SHEET_NUMBERS = (
    (re.compile(r"-?([1-9][0-9]{0,2}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?"), ".", ","),
    (re.compile(r"-?([1-9][0-9]{0,2}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?"), ",", "."),
)
"""What a number looks like, what parts its groups and what its decimals: "1.234,5", "1,234.5"."""
_PLAIN_LINES = re.compile(rf"({_PLAIN.pattern}\n)*+")


class SentNumber(str):
    """A JSON number, as its sender wrote it."""

    __slots__ = ()


class InvalidNumber(ValueError):  # noqa: N818 - reads as the sentence it is
    """The text is no plain decimal. `code` is stable; `reason` says what is wrong.

    Reasons: `blank`, `too_long`, `decimal_comma`, `exponent`, `not_a_number`.
    """

    code = "invalid_value"

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{reason}: {text[:LONGEST]!r}")
        self.text = text
        self.reason = reason


def parse_decimal(text: str) -> Decimal:
    """`"14.020"` → `Decimal("14.020")`: digits, at most one point, an optional minus.

    Keeps trailing zeros; minus zero becomes zero. Raises `InvalidNumber`.
    """
    if len(text) > LONGEST:
        raise InvalidNumber(text, "too_long")
    if not _PLAIN.fullmatch(text):
        raise InvalidNumber(text, _what_is_wrong(text))
    return _unsigned_zero(Decimal(text))


def parse_decimals(texts: Sequence[str]) -> list[Decimal]:
    """As `parse_decimal` each, with one look at all of them. Raises `InvalidNumber`."""
    lines = "\n".join([*texts, ""])
    is_plain = _PLAIN_LINES.fullmatch(lines) and lines.count("\n") == len(texts)
    if not is_plain or max(map(len, texts), default=0) > LONGEST:
        return [parse_decimal(text) for text in texts]
    return [value or value.copy_abs() for value in map(Decimal, texts)]


def whole(text: str) -> int | None:
    """The number of a row or a version, as addresses and forms send it; None for anything else."""
    return int(text) if _WHOLE.fullmatch(text) else None


def with_point(text: str) -> str:
    """`"14,02"`, as people of Viet Nam type it, becomes `"14.02"`; other text stays as it is."""
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text


def as_typed(text: str, *, comma: bool) -> str:
    """The plain form of a number as sheets show it: "1.234,5" (``comma``) or "1,234.5".

    What can be read in one way only is read so, whichever was said: "14.02", "1,234.5". Where it
    must be said is "1.234". Any other text stays as it is.
    """
    bare = _GROUP_SPACE.sub("", text.strip()).replace("−", "-")
    for pattern, group, mark in _SHEET_NUMBERS if comma else reversed(_SHEET_NUMBERS):
        if pattern.fullmatch(bare):
            return bare.replace(group, "").replace(mark, ".")
    return text


def _what_is_wrong(text: str) -> str:
    if not text.strip():
        return "blank"
    if re.fullmatch(r"-?[0-9.]*,[0-9,.]*", text):
        return "decimal_comma"
    if re.fullmatch(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", text):
        return "exponent"
    return "not_a_number"


def round_half_up(value: Decimal, places: int) -> Decimal:
    """`value` to `places` decimals, halves away from zero: 0.25 → 0.3, −0.25 → −0.3."""
    step = Decimal(1).scaleb(-places)
    return _unsigned_zero(value.quantize(step, rounding=ROUND_HALF_UP, context=EXACT))


def plain(value: Decimal) -> str:
    """Without exponent, trailing zeros kept: `Decimal("1E+3")` → `"1000"`."""
    return format(_unsigned_zero(value), "f")


def trimmed(value: Decimal) -> str:
    """Without exponent and without trailing zeros after the point: `"0.5000"` → `"0.5"`."""
    text = plain(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unsigned_zero(value: Decimal) -> Decimal:
    return value or value.copy_abs()
