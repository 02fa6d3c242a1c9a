"""Whose are late? The agencies with tasks of a document."""

from django.utils.translation import gettext as _

from dashboards.frame.day import Asked
from dashboards.text import figures
from dashboards.work.finding import Bar, BarSeries, Counted, Finding, rows_url
from provinces.lookup import as_named_on
from provinces.models import Agency, Area, Plan
from tasks.completion.totals import By, parts

_SHOWN = 12


def agency_finding(plan: Plan, area: Area, asked: Asked) -> Finding:
    """Those with most overdue tasks, communes left out."""
    found = parts(plan, area, asked.day, By.AGENCY, asked.known_at)
    counts = {part.key: part.counts for part in found}
    rows = Agency.objects.filter(code__in=counts).exclude(area__level=Area.Level.COMMUNE)
    agencies = list(rows)
    as_named_on(asked.day, agencies)
    agencies.sort(key=lambda one: (-counts[one.code].overdue, -counts[one.code].total, one.code))
    query = {"level": "agencies", "plan": plan.number, "area": area.code}
    bars = []
    for agency in agencies[:_SHOWN]:
        figures_of = (
            Counted(
                getattr(counts[agency.code], name),
                rows_url(**query, unit=agency.code, counted=name),
            )
            for name in ("overdue", "completed", "on_schedule")
        )
        bars.append(Bar(agency.short_name, tuple(figures_of)))
    late = sum(counts[agency.code].overdue for agency in agencies)
    title = _("Nothing is overdue.")
    if late:
        words = {
            "name": bars[0].label,
            "n": figures.number(bars[0].counts[0].count),
            "all": figures.number(late),
        }
        title = _("%(name)s holds %(n)s of %(all)s overdue tasks") % words
    return Finding(
        "completion-by-agency",
        _("Whose are late? Tasks by agency, overdue on the left"),
        title,
        _("Agency"),
        (
            BarSeries(_("Overdue"), "bad"),
            BarSeries(_("Completed"), "done"),
            BarSeries(_("On schedule"), "good"),
        ),
        tuple(bars),
        {"plan": plan.number, "area": area.code},
    )
