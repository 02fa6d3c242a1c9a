from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from core.audit import log
        from core.queue import workers
        from reports import activity, jobs, permissions
        from reports.flow import digest, notices
        from tasks.reminders import contents
        from tasks.reminders import notices as notice_kinds

        # What documents called it until schedules had a home of their own.
        earlier = {"cadence": _("Reporting period")}
        log.register(activity.SENTENCES, activity.SUBJECTS, labels=earlier)
        permissions.register_rules()
        workers.register_round(jobs.make_periods)
        workers.register_round(jobs.close_periods)
        contents.register(digest.who_is_silent)
        for kind in notices.KINDS:
            notice_kinds.register(kind)
