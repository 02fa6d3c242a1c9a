"""What the log of activity says of readings, files and connected systems."""

import re

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.audit.log import Paths, Subject, Words
from core.models import ApiClient
from indicators.clients.services import none_beyond
from indicators.models import ImportJob, Indicator, Reading
from provinces.activity import PLACES_OF_USERS, areas_within


def systems_within(paths: Paths) -> QuerySet[ApiClient]:
    """Those whose whole scope lies in the areas."""
    return none_beyond(paths)


def _readings_within(paths: Paths) -> Q:
    """An event about one reading names indicator, area and period: "grdp 40 2025"."""
    codes = areas_within(paths).values_list("code", flat=True)
    named = "|".join(map(re.escape, codes))
    return Q(subject_key__regex=rf"^\S+ ({named}) \S+$")


SENTENCES: dict[str, Words] = {
    "reading.created": _("Recorded a reading: %(value)s"),
    "reading.revised": _("Revised a reading: %(value)s"),
    "reading.withdrawn": _("Withdrew a reading"),
    "reading.batch": _("Recorded many readings: rows %(ids)s"),
    "importjob.submit": _("Sent a file of readings: %(file)s (%(bytes)s bytes)"),
    "importjob.columns": _("Said how a file of readings is laid out: %(columns)s; names %(names)s"),
    "importjob.apply": _("Had a file of readings taken: %(file)s, previewed as no. %(preview)s"),
    "importjob.cancel": _("Cancelled a file of readings"),
    "apiclient.create": _("Connected a system: scope %(scopes)s; key %(key)s"),
    "clientscope.add": _("Widened the scope of a system: %(scopes)s"),
    "clientscope.remove": _("Narrowed the scope of a system: %(scopes)s"),
}
SUBJECTS = [
    Subject(Reading, by_key=_readings_within),
    Subject(Indicator, url=lambda row: f"/indicators/{row.code}/"),
    Subject(ApiClient, within=systems_within, url=lambda row: f"/clients/{row.pk}/"),
    Subject(ImportJob, PLACES_OF_USERS, title=lambda job: job.file_name),
]
LABELS: dict[str, Words] = {
    "preview": _("Looked through as no."),
    "ids": _("Rows"),
}
