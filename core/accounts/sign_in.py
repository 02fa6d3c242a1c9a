"""How people come in without e-mail: one-time codes on paper, and a limit on tries.

A try is counted in the database before it is checked. One statement counts and answers, so of many
tries at once no more than the limit are checked. Names that nobody has are counted too. Only a
hash of the name is kept, as somebody may have typed their password there.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.credentials import hash_code, new_code, opens
from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import AttemptCount, OneTimeCode, User

logger = logging.getLogger(__name__)

Door = Literal["password", "code", "screen"]
TOO_MANY = 429
_MINUTE = 60
# After the last allowed try the door is shut for the whole time. Further tries do not prolong it.
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
    """After they came in: their earlier tries no longer count."""
    AttemptCount.objects.filter(key=_key(door, username)).delete()


def forget_old_tries() -> int:
    """Delete the counters that no longer shut a door; returns how many there were."""
    return AttemptCount.objects.filter(until__lte=int(clock.now().timestamp())).delete()[0]


def _key(door: Door, username: str) -> str:
    return hashlib.sha256(f"{door}:{username.strip().casefold()}".encode()).hexdigest()


_AT_ONCE = 1000


@dataclass(frozen=True)
class GivenCode:
    """A code that was just drawn: ``text`` is shown once and kept nowhere."""

    user: User
    text: str
    expires_at: datetime


def give_codes(users: Sequence[User]) -> list[GivenCode]:
    """A new code for each person; their earlier codes open nothing any more.

    The caller audits it (1 query per 1,000 people; on SQLite per 249).
    """
    now = clock.now()
    expires_at = now + timedelta(hours=settings.R57_CODE_HOURS)
    given = [GivenCode(user, new_code(), expires_at) for user in users]
    OneTimeCode.objects.bulk_create(
        [
            OneTimeCode(
                user=one.user, code_hash=hash_code(one.text), made_at=now, expires_at=expires_at
            )
            for one in given
        ],
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["code_hash", "made_at", "expires_at"],
    )
    return given


def use_code(*, username: str, code: str, password: str) -> User:
    """The person's new password; the code is used up, their other sessions end.

    Raises Refused: ``too_many_tries`` (429), ``wrong_code`` (the same whether or not the name is
    known), ``invalid_password`` (the code stays good).
    """
    count_try("code", username)
    with transaction.atomic():
        live = OneTimeCode.objects.live(clock.now()).filter(user__username=username)
        # Of two who use it at once the second waits here and then finds nothing.
        held = live.select_for_update(of=("self",)).select_related("user").first()
        if held is None or not opens(code, held.code_hash):
            detail = _(
                "User name and code do not fit together, or the code was used or is too old. "
                "Your coordinator can give you a new one."
            )
            raise refuse("wrong_code", detail)
        user, faults = held.user, list[Fault]()
        try:
            validate_password(password, user)
        except ValidationError as error:
            faults = [Fault("invalid_password", text, "/new_password1") for text in error.messages]
        else:
            user.set_password(password)
            user.save(update_fields=["password"])
            held.delete()
            trail.record("password_set_with_code", user, by=user)
    forget_tries("code", username)
    if faults:
        raise Refused(faults)
    forget_tries("password", username)
    return user


def end_sessions(user: User) -> None:
    """Sign the person out everywhere. Slow: reads every live session."""
    live = Session.objects.filter(expire_date__gt=clock.now())
    theirs = [
        one.pk for one in live.iterator() if one.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
