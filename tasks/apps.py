from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("Tasks")

    def ready(self) -> None:
        from core.queue import recalculation
        from core.queue import workers as background
        from tasks import activity, jobs, permissions, services
        from tasks.completion import snapshots

        activity.register_own()
        permissions.register_rules()
        recalculation.register("assignment", snapshots.on_assignments)
        recalculation.register("cell", snapshots.on_cells)
        recalculation.register("plan", services.on_plans)
        recalculation.register_rebuild(snapshots.rebuild)
        background.register_round(jobs.send_digests)
