"""From where a write comes: set once a request or job, read by the audit."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """``address`` is the caller's IP address; both are empty outside a request."""

    address: str | None = None
    request_id: str = ""


NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)
