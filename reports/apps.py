from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from core.audit import log
        from core.queue import workers
        from reports import activity, jobs, permissions

        log.register(activity.SENTENCES, activity.SUBJECTS)
        permissions.register_rules()
        workers.register_round(jobs.make_periods)
