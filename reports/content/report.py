"""The report of a document for an area and a period, before it is frozen."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from provinces.models import Area
from reports.content.figures import LEVELS, ReportRow, compare, counts_in, figures_of
from reports.content.rows import proposals_of, resources_of, rows_of, targets_of
from reports.models import FrozenReport, Letterhead, ReportDraft, ReportingPeriod

Content = dict[str, Any]
"""``rows``, ``figures`` (key → row numbers), ``counts`` (level → as the API), ``changes`` since the
report before, ``targets``, ``resources``, ``proposals``, ``provinces``, ``texts``,
``head``: all in JSON."""


def content_of(
    period: ReportingPeriod, area: Area, known_at: datetime | None, texts: Mapping[str, str]
) -> Content:
    """What the report says with what was known at the moment; None: by now."""
    day = period.day
    rows = rows_of(period.plan, area, day, known_at)
    figures = figures_of(rows)
    before = last_before(period, area)
    targets = targets_of(period.plan, area, day)
    if before:
        earlier = {one["code"]: one["verdict"] for one in before.figures["targets"]}
        for one in targets:
            one["was"] = earlier.get(one["code"], "")
    return {
        "rows": [row.to_json() for row in rows],
        "figures": figures,
        "counts": {
            level: counts_in(figures, f"{level}.").to_api()
            for level in LEVELS
            if f"{level}.total" in figures
        },
        "before": before.pk if before else None,
        "changes": [
            {"id": one.row.id, "was": one.was, "now": one.now}
            for one in compare(rows_in(before), rows)
        ]
        if before
        else [],
        "targets": targets,
        "resources": resources_of(area, day, known_at),
        "proposals": proposals_of(area, day),
        "provinces": provinces_of(period, area),
        "texts": {name: texts.get(name, "") for name in ReportDraft.WRITTEN},
        "head": letterhead_of(period, area),
    }


def letterhead_of(period: ReportingPeriod, area: Area) -> dict[str, str]:
    """The letterhead of the standing agency; without one, what the document itself says."""
    agency = period.plan.standing_agency
    row = Letterhead.objects.filter(agency=agency).first() if agency else None
    name = agency.name_vi if agency else area.name_vi
    row = row or Letterhead(name=name, place=area.short_name_vi)
    return {name: getattr(row, name) for name in Letterhead.NAMES}


def rows_in(report: FrozenReport) -> list[ReportRow]:
    """The rows as they were."""
    return [ReportRow(**row) for row in report.figures["rows"]]


def last_before(period: ReportingPeriod, area: Area) -> FrozenReport | None:
    """The newest version of the report before, of the same kind."""
    rows = FrozenReport.objects.filter(
        period__plan=period.plan_id,
        period__kind=period.kind,
        area=area,
        period__last_day__lt=period.last_day,
    )
    return rows.order_by("-period__last_day", "-version").first()


def provinces_of(period: ReportingPeriod, area: Area) -> list[dict[str, Any]]:
    """For the nation: each province's frozen figures of its report that ends the same day, or none.

    They are taken as they were frozen, never counted again.
    """
    if area.level != Area.Level.NATION:
        return []
    frozen = {
        report.area_id: report
        for report in FrozenReport.objects.filter(
            Q(period__plan=period.plan_id) | Q(period__plan__implements=period.plan_id),
            period__kind=period.kind,
            period__last_day=period.last_day,
            area__level=Area.Level.PROVINCE,
        ).order_by("version", "pk")
    }
    found = []
    for place in Area.objects.filter(level=Area.Level.PROVINCE).active().order_by("name_key"):
        report = frozen.get(place.pk)
        found.append(
            {
                "area": place.code,
                "name_vi": place.name_vi,
                "name_en": place.name_en,
                "report": report.pk if report else None,
                "counts": report.figures["counts"] if report else {},
            }
        )
    return found


def sum_of(provinces: list[dict[str, Any]]) -> dict[str, int]:
    """The provinces' tasks added up: total, completed, on_schedule, overdue."""
    added: Counter[str] = Counter()
    for one in provinces:
        counts = one["counts"].get("agencies", {})
        for key in ("total", "completed"):
            added[key] += counts.get(key, 0)
        for state in ("in_progress", "not_started"):
            added["on_schedule"] += counts.get(f"{state}_on_schedule", 0)
            added["overdue"] += counts.get(f"{state}_overdue", 0)
    return dict(added)
