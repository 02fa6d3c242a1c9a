from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = _("Targets")

    def ready(self) -> None:
        from core import staleness
        from core.audit import log
        from core.queue import feed
        from targets import activity, api, recalculation, services

        log.register(activity.SENTENCES, activity.SUBJECTS)
        services.register_rules()
        recalculation.register()
        staleness.register(recalculation.VERDICT, [self.get_model("Assessment")])
        feed.register("assessment", api.changed_assessments)
