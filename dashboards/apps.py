from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from core.audit.log import AuditedFact as Fact
        from core.audit.log import register

        register(
            words={"activity.export": _("Took the activity log as a file")},
            facts={
                "format": Fact(_("Format")),
                "rows": Fact(_("Rows")),
                "who": Fact(_("Person")),
                "system": Fact(_("Connected system")),
                "action": Fact(_("What was done")),
                "kind": Fact(_("Kind of subject")),
                "from": Fact(_("From")),
                "to": Fact(_("To")),
            },
        )
