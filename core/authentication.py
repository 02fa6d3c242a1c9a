"""Who calls the API: a machine with a key, or a person with the browser's session."""

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from core import clock
from core.keys import matches, read_key
from core.models import ApiClient, ApiKey

_CHALLENGE = 'Bearer realm="R57"'


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer r57_…``; a revoked, expired or unknown key gets 401."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiKey] | None:
        word, _space, text = request.headers.get("Authorization", "").partition(" ")
        if word.lower() != "bearer":
            return None
        parts = read_key(text.strip())
        key = self._find(*parts) if parts else None
        if key is None:
            raise exceptions.AuthenticationFailed(_("This key is unknown, expired or revoked."))
        today = clock.today()
        if key.last_used_on != today:
            ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
        return key.client, key

    def _find(self, public_id: str, secret: str) -> ApiKey | None:
        live = ApiKey.objects.live(clock.today()).select_related("client")
        key = live.filter(public_id=public_id).first()
        # Compared even when no such key exists, so that the answer takes the same time.
        genuine = matches(secret, key.secret_hash if key else "0" * 64)
        return key if genuine else None

    def authenticate_header(self, request: Request) -> str:
        return _CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF; without one the answer is 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return _CHALLENGE
