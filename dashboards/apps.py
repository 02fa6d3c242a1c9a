from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from core.audit import log
        from dashboards.charts.registry import CHARTS, built
        from dashboards.pages.activity import EventFilter
        from reports.content import charts

        exported = _("Took the activity log as a file: %(format)s, rows: %(rows)s")
        log.register({"activity.export": exported}, labels=EventFilter.labels())
        for chart in CHARTS.values():
            # Of one document, as a report is; others would count what it does not speak of.
            if chart.takes == ("plan", "area"):
                charts.register(charts.OfferedChart(chart.name, chart.title, partial(built, chart)))
