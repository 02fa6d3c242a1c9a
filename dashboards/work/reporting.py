"""Is reporting on time? The share of units that reported before each of the last periods closed."""

from django.utils.translation import gettext as _

from dashboards.frame.day import Asked
from dashboards.text import figures
from dashboards.work.finding import Bar, BarSeries, Counted, Finding
from provinces.models import Area, Plan
from provinces.permissions import Caller
from reports.models.report import in_areas
from reports.periods.reported import on_time
from tasks.completion.counts import percentage


def reporting_finding(plan: Plan, area: Area, asked: Asked, reader: Caller) -> Finding:
    """Eight SQL queries, one where the document has no periods yet. The bars lead to who reported
    where the reader may open that."""
    found = on_time(plan, area, asked.day, asked.known_at)
    is_theirs = found and Area.objects.filter(in_areas(reader, "path"), pk=area.pk).exists()
    bars = []
    for one in found:
        share = percentage(one.in_time, one.units)
        words = f"{figures.percent(share)} ({one.in_time}/{one.units})"
        bars.append(
            Bar(
                f"{one.period.last_day:%d/%m}",
                (Counted(int(share or 0), one.url if is_theirs else "", words),),
            )
        )
    title = _("No reporting period has closed yet")
    if found:
        last = found[-1]
        title = _("%(n)s of %(all)s units reported on time in the last period: %(share)s") % {
            "n": figures.number(last.in_time),
            "all": figures.number(last.units),
            "share": figures.percent(percentage(last.in_time, last.units)),
        }
    return Finding(
        "reporting-on-time",
        _("Is reporting on time? Share of units, by the last day of the period"),
        title,
        _("Period until"),
        (BarSeries(_("On time"), "done"),),
        tuple(bars),
        {"plan": plan.number, "area": area.code},
        is_upright=True,
    )
