"""Who calls the API: a machine with a key, or a person with the browser's session."""

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from core.accounts.credentials import hash_secret, matches, read_key
from core.api.throttling import COUNT, this_minute
from core.calendar import clock
from core.db import replica, sql
from core.models import ApiClient, ApiKey

_CHALLENGE = 'Bearer realm="R57"'
_KEY = sql.Part(ApiKey, "id", "client_id", "secret_hash", "expires_on", "last_used_on")
_CLIENT = sql.Part(ApiClient, "id", "name", "owner_id", "is_active")
# As ApiKey.objects.live; written out, because every call of a system begins with it.
_LIVE = """
FROM core_apikey k JOIN core_apiclient c ON c.id = k.client_id
WHERE k.public_id = %(id)s AND k.revoked_at IS NULL AND c.is_active
    AND (k.expires_on IS NULL OR k.expires_on >= %(today)s)
"""
_FIND = f"SELECT {_KEY.of('k')}, {_CLIENT.of('c')}, NULL, NULL {_LIVE}"
# Knowing only the public id must not use up the client's calls.
_CALLS = f"SELECT c.id, %(minute)s, 1 {_LIVE} AND k.secret_hash = %(hash)s"
_COUNT_AND_FIND = f"""
WITH counted AS ({COUNT.format(row=_CALLS)})
SELECT {_KEY.of("k")}, {_CLIENT.of("c")}, (SELECT count FROM counted),
    (SELECT written FROM counted) {_LIVE}
"""  # noqa: S608 - Only columns of our own.


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
        if route := replica.current():
            route.client = key.client_id
            if key.written is not None:
                route.choose(key.written)
        return key.client, key

    def _find(self, public_id: str, secret: str) -> ApiKey | None:
        """With its client, and how often that has called this minute (1 SQL query)."""
        asked = {"id": public_id, "today": clock.today(), "hash": hash_secret(secret)}
        asked["minute"] = this_minute()
        is_postgresql = connection.vendor == "postgresql"
        try:
            statement = _COUNT_AND_FIND if is_postgresql else _FIND
            found = sql.fetch(statement, asked, alias=replica.PRIMARY)
        except DatabaseError:  # A full disk counts nobody, and keeps nobody from reading.
            found = sql.fetch(_FIND, asked, alias=replica.PRIMARY)
        key: ApiKey | None = None
        for row in found:
            key, client = sql.split(row, _KEY, _CLIENT)
            key.client, key.requests, key.written = client, row[-2], row[-1]
        # Compared even when no such key exists, so that the answer takes the same time.
        genuine = matches(secret, key.secret_hash if key else "0" * 64)
        return key if genuine else None

    def authenticate_header(self, request: Request) -> str:
        return _CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF; without one the answer is 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return _CHALLENGE
