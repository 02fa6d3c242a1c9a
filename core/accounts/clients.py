"""Keys of connected systems: drawn, shown once, revoked."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.credentials import NewKey, new_key
from core.audit import trail
from core.calendar import clock
from core.errors import refuse
from core.models import ApiClient, ApiKey

LIVE_KEYS = 2
"""Two, so that a client can change its key without a gap."""


def draw_key(client: ApiClient, *, expires_on: date | None, by: trail.Actor) -> NewKey:
    """A new key. Its text is in the answer and stored nowhere.

    Raises Refused: ``too_many_keys``, ``date_in_the_past``.
    """
    with transaction.atomic():
        key = insert_key(client, expires_on=expires_on)
        after = {"client": client.name, "expires_on": expires_on and expires_on.isoformat()}
        trail.record("api_key.drawn", client, by=by, after={**after, "key": key.public_id})
    return key


def insert_key(client: ApiClient, *, expires_on: date | None) -> NewKey:
    """The row of a new key; the caller audits it. Raises as ``draw_key`` does."""
    if expires_on and expires_on < clock.today():
        detail = _("This day is over: the key would open nothing.")
        raise refuse("date_in_the_past", detail, "/expires_on")
    # The lock makes two draws at once count one after the other.
    ApiClient.objects.select_for_update().get(pk=client.pk)
    if ApiKey.objects.live(clock.today()).filter(client=client).count() >= LIVE_KEYS:
        detail = _("Two keys are live already; revoke one before drawing another.")
        raise refuse("too_many_keys", detail)
    key = new_key()
    ApiKey.objects.create(
        client=client, public_id=key.public_id, secret_hash=key.secret_hash, expires_on=expires_on
    )
    return key


def revoke_key(key: ApiKey, *, by: trail.Actor) -> None:
    """It opens nothing from the next request on. Revoking it again changes nothing."""
    with transaction.atomic():
        unrevoked = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
        if unrevoked.update(revoked_at=clock.now()):
            trail.record("api_key.revoked", key.client, by=by, after={"key": key.public_id})


def is_live(key: ApiKey, on: date) -> bool:
    """As ``ApiKey.objects.live``, for a row whose client is loaded."""
    expired = key.expires_on is not None and key.expires_on < on
    return key.revoked_at is None and not expired and key.client.is_active
