"""What must be clear about all work: five things since January 2025, six since mid-2025."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Clear:
    key: str
    label: str | Promise


_PERSON = Clear("person", _("Clear person"))
_WORK = Clear("work", _("Clear work"))
_PROGRESS = Clear("progress", _("Clear progress"))
_RESULT = Clear("result", _("Clear result"))
_RESPONSIBILITY = Clear("responsibility", _("Clear responsibility"))
_AUTHORITY = Clear("authority", _("Clear authority"))
_TIME = Clear("time", _("Clear time"))

FIVE = (_PERSON, _WORK, _PROGRESS, _RESULT, _RESPONSIBILITY)
SIX = (_PERSON, _WORK, _RESPONSIBILITY, _AUTHORITY, _TIME, _RESULT)
CLEARS = {5: FIVE, 6: SIX}
