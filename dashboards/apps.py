from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from core.audit.log import AuditedFact, register

        register(
            words={"activity.export": _("Took the activity log as a file")},
            facts={
                "format": AuditedFact(_("Format")),
                "rows": AuditedFact(_("Rows")),
                "who": AuditedFact(_("Person")),
                "system": AuditedFact(_("Connected system")),
                "action": AuditedFact(_("What was done")),
                "kind": AuditedFact(_("Kind of subject")),
                "from": AuditedFact(_("From")),
                "to": AuditedFact(_("To")),
            },
        )
