"""Notices on the pages of whoever is next: to write and freeze, to have signed, to read."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User
from provinces.permissions import grants
from provinces.roles import AGENCY_ROLES, MANAGERS, REVIEWERS
from reports.models import FrozenReport, ReportingPeriod, SignedCopy
from tasks.reminders.notices import SHOWN, Group, Notice, NoticeDesk

_REMEMBERED = timedelta(days=30)


def of_reports(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    """Of the areas in which the user holds a role, not of those below: each has its own people."""
    held = [(grant.role, grant.area_path) for grant in grants(user) if grant.area_path]
    writes = {path for role, path in held if role in {*REVIEWERS, *MANAGERS}}
    reads = {path for role, path in held if role not in AGENCY_ROLES}
    since = now - _REMEMBERED
    if writes:
        yield from _to_freeze(writes, since, now)
        yield from _to_sign(writes, since)
    if reads:
        yield from _from_below(reads, since)


def _to_freeze(paths: set[str], since: datetime, now: datetime) -> Iterator[Group]:
    frozen = FrozenReport.objects.filter(period=OuterRef("pk"), area=OuterRef("plan__area"))
    rows = ReportingPeriod.objects.filter(
        ~Exists(frozen), plan__area__path__in=paths, closes_at__gt=since, closes_at__lte=now
    )
    found = [
        Notice(
            text=f"{period.plan.number}: {period.name}",
            place=period.plan.area.name,
            url=reverse("report_draft", args=[period.pk, period.plan.area.code]),
            at=period.closes_at,
        )
        for period in rows.select_related("plan__area").order_by("-closes_at")
    ]
    if found:
        yield Group(
            _("Reports to be written and frozen"), "warn", "clock", found[:SHOWN], len(found)
        )


def _to_sign(paths: set[str], since: datetime) -> Iterator[Group]:
    """The newest version only: an older one is no longer signed."""
    newer = FrozenReport.objects.filter(
        period=OuterRef("period"), area=OuterRef("area"), version__gt=OuterRef("version")
    )
    rows = FrozenReport.objects.filter(
        ~Exists(newer),
        ~Exists(SignedCopy.objects.filter(report=OuterRef("pk"))),
        area__path__in=paths,
        frozen_at__gt=since,
    )
    found = _notices(rows)
    if found:
        yield Group(
            _("Frozen reports without their number and scan"),
            "none",
            "idle",
            found[:SHOWN],
            len(found),
            reverse("reports"),
        )


def _from_below(paths: set[str], since: datetime) -> Iterator[Group]:
    rows = FrozenReport.objects.filter(area__parent__path__in=paths, frozen_at__gt=since)
    found = _notices(rows)
    if found:
        yield Group(
            _("Reports of the level below"),
            "none",
            "done",
            found[:SHOWN],
            len(found),
            reverse("reports"),
        )


def _notices(rows: "QuerySet[FrozenReport]") -> list[Notice]:
    listed = rows.defer("figures").select_related("period__plan", "area").order_by("-frozen_at")
    return [
        Notice(
            text=f"{row.period.plan.number}: {row.period.name}",
            place=row.area.name,
            url=row.get_absolute_url(),
            at=row.frozen_at,
        )
        for row in listed
    ]
