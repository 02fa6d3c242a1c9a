"""Readings in the feed of changes."""

from collections.abc import Collection, Mapping
from typing import Any

from core.calendar import clock
from core.queue import feed, recalculation
from core.queue.recalculation import Subjects
from indicators.api.representation import represent
from indicators.coverage import of_series
from indicators.models import Reading
from provinces.permissions import Caller


def after_readings(subjects: Subjects) -> None:
    """Handles the marks "reading": their keys are ``<indicator id>:<area id>``."""
    rows = Reading.objects.filter(of_series(subjects), recorded_at__gt=clock.now() - feed.KEPT)
    feed.append_rows("reading", rows.order_by().values_list("pk", "published_on"))


def changed_readings(caller: Caller, keys: Collection[str]) -> Mapping[str, Any]:
    rows = Reading.objects.visible_to(caller).filter(pk__in=map(int, keys))
    return {str(row.pk): represent(row) for row in rows.select_related("indicator", "area")}


def register() -> None:
    feed.register("reading", changed_readings)
    recalculation.register("reading", after_readings, tells=True)
