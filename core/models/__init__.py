from core.models.audit import AuditEvent, AuditSeal
from core.models.idempotency import IdempotencyRecord
from core.models.people import ApiClient, ApiKey, RequestCount, User
from core.models.recalculation import Generation, Recalculation

__all__ = [
    "ApiClient",
    "ApiKey",
    "AuditEvent",
    "AuditSeal",
    "Generation",
    "IdempotencyRecord",
    "Recalculation",
    "RequestCount",
    "User",
]
