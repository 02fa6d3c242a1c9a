from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvincesConfig(AppConfig):
    name = "provinces"
    verbose_name = _("Places and people")

    def ready(self) -> None:
        from core.audit import log
        from provinces import activity, permissions

        log.register(activity.SENTENCES, activity.SUBJECTS, activity.LABELS)
        permissions.register_rules()
