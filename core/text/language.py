"""What depends on the reader's language: which name is shown, how a number is written."""

from decimal import Decimal

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Translated(models.Model):
    """``name`` is the one in the reader's language; Vietnamese where English is missing."""

    name_vi = models.CharField(_("name in Vietnamese"), max_length=400)
    name_en = models.CharField(_("name in English"), max_length=400, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_vi, self.name_en)


def in_language(vietnamese: str, english: str) -> str:
    """The text in the reader's language."""
    return english if english and (get_language() or "").startswith("en") else vietnamese


_GROUPED_FROM = 1_000


def numeral(value: Decimal) -> str:
    """With the digits it has and a true minus."""
    decimals = max(0, -int(value.as_tuple().exponent))
    text = number_format(value, decimal_pos=decimals, force_grouping=abs(value) >= _GROUPED_FROM)
    return text.replace("-", "−")
