"""Numbers as the reader's language writes them: 1.234,50 in Vietnamese, 1,234.50 in English."""

from decimal import Decimal

from django.utils.formats import number_format

_GROUPED_FROM = 1_000


def numeral(value: Decimal) -> str:
    """With the digits it has and a true minus."""
    decimals = max(0, -int(value.as_tuple().exponent))
    text = number_format(value, decimal_pos=decimals, force_grouping=abs(value) >= _GROUPED_FROM)
    return text.replace("-", "−")
