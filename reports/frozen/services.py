"""Freezing a report: every figure with its rows and a hash over all, never changed afterwards."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import refuse
from core.models import User
from core.web import editing
from provinces.models import Area, Plan
from provinces.permissions import Permission, require
from reports.content.charts import check_totals, drawn
from reports.content.report import content_of, last_before
from reports.content.words import check_fields
from reports.models import (
    FrozenPicture,
    FrozenReport,
    ReportDraft,
    ReportingPeriod,
    ReportMail,
)


def draft_of(period: ReportingPeriod, area: Area) -> ReportDraft:
    """The draft of the period, with the text of the report before as its beginning."""
    before = last_before(period, area)
    kept = {**before.figures["texts"], "charts": chosen_in(before)} if before else {}
    return ReportDraft.objects.get_or_create(period=period, area=area, defaults=kept)[0]


def chosen_in(report: FrozenReport) -> list[str]:
    """The charts that were asked for."""
    names: list[str] = report.figures.get("charts", {}).get("chosen", [])
    return names


def preview(draft: ReportDraft, by: User) -> FrozenReport:
    """The report as it would be frozen now; it is stored nowhere."""
    texts, now = {name: getattr(draft, name) for name in ReportDraft.WRITTEN}, clock.now()
    day = min(draft.period.day, clock.today())
    report = FrozenReport(
        period=draft.period,
        area=draft.area,
        as_of=day,
        known_at=now,
        frozen_at=now,
        figures=content_of(draft.period, draft.area, now, texts),
    )
    if draft.charts:
        _draw(report, draft.charts, by)
    return report


def _draw(report: FrozenReport, names: list[str], by: User) -> None:
    """The chosen charts, and their hashes into the figures."""
    plan, area = report.period.plan, report.area
    report.drawn = list(drawn(names, plan, area, report.as_of, by=by))
    hashes = {f"{one.name}.{one.language}": one.digest for one in report.drawn}
    report.figures["charts"] = {"chosen": names, "hashes": hashes}


@transaction.atomic
def write(draft: ReportDraft, *, given: Mapping[str, Any], seen: str, by: User) -> editing.Change:
    """Change the text and which charts are chosen.

    Raises PermissionDenied, and Refused: ``unknown_figure``, ``stale``.
    """
    require(by, Permission.FREEZE_REPORT, draft.area)
    row = ReportDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    editing.check_unchanged(row, ReportDraft.CHOSEN, seen)
    for name in ReportDraft.WRITTEN:
        check_fields(given.get(name, ""), name)
    change = editing.put(row, given)
    if change:
        row.save()
        trail.record("report.write", row, by=by, before=change.before, after=change.after)
    return change


@transaction.atomic
def freeze(
    period: ReportingPeriod,
    area: Area,
    *,
    by: User,
    reason: str = "",
    at: datetime | None = None,
    closes: bool = True,
) -> FrozenReport:
    """Freeze what is known now, as of the period's day, with the text of its draft.

    A further version stands beside the first and needs a reason. From then on only a coordinator
    may report for the days up to it (``closes``). ``at``: the moment of a demonstration.
    Raises PermissionDenied, and Refused: ``not_closed_yet``, ``charts_differ`` (409),
    ``reason_needed``.
    """
    require(by, Permission.FREEZE_REPORT, area)
    moment = at or clock.now()
    if period.closes_at > moment:
        detail = _("This period has not closed yet; its report can be frozen from then on.")
        raise refuse("not_closed_yet", detail, status=HTTPStatus.CONFLICT)
    # Locked, or two at once would both be the first version.
    Plan.objects.select_for_update(of=("self",)).get(pk=period.plan_id)
    earlier = FrozenReport.objects.filter(period=period, area=area).order_by("-version").first()
    if earlier and not reason.strip():
        detail = _("It is frozen already; say why there is a new version.")
        raise refuse("reason_needed", detail, "/reason")
    draft = ReportDraft.objects.filter(period=period, area=area).first()
    texts = {name: getattr(draft, name) for name in ReportDraft.WRITTEN} if draft else {}
    report = FrozenReport(
        period=period,
        area=area,
        version=earlier.version + 1 if earlier else 1,
        reason=reason.strip() if earlier else "",
        as_of=period.day,
        known_at=moment,
        figures=content_of(period, area, moment, texts),
        frozen_at=moment,
        frozen_by=by,
    )
    if draft and draft.charts:
        check_totals(report.figures, period.plan, area, report.as_of)
        _draw(report, draft.charts, by)
    report.digest = digest(report)
    report.save(force_insert=True)
    for one in report.drawn:
        one.report = report
    FrozenPicture.objects.bulk_create(report.drawn)
    plan = period.plan
    if area.pk == plan.area_id:
        schedule = plan.reporting_schedules.filter(kind=period.kind).first()
        addresses = schedule.addresses if schedule else []
        ReportMail.objects.bulk_create(ReportMail(report=report, address=one) for one in addresses)
    if closes and area.pk == plan.area_id:
        period.closed_at, period.closed_by = period.closed_at or moment, period.closed_by or by
        period.save(update_fields=["closed_at", "closed_by"])
        plan.closed_through = max(plan.closed_through or period.day, period.day)
        plan.save(update_fields=["closed_through"])
    trail.record(
        "report.freeze",
        report,
        by=by,
        after={"as_of": report.as_of.isoformat(), "version": report.version, "reason": reason},
    )
    return report


def digest(report: FrozenReport) -> str:
    """SHA-256 over the head and all figures, rows, texts and hashes of pictures."""
    told: list[Any] = [
        report.period.plan.number,
        report.area.code,
        report.period.kind,
        report.period.first_day.isoformat(),
        report.period.last_day.isoformat(),
        report.version,
        report.reason,
        report.as_of.isoformat(),
        report.known_at.astimezone(UTC).isoformat() if report.known_at else "",
        report.figures,
    ]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
