"""What ``manage.py check --deploy`` says of the settings beyond Django's own checks."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


def check_email(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Whoever gets an e-mail must be able to follow its links and to see who sent it."""
    if not settings.R57_SENDS_EMAIL:
        return []
    found: list[CheckMessage] = []
    if not settings.R57_PUBLIC_URL.startswith("https://"):
        found.append(
            Error(
                "E-mails are sent, but their links lead nowhere.",
                hint="Set R57_PUBLIC_URL to the https:// address people open.",
                id="core.E002",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        found.append(
            Error(
                "E-mails are sent from no real address.",
                hint="Set R57_EMAIL_FROM.",
                id="core.E003",
            )
        )
    return found


def connect() -> None:
    """Called once by the app's ready()."""
    register(check_email, Tags.security, deploy=True)
