"""Readings as the reader's language writes them."""

from decimal import Decimal

from django import template

from core.calendar.periods import parse_period
from core.text.language import in_language, numeral
from indicators.models import Reading

register = template.Library()


@register.filter
def period_label(reading: Reading) -> str:
    """ "Quý III/2025", or the words of the source where they name no period."""
    if not reading.period:
        return reading.period_text
    return parse_period(reading.period).label(in_language("vi", "en"))


@register.filter
def figure(reading: Reading) -> str:
    """ "14,02", "<1", "45/193" for a rank; "–" where it is missing."""
    if reading.value is None:
        of = f"/{reading.rank_of}" if reading.rank_of else ""
        return f"{reading.rank}{of}" if reading.rank else "–"
    value = Decimal(reading.value_text) if reading.value_text else reading.value
    return reading.value_qualifier + numeral(value)
