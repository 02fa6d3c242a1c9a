"""What the product remembers for one person, so that nobody types or chooses a thing twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User


class ListFilter(models.Model):
    """The filter of the list that somebody used last, as the query of its address."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="list_filter")
    query = models.CharField(_("filter"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("last filter")
        verbose_name_plural = _("last filters")

    def __str__(self) -> str:
        return self.query
