"""Screens in control rooms: what each may show, and the key that opens it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from provinces.models.places import Area


class WallPage(models.TextChoices):
    """The pages of the wall, in the order in which they follow each other."""

    SENTENCE = "sentence", _("Where we stand")
    LATE = "late", _("Longest overdue")
    MAP = "map", _("Map of the provinces")
    COMMUNES = "communes", _("Communes, and who has not reported")
    SOON = "soon", _("Due in 14 days, and open proposals")


class DisplayKey(models.Model):
    """Opens ``/wall/`` on one screen, and nothing else. It sees an area as its viewer does.

    A row is never deleted and its key never changes. Only the hash of the key is kept.
    """

    name = models.CharField(_("name of the screen"), max_length=120)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="displays", verbose_name=_("area")
    )
    pages = models.JSONField(_("pages"))
    seconds = models.PositiveSmallIntegerField(
        _("seconds a page"), default=20, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="vi"
    )
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)

    class Meta:
        verbose_name = _("display key")
        verbose_name_plural = _("display keys")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """As of people and systems: may they come in?"""
        return self.revoked_at is None

    @property
    def page_names(self) -> list[str]:
        return [str(WallPage(page).label) for page in self.pages]
