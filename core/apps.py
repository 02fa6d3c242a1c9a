from django.apps import AppConfig

from core import append_only


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        append_only.connect()
