"""How often a connected system may call."""

import logging
from time import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.db import sql
from core.db.replica import PRIMARY
from core.models import ApiClient

logger = logging.getLogger(__name__)

_MINUTE = 60
# All processes share the counter; one statement, so that nobody counts in between.
COUNT = """
INSERT INTO core_requestcount AS held (client_id, minute, count) {row}
ON CONFLICT (client_id) DO UPDATE SET
    count = CASE WHEN held.minute = excluded.minute THEN held.count + 1 ELSE 1 END,
    minute = excluded.minute
RETURNING count, written
"""
_COUNT = COUNT.format(row="VALUES (%s, %s, 1)")


class ClientThrottle(BaseThrottle):
    """``R57_REQUESTS_A_MINUTE`` for each client, counted by the minute of the clock."""

    def allow_request(self, request: Request, view: Any) -> bool:
        client: object = request.user
        if not isinstance(client, ApiClient):
            return True
        counted = getattr(request.auth, "requests", None)
        if counted is None:
            try:
                counted = sql.fetch(_COUNT, [client.pk, this_minute()], alias=PRIMARY)[0][0]
            except DatabaseError:  # A full disk must not keep anybody from reading.
                logger.warning("Requests of clients cannot be counted", exc_info=True)
                return True
        view.calls_made = calls = int(counted)
        return calls <= settings.R57_REQUESTS_A_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return _seconds_left()


class SaysLimits:
    """A view whose answers to a system say how many calls it has left, as the IETF's draft
    (draft-ietf-httpapi-ratelimit-headers-10) writes them: r calls in the next t seconds."""

    calls_made: int | None = None

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]  # A mixin.
        if self.calls_made is not None:
            most = settings.R57_REQUESTS_A_MINUTE
            left, seconds = max(0, most - self.calls_made), int(_seconds_left()) + 1
            response["RateLimit-Policy"] = f'"minute";q={most};w={_MINUTE}'
            response["RateLimit"] = f'"minute";r={left};t={seconds}'
        return response


def _seconds_left() -> float:
    """Of this minute."""
    return _MINUTE - time() % _MINUTE


def this_minute() -> int:
    """Since 1970."""
    return int(time()) // _MINUTE
