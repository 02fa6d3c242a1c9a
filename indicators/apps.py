from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"

    def ready(self) -> None:
        from core import background
        from indicators import clients, importing, scope

        background.register(importing.work_off)
        clients.register_rules()
        scope.register_rules()
