from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Data")

    def ready(self) -> None:
        from core.queue import workers as background
        from indicators import activity, scope
        from indicators.clients import services as clients
        from indicators.files import worker as importing

        activity.register_own()
        background.register(importing.work_off)
        clients.register_rules()
        scope.register_rules()
