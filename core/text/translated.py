"""Things with a Vietnamese and an English name."""

from django.db import models
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
