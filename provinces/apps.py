from django.apps import AppConfig


class ProvincesConfig(AppConfig):
    name = "provinces"

    def ready(self) -> None:
        from provinces import permissions

        permissions.register_rules()
