"""Many readings in one call: each is checked, all are written at once, and all are counted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.audit.trail import Actor
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import ApiClient, User
from core.queue import recalculation
from indicators.models import ImportJob, Reading
from indicators.recording.services import (
    Result,
    authorise,
    catalogue_of,
    mark,
    until_nobody_is_first,
    write_drafts,
)
from indicators.recording.validation import DocumentReader, ReadingDraft

_SENT = """
CREATE TEMPORARY TABLE IF NOT EXISTS sent_reading (
    indicator_id bigint, area_id bigint, period text, first_day date, last_day date, base smallint,
    value_text text, value_qualifier text, rank integer, rank_of integer, obs_status text,
    published_on date, source text, source_url text, note text
) ON COMMIT DELETE ROWS
"""
# Rows come sorted and are inserted in that order. So two batches with the same figures wait for one
# another and never deadlock. Most figures are new; only for others is the vintage in force read.
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


def write(drafts: Sequence[ReadingDraft], by: Actor) -> Written:
    """Add a vintage and a mark for each draft with news. No two drafts are of one figure.

    Inside a transaction. Raises Refused (``busy``, 503).
    """
    if connection.vendor != "postgresql":
        # SQLite's writers wait for each other, so nobody can come between reading and writing.
        news = [item for item in write_drafts(drafts, by) if item.result != Result.UNCHANGED]
        if news:
            mark(news)
        created = sum(item.result == Result.CREATED for item in news)
        return Written(created, len(news) - created, [item.reading.pk for item in news])
    with connection.cursor() as cursor:
        cursor.execute(_SENT)
        cursor.execute("DELETE FROM sent_reading")
        with cursor.copy("COPY sent_reading FROM STDIN") as copy:
            copy.write("".join(_copy_lines(drafts)))
    user = by.pk if isinstance(by, User) else None
    client = by.pk if isinstance(by, ApiClient) else None

    def insert() -> Written:
        now = clock.now()
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [now, user, client, now])
            count, created, ids = cursor.fetchone()
        return Written(created, count - created, ids or [])

    written = until_nobody_is_first(insert)
    if written.ids:
        recalculation.drain_after_commit()
    return written


def _copy_lines(drafts: Sequence[ReadingDraft]) -> Iterator[str]:
    """Rows of ``sent_reading`` in COPY's text format. Common parts are formatted only once."""
    days: dict[str, str] = {}
    ends: dict[tuple[object, ...], str] = {}
    for d in drafts:
        period = d.period
        end = (
            d.value_qualifier,
            d.rank,
            d.rank_of,
            d.obs_status,
            d.published_on,
            d.source,
            d.source_url,
            d.note,
        )
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


Mode = ImportJob.Mode


@dataclass(frozen=True, kw_only=True)
class BatchOutcome:
    """What became of the documents; the four counts add up to their number.

    ``faults``: by the index of the document, with pointers such as ``/readings/17/value``.
    """

    created: int = 0
    revised: int = 0
    unchanged: int = 0
    rejected: int = 0
    faults: Mapping[int, Sequence[Fault]] = field(default_factory=dict)


def record_batch(
    documents: Sequence[object], *, by: trail.Actor, mode: str, dry_run: bool = False
) -> BatchOutcome:
    """Check documents of ``validation.FIELDS`` and record them in one transaction.

    With a bad document ``all_or_nothing`` rejects all and writes nothing; ``accept_valid`` records
    the others. ``dry_run``: the same work, rolled back at its end.
    Raises Refused: ``too_many_readings`` (413), ``busy`` (503).
    """
    if len(documents) > settings.R57_MAX_READINGS:
        detail = _("At most %(most)d readings are taken at once.")
        detail %= {"most": settings.R57_MAX_READINGS}
        raise refuse("too_many_readings", detail, "/readings", status=413)
    drafts, faults = _check(documents, by)
    if faults and mode == Mode.ALL_OR_NOTHING:
        return BatchOutcome(rejected=len(documents), faults=faults)
    with transaction.atomic():
        written = write(drafts, by)
        if ids := written.ids:
            after = {"created": written.created, "revised": written.revised, "ids": [*_runs(ids)]}
            subject, key = Reading(pk=ids[0]), f"{len(ids)} readings"
            trail.record("reading.batch", subject, by=by, after=after, key=key)
        if dry_run:
            transaction.set_rollback(True)
    return BatchOutcome(
        created=written.created,
        revised=written.revised,
        unchanged=len(drafts) - written.created - written.revised,
        rejected=len(faults),
        faults=faults,
    )


def _check(
    documents: Sequence[object], by: trail.Actor
) -> tuple[list[ReadingDraft], dict[int, Sequence[Fault]]]:
    """The drafts, sorted so that all batches write in one order, and the faults of the others."""
    reader = DocumentReader(catalogue_of(documents, by), clock.today(), "/readings")
    refusals: dict[tuple[int, int], Sequence[Fault]] = {}
    figures: dict[tuple[int, int], dict[tuple[str, int], tuple[int, ReadingDraft]]] = {}
    faults: dict[int, Sequence[Fault]] = {}
    for index, draft in enumerate(reader.read(documents)):
        if not isinstance(draft, ReadingDraft):
            faults[index] = draft
            continue
        pair = draft.indicator.id, draft.area.id  # ``id`` is read three times as fast as ``pk``.
        if pair not in figures:
            refusals[pair], figures[pair] = (), {}
            try:
                authorise(draft, by)
            except Refused as refusal:
                refusals[pair] = refusal.faults
        if refusals[pair]:
            pointer = f"/readings/{index}"
            faults[index] = [Fault(f.code, f.detail, pointer + f.pointer) for f in refusals[pair]]
            continue
        figure = draft.period.text, draft.base
        first = figures[pair].setdefault(figure, (index, draft))[0]
        if first != index:
            detail = _("The same figure stands in row %(row)d already (counted from 0).")
            faults[index] = [
                Fault("duplicate_in_request", detail % {"row": first}, f"/readings/{index}")
            ]
    drafts = [
        draft
        for pair in sorted(figures)
        for _figure, (_index, draft) in sorted(figures[pair].items())
    ]
    return drafts, faults


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of ascending numbers: 1 2 3 7 → (1, 3) (7, 7)."""
    for _gap, group in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        run = [number for _index, number in group]
        yield run[0], run[-1]
