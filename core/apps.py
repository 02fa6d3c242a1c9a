from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import append_only, checks


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("System")

    def ready(self) -> None:
        from core import activity

        append_only.connect()
        checks.connect()
        activity.register_own()
