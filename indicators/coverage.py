"""What is known of each series from day to day: writes the rows of ``Coverage`` from readings."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from core.db import bulk
from core.db.conditions import any_of
from core.queue import recalculation
from core.queue.recalculation import Subjects
from indicators.models import Coverage, ObsStatus, Reading
from indicators.schedule import PATTERNS

_COLUMNS = ("indicator_id", "area_id", "since", "until", "is_known", "last_day")
_Row = tuple[int, int, date, date, bool, date | None]
_UNKNOWN = (ObsStatus.MISSING, ObsStatus.FORECAST)


def register() -> None:
    recalculation.register("reading", after_readings)
    recalculation.register("indicator", after_indicators)
    recalculation.register_rebuild(rebuild)


def after_readings(subjects: Subjects) -> None:
    """Keys are ``<indicator id>:<area id>``."""
    _rewrite(of_series(subjects))


def of_series(keys: Iterable[str]) -> Q:
    """Rows of these series; a key is ``<indicator id>:<area id>``."""
    pairs = (key.split(":") for key in keys)
    return any_of(Q(indicator=int(indicator), area=int(area)) for indicator, area in pairs)


def after_indicators(subjects: Subjects) -> None:
    """Keys are ids of indicators, whose frequency says which periods count."""
    _rewrite(Q(indicator__in=[int(key) for key in subjects]))


def last_known_days(
    of: Q, day: date, known_at: datetime | None = None
) -> dict[tuple[int, int], date | None]:
    """By (indicator, area): the last day of the newest period known on the day (1 SQL query).

    ``of`` chooses by ``indicator`` and ``area``; ``known_at``: from what was recorded by then.
    """
    if known_at is None:
        return Coverage.objects.on(day).filter(of).last_known_days()
    rows = _rows(Reading.objects.filter(of).published_by(day, known_at))
    return {row[:2]: row[5] for row in rows if row[4]}


def rebuild() -> int:
    """Every row; returns how many there are now."""
    return _rewrite(Q())


def _rewrite(of: Q) -> int:
    Coverage.objects.filter(of).delete()
    # PostgreSQL reads nothing else while it copies.
    return bulk.insert(Coverage, _COLUMNS, list(_rows(Reading.objects.filter(of))))


def _rows(readings: "QuerySet[Reading]") -> Iterator[_Row]:
    """A row for each day on which more became known of a series than before."""
    of_its_length = any_of(
        Q(indicator__frequency=frequency, period__regex=pattern)
        for frequency, pattern in PATTERNS.items()
    )
    known = ~Q(obs_status__in=_UNKNOWN)
    newest = Max("last_day", filter=known & of_its_length)
    days = (
        readings.order_by("indicator", "area", "published_on")
        .values("indicator", "area", "published_on")
        .annotate(known=Count("pk", filter=known), last=newest)
        .values_list("indicator", "area", "published_on", "known", "last")
    )
    held: _Row | None = None
    for indicator, area, day, known_now, last in days.iterator(chunk_size=5000):
        if held is None or held[:2] != (indicator, area):
            if held:
                yield held
            held = (indicator, area, day, date.max, bool(known_now), last)
            continue
        is_known = held[4] or bool(known_now)
        last_day = max(filter(None, (held[5], last)), default=None)
        if (is_known, last_day) != held[4:]:
            yield (*held[:3], day, *held[4:])
            held = (indicator, area, day, date.max, is_known, last_day)
    if held:
        yield held
