"""Notices on the pages of whoever is next: to write and freeze, to have signed, to read."""

from collections.abc import Container, Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User
from provinces.permissions import grants
from provinces.roles import AGENCY_ROLES, Role
from reports.models import FrozenReport, ReportingPeriod, SignedCopy
from reports.permissions import WRITERS
from tasks.reminders.notices import SHOWN, Group, Notice, NoticeDesk

_REMEMBERED = timedelta(days=30)


def to_freeze(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    """Periods that have closed, for those who write their report."""
    frozen = FrozenReport.objects.filter(period=OuterRef("pk"), area=OuterRef("plan__area"))
    rows = ReportingPeriod.objects.filter(
        ~Exists(frozen),
        plan__area__path__in=_paths(user, WRITERS),
        closes_at__gt=now - _REMEMBERED,
        closes_at__lte=now,
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
        title = _("Reports to be written and frozen")
        yield Group(title, "warn", "clock", found[:SHOWN], len(found))


def to_sign(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    """Frozen, but without the signed paper. Of a version that was replaced none is awaited."""
    newer = FrozenReport.objects.filter(
        period=OuterRef("period"), area=OuterRef("area"), version__gt=OuterRef("version")
    )
    rows = FrozenReport.objects.filter(
        ~Exists(newer),
        ~Exists(SignedCopy.objects.filter(report=OuterRef("pk"))),
        area__path__in=_paths(user, WRITERS),
    )
    title = _("Frozen reports without their number and scan")
    yield from _group(title, "idle", rows, now)


def from_below(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    """What the areas below have frozen."""
    readers = set(Role) - set(AGENCY_ROLES)
    rows = FrozenReport.objects.filter(area__parent__path__in=_paths(user, readers))
    yield from _group(_("Reports of the level below"), "done", rows, now)


KINDS = (to_freeze, to_sign, from_below)


def _paths(user: User, roles: Container[str]) -> list[str]:
    """Areas in which the user holds one of the roles; those below have their own people."""
    return [grant.area_path for grant in grants(user) if grant.area_path and grant.role in roles]


def _group(title: str, icon: str, rows: "QuerySet[FrozenReport]", now: datetime) -> Iterator[Group]:
    listed = rows.filter(frozen_at__gt=now - _REMEMBERED).defer("figures")
    found = [
        Notice(
            text=f"{row.period.plan.number}: {row.period.name}",
            place=row.area.name,
            url=row.get_absolute_url(),
            at=row.frozen_at,
        )
        for row in listed.select_related("period__plan", "area").order_by("-frozen_at")
    ]
    if found:
        yield Group(title, "none", icon, found[:SHOWN], len(found), reverse("reports"))
