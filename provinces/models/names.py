"""What agencies were called before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from core.text.language import Translated
from provinces.models.places import Agency

NAME_FIELDS = ("name_vi", "name_en", "short_name_vi", "short_name_en")


class FormerName(AppendOnly, Translated):
    """A name that an agency bore until the day before ``until``."""

    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="former_names",
        db_index=False,
        verbose_name=_("agency"),
    )
    short_name_vi = models.CharField(_("short name in Vietnamese"), max_length=120, blank=True)
    short_name_en = models.CharField(_("short name in English"), max_length=120, blank=True)
    until = models.DateField(_("until before"))

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["agency", "-until"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "until"], name="former_name_once_a_day")
        ]
