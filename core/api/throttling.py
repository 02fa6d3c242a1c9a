"""How often a connected system may call."""

import logging
from time import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.db import sql
from core.models import ApiClient

if TYPE_CHECKING:
    from rest_framework.views import APIView  # It loads this module itself.

logger = logging.getLogger(__name__)

_MINUTE = 60
# All processes share the counter; one statement, so that nobody counts in between.
COUNT = """
INSERT INTO core_requestcount AS held (client_id, minute, count) {row}
ON CONFLICT (client_id) DO UPDATE SET
    count = CASE WHEN held.minute = excluded.minute THEN held.count + 1 ELSE 1 END,
    minute = excluded.minute
RETURNING count
"""
_COUNT = COUNT.format(row="VALUES (%s, %s, 1)")


class ClientThrottle(BaseThrottle):
    """``R57_REQUESTS_A_MINUTE`` for each client, counted by the minute of the clock."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        client: object = request.user
        if not isinstance(client, ApiClient):
            return True
        counted = getattr(request.auth, "requests", None)
        if counted is None:
            try:
                counted = sql.fetch(_COUNT, [client.pk, this_minute()])[0][0]
            except DatabaseError:  # A full disk must not keep anybody from reading.
                logger.warning("Requests of clients cannot be counted", exc_info=True)
                return True
        return int(counted) <= settings.R57_REQUESTS_A_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return _MINUTE - time() % _MINUTE


def this_minute() -> int:
    """Since 1970."""
    return int(time()) // _MINUTE
