"""Whether more or less of an indicator is better.

Pure modules take it from here; nothing but the labels comes from Django.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Direction(TextChoices):
    UP = "up", _("up is good")
    DOWN = "down", _("down is good")
