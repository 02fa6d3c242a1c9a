from core.models.audit import AuditEvent, AuditSeal
from core.models.idempotency import IdempotencyRecord
from core.models.people import (
    ApiClient,
    ApiKey,
    AttemptCount,
    OneTimeCode,
    RequestCount,
    User,
)
from core.models.recalculation import FeedEntry, Generation, Recalculation, Touch

__all__ = [
    "ApiClient",
    "ApiKey",
    "AttemptCount",
    "AuditEvent",
    "AuditSeal",
    "FeedEntry",
    "Generation",
    "IdempotencyRecord",
    "OneTimeCode",
    "Recalculation",
    "RequestCount",
    "Touch",
    "User",
]
