from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Data")

    def ready(self) -> None:
        from core.audit import log
        from core.queue import workers
        from indicators import activity, coverage, scope, touches
        from indicators.api import changes
        from indicators.clients import services
        from indicators.files.services import work_off

        log.register(activity.SENTENCES, activity.SUBJECTS, activity.LABELS)
        workers.register(work_off)
        services.register_rules()
        scope.register_rules()
        changes.register()
        touches.register()
        coverage.register()
