from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvincesConfig(AppConfig):
    name = "provinces"
    verbose_name = _("Places and people")

    def ready(self) -> None:
        from provinces import activity, permissions

        activity.register_own()
        permissions.register_rules()
