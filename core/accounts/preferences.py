"""A person's language and e-mail address, and whether reminders go there."""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpResponse

from core.audit import trail
from core.models import User

_SALT = "core.accounts.preferences.unsubscribe"


@transaction.atomic
def set_preferences(user: User, *, by: User, **values: str | bool) -> bool:
    """Store ``language``, ``email`` and ``wants_digest``, those that are given.

    Returns False where nothing changed. The audit does not keep the address itself.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    before = {name: getattr(user, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(user, name, value)
    user.save(update_fields=list(changed))
    trail.record(
        "preferences.change", user, by=by, before=_told(before, changed), after=_told(user, changed)
    )
    return True


def _told(holder: User | dict[str, str | bool], names: dict[str, str | bool]) -> dict[str, object]:
    values = holder if isinstance(holder, dict) else {name: getattr(holder, name) for name in names}
    return {name: bool(values[name]) if name == "email" else values[name] for name in names}


def remember_language(response: HttpResponse, language: str) -> None:
    """The browser asks for this language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


def unsubscribe_token(user_id: int) -> str:
    """It only ends the reminders. It never expires, since people open old mails."""
    return signing.dumps(user_id, salt=_SALT)


def read_unsubscribe_token(token: str) -> int | None:
    """The user's id; None for a token that we did not sign."""
    try:
        found = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None
