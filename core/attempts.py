"""How often somebody may try to come in: a counter in the database, taken before the check.

One statement counts and answers, so of many tries at once no more than the limit are checked. Names
that nobody has are counted like all others, and only their hash is kept: what was typed may have
been a password.
"""

import hashlib
import logging
from typing import Literal

from django.conf import settings
from django.db import connection
from django.utils.translation import ngettext

from core import clock
from core.errors import refuse
from core.models import AttemptCount

logger = logging.getLogger(__name__)

Door = Literal["password", "code"]
TOO_MANY = 429
_MINUTE = 60
# After the last try that is allowed the door stays shut for the whole time; tries at the shut door
# do not make it longer.
_COUNT = """
INSERT INTO core_attemptcount AS held (key, count, until) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN held.until <= %s THEN 1 ELSE held.count + 1 END,
    until = CASE WHEN held.until <= %s OR held.count < %s THEN excluded.until ELSE held.until END
RETURNING count, until
"""


def count_try(door: Door, username: str) -> None:
    """Call it outside a transaction: a try counts whatever comes after it.

    Raises Refused ``too_many_tries`` (429 with Retry-After) after ``R57_SIGN_IN_TRIES`` tries
    within ``R57_SIGN_IN_LOCK_MINUTES``.
    """
    now, limit = int(clock.now().timestamp()), settings.R57_SIGN_IN_TRIES
    later = now + settings.R57_SIGN_IN_LOCK_MINUTES * _MINUTE
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_key(door, username), later, now, now, limit])
        count, until = cursor.fetchone()
    if count > limit:
        logger.warning("Too many tries to sign in", extra={"door": door})
        left = max(until - now, 1)
        minutes = -(-left // _MINUTE)
        detail = ngettext(
            "Too many tries. Wait %(n)d minute, then try again.",
            "Too many tries. Wait %(n)d minutes, then try again.",
            minutes,
        )
        headers = {"Retry-After": str(left)}
        raise refuse("too_many_tries", detail % {"n": minutes}, status=TOO_MANY, headers=headers)


def forget_tries(door: Door, username: str) -> None:
    """He came in: what he tried before counts no more."""
    AttemptCount.objects.filter(key=_key(door, username)).delete()


def forget_old_tries() -> int:
    """Counters that shut no door any more; returns how many there were."""
    return AttemptCount.objects.filter(until__lte=int(clock.now().timestamp())).delete()[0]


def _key(door: Door, username: str) -> str:
    return hashlib.sha256(f"{door}:{username.strip().casefold()}".encode()).hexdigest()
