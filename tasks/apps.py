from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("Tasks")

    def ready(self) -> None:
        from core.audit import log
        from core.queue import recalculation, workers
        from tasks import activity, jobs, permissions, touches
        from tasks.api import changes
        from tasks.completion import snapshots
        from tasks.planning.tasks import on_plans

        log.register(activity.SENTENCES, activity.SUBJECTS, activity.LABELS)
        permissions.register_rules()
        recalculation.register("assignment", snapshots.on_assignments)
        recalculation.register("cell", snapshots.on_cells)
        recalculation.register("plan", on_plans)
        recalculation.register_rebuild(snapshots.rebuild)
        changes.register()
        touches.register()
        workers.register_round(jobs.send_digests)
