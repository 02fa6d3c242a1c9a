from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"

    def ready(self) -> None:
        from indicators import clients, scope

        clients.register_rules()
        scope.register_rules()
