from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from core.audit import log
        from dashboards.pages.activity import EventFilter

        exported = _("Took the activity log as a file: %(format)s, rows: %(rows)s")
        log.register({"activity.export": exported}, labels=EventFilter.labels())
