from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.db import append_only
from core.site import checks


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("System")

    def ready(self) -> None:
        append_only.connect()
        checks.connect()
