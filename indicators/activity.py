"""What the log of activity says of readings, files and connected systems."""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.audit.log import AuditedFact, Paths, Subject, lying, register
from core.models import ApiClient
from indicators.models import ClientScope, ImportJob, Indicator, Reading
from provinces.activity import PLACES_OF_PEOPLE, areas_within


def systems_within(paths: Paths) -> QuerySet[ApiClient]:
    """Those whose whole scope lies in the areas."""
    scopes = ClientScope.objects.filter(client=OuterRef("pk"))
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(area__path__startswith=path)
    return ApiClient.objects.filter(Exists(scopes), ~Exists(scopes.exclude(inside)))


def _readings_within(paths: Paths) -> Q:
    """An event about one reading names indicator, area and period: "grdp 40 2025"."""
    codes = areas_within(paths).values_list("code", flat=True)
    named = "|".join(map(re.escape, codes))
    return Q(subject_key__regex=rf"^\S+ ({named}) \S+$")


def register_own() -> None:
    register(
        words={
            "reading.created": _("Recorded a reading"),
            "reading.revised": _("Revised a reading"),
            "reading.withdrawn": _("Withdrew a reading"),
            "reading.batch": _("Recorded many readings"),
            "importjob.submit": _("Sent a file of readings"),
            "importjob.apply": _("Had a file of readings taken"),
            "importjob.cancel": _("Cancelled a file of readings"),
            "apiclient.create": _("Connected a system"),
            "clientscope.add": _("Widened the scope of a system"),
            "clientscope.remove": _("Narrowed the scope of a system"),
        },
        subjects=[
            Subject(Reading, by_key=_readings_within),
            Subject(Indicator, url=lambda row: f"/indicators/{row.code}/"),
            Subject(ApiClient, systems_within, url=lambda row: f"/clients/{row.pk}/"),
            Subject(
                ImportJob,
                lying(ImportJob, *(f"user__{place}" for place in PLACES_OF_PEOPLE)),
                title=lambda job: job.file_name,
            ),
        ],
        facts={
            "reading.created": AuditedFact(_("New readings")),
            "reading.revised": AuditedFact(_("Revised readings")),
            "preview": AuditedFact(_("Looked through as no.")),
            "value": AuditedFact(_("Value")),
            "rank": AuditedFact(_("Rank")),
            "rank_of": AuditedFact(_("of how many")),
            "obs_status": AuditedFact(_("Status")),
            "published_on": AuditedFact(_("Published on")),
            "revision": AuditedFact(_("Revision")),
            "base": AuditedFact(_("Provinces counted")),
            "scopes": AuditedFact(_("Scope")),
            "indicator": AuditedFact(_("Indicator")),
            "can_write": AuditedFact(_("May write")),
            "dry_run": AuditedFact(_("Check only")),
            "ids": AuditedFact(_("Rows")),
        },
    )
