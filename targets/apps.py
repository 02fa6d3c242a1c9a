from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = _("Targets")

    def ready(self) -> None:
        from targets import activity, permissions, recalculation

        activity.register_own()
        permissions.register_rules()
        recalculation.register()
