"""A figure as it is typed into a cell, and as a cell shows it."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import refuse
from core.text.language import numeral
from core.text.numbers import SentNumber, as_typed
from indicators.models import Indicator, Reading

_RANK = re.compile(r"([0-9]+)(?: */ *([0-9]+))?")
_QUALIFIED = re.compile(r"([<>~]?)\s*(.*?)\s*(%?)", re.DOTALL)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SHOWN = 40


def shown(reading: Reading | None) -> str:
    """ "14,02", "<1", "45/193" for a rank; "" where nothing is known or it is missing."""
    if reading is None:
        return ""
    if reading.value is None:
        of = f"/{reading.rank_of}" if reading.rank_of else ""
        return f"{reading.rank}{of}" if reading.rank else ""
    value = Decimal(reading.value_text) if reading.value_text else reading.value
    return reading.value_qualifier + numeral(value)


def read_figure(text: str, indicator: Indicator, *, comma: bool) -> dict[str, object]:
    """The fields of a reading that the text names.

    ``comma``: "1.234,5" is how numbers are written, else "1,234.5". Raises Refused.
    """
    if indicator.is_rank:
        rank = _RANK.fullmatch(text.strip())
        if rank is None:
            detail = _("“%(text)s” is no rank; write it as 45 or 45/193.")
            raise refuse("invalid_value", detail % {"text": text[:_SHOWN]}, "/rank")
        place, of = rank.groups()
        return {"rank": SentNumber(place), "rank_of": SentNumber(of) if of else None}
    qualified = _QUALIFIED.fullmatch(text.strip())
    qualifier, number, percent = qualified.groups() if qualified else ("", text, "")
    plain = as_typed(number, comma=comma)
    if not _PLAIN.fullmatch(plain) or (percent and not indicator.unit_vi.startswith("%")):
        said = {"text": text[:_SHOWN], "example": "1.234,5" if comma else "1,234.5"}
        detail = _("“%(text)s” is no number; write it as %(example)s.") % said
        raise refuse("invalid_value", detail, "/value")
    return {"value": plain, "value_qualifier": qualifier}
