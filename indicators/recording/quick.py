"""One reading in two statements: one reads what is needed, the other writes everything.

For the most frequent call of systems, on PostgreSQL. It does the same as
``services.record_reading``, by the same rules, or it does nothing. A fault, a missing right, a
repeated key or a concurrent writer is left to the services, which know the messages.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError
from psycopg.types.json import Jsonb

from core.api.idempotency import KeyedRequest
from core.audit.trail import origin
from core.calendar import clock
from core.db import sql
from core.errors import Refused
from core.models import ApiClient
from core.queue import recalculation
from indicators.models import Indicator, Reading
from indicators.recording.rules import NEW_BASE, Catalogue
from indicators.recording.services import Recorded, Result, event_of, judge
from indicators.recording.validation import read_reading
from provinces.models import Area

_INDICATOR = sql.Part(
    Indicator,
    "id",
    "code",
    "kind",
    "frequency",
    "other_periods",
    "levels",
    "unit_vi",
    "unit_en",
    "min_value",
    "max_value",
    "owner_id",
)
_AREA = sql.Part(
    Area,
    "id",
    "code",
    "official_code",
    "level",
    "short_name_vi",
    "short_name_en",
    "path",
    "is_active",
    "merged_on",
    "successor_id",
)
_READING = sql.Part(
    Reading,
    "id",
    "base",
    "revision",
    "value",
    "value_text",
    "value_qualifier",
    "rank",
    "rank_of",
    "obs_status",
    "published_on",
)

_WRITTEN = (
    "indicator_id",
    "area_id",
    "period",
    "first_day",
    "last_day",
    "base",
    "revision",
    "value",
    "value_text",
    "value_qualifier",
    "rank",
    "rank_of",
    "obs_status",
    "published_on",
    "source",
    "source_url",
    "note",
)

# The right of a system to RECORD_READING. Only active areas are found, which have no successor.
_KNOW = f"""
SELECT {_INDICATOR.of("i")}, {_AREA.of("a")}, {_READING.of("in_force")},
    COALESCE(latest.revision, 0),
    EXISTS (
        SELECT FROM indicators_clientscope s LEFT JOIN provinces_area p ON p.id = s.area_id
        WHERE s.client_id = %(client)s AND s.can_write
            AND (s.indicator_id IS NULL OR s.indicator_id = i.id)
            AND (s.area_id IS NULL OR starts_with(a.path, p.path))
    ),
    EXISTS (SELECT FROM core_idempotencyrecord WHERE caller = %(caller)s AND key = %(key)s)
FROM indicators_indicator i
JOIN provinces_area a ON a.code = %(area)s AND a.is_active
LEFT JOIN LATERAL (
    SELECT r.* FROM indicators_reading r
    WHERE r.indicator_id = i.id AND r.area_id = a.id AND r.base = %(base)s
        AND r.period = %(period)s AND r.published_on <= %(published_on)s
    ORDER BY r.published_on DESC, r.revision DESC LIMIT 1
) in_force ON true
LEFT JOIN LATERAL (
    SELECT r.revision FROM indicators_reading r
    WHERE r.indicator_id = i.id AND r.area_id = a.id AND r.period = %(period)s
        AND r.base = %(base)s
    ORDER BY r.revision DESC LIMIT 1
) latest ON true
WHERE i.code = %(indicator)s
"""  # noqa: S608 - Only columns of our own.
# Nothing is written if somebody took the revision or the key meanwhile. Vintages are never removed,
# so a revision that is still free is still the next one.
_WRITE = """
WITH alone AS MATERIALIZED (
    SELECT %(key)s::text = '' OR pg_try_advisory_xact_lock(%(lock)s) AS mine
), written AS (
    INSERT INTO indicators_reading (
        indicator_id, area_id, period, first_day, last_day, base, revision, value, value_text,
        value_qualifier, rank, rank_of, obs_status, published_on, recorded_at,
        recorded_by_client_id, source, source_url, note, period_text, published_is_estimated)
    SELECT %(indicator_id)s, %(area_id)s, %(period)s, %(first_day)s, %(last_day)s, %(base)s,
        %(revision)s, %(value)s, %(value_text)s, %(value_qualifier)s, %(rank)s, %(rank_of)s,
        %(obs_status)s, %(published_on)s, %(now)s, %(client)s, %(source)s, %(source_url)s,
        %(note)s, '', false
    FROM alone WHERE mine
    ON CONFLICT DO NOTHING
    RETURNING id
), audited AS (
    INSERT INTO core_auditevent (
        at, client_id, address, request_id, action, subject_type, subject_key, before, after)
    SELECT %(now)s, %(client)s, %(address)s::inet, %(request_id)s, %(action)s, 'reading',
        %(subject)s, %(before)s, %(after)s || jsonb_build_object('id', id)
    FROM written
), marked AS (
    INSERT INTO core_recalculation (kind, key, since, marked_at, attempts, error)
    SELECT 'reading', %(mark)s, %(published_on)s, %(now)s, 0, '' FROM written
), kept AS (
    INSERT INTO core_idempotencyrecord (caller, key, request_hash, status, body, created_at)
    SELECT %(caller)s, %(key)s, %(request_hash)s, 201, %(body)s, %(now)s
    FROM written WHERE %(key)s::text <> ''
)
SELECT id FROM written
"""


def record_quickly(
    document: object, *, by: ApiClient, ask: KeyedRequest, show: Callable[[Recorded], bytes]
) -> bytes | None:
    """The body that ``show`` makes of a new vintage (201), also stored under the key of ``ask``.

    Returns None if nothing was written; the services must then do it.
    """
    asked = _asked(document)
    found = asked and sql.fetch(_KNOW, {**asked, "client": by.pk, **ask._asdict()})
    if not (asked and found):
        return None
    recorded = _judge(document, asked, found[0], by)
    if recorded is None or recorded.result == Result.UNCHANGED:
        return None
    body = show(recorded)
    try:
        written = sql.fetch(_WRITE, _values(recorded, by, ask, body))
    except IntegrityError:  # The key was taken a moment ago.
        return None
    if written:
        recalculation.drain_after_commit()
    return body if written else None


def _asked(document: object) -> dict[str, Any] | None:
    """What to look up; None for all but the plainest documents."""
    if not isinstance(document, dict) or document.get("base") not in (None, NEW_BASE):
        return None
    texts = {name: document.get(name) for name in ("indicator", "area", "period")}
    day = document.get("published_on")
    try:
        published_on = clock.today() if day is None else date.fromisoformat(day)
    except (TypeError, ValueError):
        return None
    if not all(type(text) is str for text in texts.values()):
        return None
    return {**texts, "base": document.get("base") or 0, "published_on": published_on}


def _judge(
    document: object, asked: Mapping[str, Any], found: sql.Row, by: ApiClient
) -> Recorded | None:
    """None for a repeated key, a fault in the document or a missing right."""
    indicator, area, before = sql.split(found, _INDICATOR, _AREA, _READING)
    latest, may_record, is_repeat = found[-3:]
    if is_repeat or not may_record:
        return None
    catalogue = Catalogue({indicator.code: indicator}, {area.code: area}, {})
    try:
        draft = read_reading(document, catalogue, clock.today())
    except Refused:
        return None
    meant = draft.period.text, draft.base, draft.published_on
    if meant != (asked["period"], asked["base"], asked["published_on"]):
        return None
    return judge(draft, before=before, latest=latest, by=by)


def _values(recorded: Recorded, by: ApiClient, ask: KeyedRequest, body: bytes) -> dict[str, Any]:
    reading, event, here = recorded.reading, event_of(recorded), origin.get()
    return {
        **{name: getattr(reading, name) for name in _WRITTEN},
        "now": reading.recorded_at,
        "client": by.pk,
        "address": here.address,
        "request_id": here.request_id,
        "action": event["action"],
        "subject": event["key"],
        "before": event["before"] and Jsonb(event["before"]),
        "after": Jsonb(event["after"]),
        "mark": f"{reading.indicator_id}:{reading.area_id}",
        "body": body,
        **ask._asdict(),
    }
