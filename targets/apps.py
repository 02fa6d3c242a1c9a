from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "targets"

    def ready(self) -> None:
        from targets import permissions, recalculation

        permissions.register_rules()
        recalculation.register()
