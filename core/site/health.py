"""Is the process alive, and can it serve? For load balancers and containers."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.calendar import clock
from core.db import replica
from core.models import Recalculation


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. Neither the database nor the broker is asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 without the database or with migrations to apply; ``degraded`` without the broker or
    without a replica that is near."""
    try:
        executor = MigrationExecutor(connection)
        unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
        oldest = Recalculation.objects.waiting().order_by("id").first()
        parked = Recalculation.objects.parked().count()
        # Where the replica is not ``ok``, pages are read from the primary.
        has_replica = replica.REPLICA in connections.settings
        standby, behind = replica.standby.said() if has_replica else ("none", 0)
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    age = (clock.now() - oldest.marked_at).total_seconds() if oldest else 0
    broker = _broker()
    is_degraded = broker == "unreachable" or parked or standby in ("behind", "unreachable")
    answer = {
        "status": "down" if unapplied else "degraded" if is_degraded else "ok",
        "database": "ok",
        "migrations": len(unapplied),
        "oldest_mark_seconds": round(age, 1),
        "parked": parked,
        "broker": broker,
        "replica": standby,
        "replica_bytes_behind": behind,
    }
    return JsonResponse(answer, status=503 if unapplied else 200)


def _broker() -> str:
    if not settings.R57_REDIS_URL:
        return "none"
    try:
        client = redis.Redis.from_url(
            settings.R57_REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        )
        client.ping()
        client.close()
    except redis.RedisError:
        return "unreachable"
    return "ok"
