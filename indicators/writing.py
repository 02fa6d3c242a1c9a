"""Checked readings go to the database many at once: one way in, one way for each database."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from core.audit.trail import Actor
from core.calendar import clock
from core.models import ApiClient, User
from core.queue import recalculation
from indicators.intake import Draft
from indicators.services import Result, mark, until_nobody_is_first, write_drafts

_SENT = """
CREATE TEMPORARY TABLE IF NOT EXISTS sent_reading (
    indicator_id bigint, area_id bigint, period text, first_day date, last_day date, base smallint,
    value_text text, value_qualifier text, rank integer, rank_of integer, obs_status text,
    published_on date, source text, source_url text, note text
) ON COMMIT DELETE ROWS
"""
# What came sorted goes in sorted: two batches that meet on the same figures wait for each other and
# never lock each other out. Most figures are new: only of one that has vintages is it asked which
# of them is in force.
_INSERT = """
WITH fresh AS (
    SELECT s.*, COALESCE(latest.revision, 0) + 1 AS revision
    FROM sent_reading s
    LEFT JOIN LATERAL (
        SELECT r.revision FROM indicators_reading r
        WHERE r.indicator_id = s.indicator_id AND r.area_id = s.area_id
            AND r.period = s.period AND r.base = s.base
        ORDER BY r.revision DESC LIMIT 1
    ) latest ON true
    LEFT JOIN LATERAL (
        SELECT r.value, r.rank, r.rank_of, r.value_qualifier, r.obs_status
        FROM indicators_reading r
        WHERE latest.revision IS NOT NULL
            AND r.indicator_id = s.indicator_id AND r.area_id = s.area_id AND r.base = s.base
            AND r.period = s.period AND r.published_on <= s.published_on
        ORDER BY r.published_on DESC, r.revision DESC LIMIT 1
    ) in_force ON true
    WHERE in_force.obs_status IS NULL OR (
        in_force.value, in_force.rank, in_force.rank_of, in_force.value_qualifier,
        in_force.obs_status
    ) IS DISTINCT FROM (
        NULLIF(s.value_text, '')::numeric, s.rank, s.rank_of, s.value_qualifier, s.obs_status
    )
), written AS (
    INSERT INTO indicators_reading (
        indicator_id, area_id, period, first_day, last_day, base, value_text, value,
        value_qualifier, rank, rank_of, obs_status, published_on, source, source_url, note,
        revision, recorded_at, recorded_by_user_id, recorded_by_client_id, period_text,
        published_is_estimated)
    SELECT indicator_id, area_id, period, first_day, last_day, base, value_text,
        NULLIF(value_text, '')::numeric, value_qualifier, rank, rank_of, obs_status, published_on,
        source, source_url, note, revision, %s, %s, %s, '', false
    FROM fresh
    RETURNING id, indicator_id, area_id, published_on, revision
), marked AS (
    INSERT INTO core_recalculation (kind, key, since, marked_at, attempts, error)
    SELECT 'reading', indicator_id || ':' || area_id, min(published_on), %s, 0, '' FROM written
    GROUP BY indicator_id, area_id
)
SELECT count(*), count(*) FILTER (WHERE revision = 1), array_agg(id ORDER BY id) FROM written
"""
_TO_ESCAPE = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Written(NamedTuple):
    """``ids``: of all new vintages, ascending."""

    created: int
    revised: int
    ids: list[int]


def write(drafts: Sequence[Draft], by: Actor) -> Written:
    """Add a vintage for each draft that says something new, and the marks of it; each draft is of a
    figure of its own.

    Inside a transaction. Raises Refused (``busy``, 503).
    """
    if connection.vendor != "postgresql":
        return _by_rows(drafts, by)
    with connection.cursor() as cursor:
        cursor.execute(_SENT)
        cursor.execute("DELETE FROM sent_reading")
        with cursor.copy("COPY sent_reading FROM STDIN") as copy:
            copy.write("".join(_lines(drafts)))
    return until_nobody_is_first(lambda: _insert(by))


def _insert(by: Actor) -> Written:
    """Raises IntegrityError where another writer took a revision first."""
    now = clock.now()
    user = by.pk if isinstance(by, User) else None
    client = by.pk if isinstance(by, ApiClient) else None
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [now, user, client, now])
        count, created, ids = cursor.fetchone()
    if count:
        recalculation.drain_after_commit()
    return Written(created, count - created, ids or [])


def _lines(drafts: Sequence[Draft]) -> Iterator[str]:
    """Rows of ``sent_reading`` in COPY's text format; what rows have in common is written once."""
    days: dict[str, str] = {}
    ends: dict[tuple[object, ...], str] = {}
    for d in drafts:
        period = d.period
        end = (
            d.value_qualifier, d.rank, d.rank_of, d.obs_status, d.published_on, d.source,
            d.source_url, d.note,
        )  # fmt: skip
        dated, ended = days.get(period.text), ends.get(end)
        if dated is None:
            dated = days[period.text] = f"{period.text}\t{period.first_day}\t{period.last_day}"
        if ended is None:
            ended = ends[end] = "\t".join(map(_escaped, end))
        yield f"{d.indicator.id}\t{d.area.id}\t{dated}\t{d.base}\t{d.value_text}\t{ended}\n"


def _escaped(item: object) -> str:
    if item is None:
        return "\\N"
    text = str(item)
    return text.translate(_ESCAPES) if _TO_ESCAPE.search(text) else text


def _by_rows(drafts: Sequence[Draft], by: Actor) -> Written:
    """SQLite's writers wait for each other, so nobody can come between reading and writing."""
    news = [item for item in write_drafts(drafts, by) if item.result != Result.UNCHANGED]
    if news:
        mark(news)
    created = sum(item.result == Result.CREATED for item in news)
    return Written(created, len(news) - created, [item.reading.pk for item in news])
