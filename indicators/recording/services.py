"""Recording readings, for the API, files and forms."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from operator import attrgetter
from typing import NamedTuple, TypedDict, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Refused, refuse
from core.models import ApiClient, User
from core.queue import recalculation
from indicators.models import Reading
from indicators.models.reading import vintage_order
from indicators.recording import validation
from indicators.recording.rules import Catalogue, no_such_area
from indicators.recording.validation import ReadingDraft
from indicators.scope import FigureKey, covers, sees_all, visible_indicators
from provinces.models import Area
from provinces.permissions import Permission, has_permission

_Answer = TypeVar("_Answer")
_ATTEMPTS = 50
_UNKNOWN = {"unknown_indicator", "unknown_area"}


class Result(StrEnum):
    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Recorded:
    """What became of a draft. ``reading``: the new vintage, or the unchanged one; in a conflict the
    newest vintage, which its sender had not seen, and nothing is written.

    ``before``: the vintage that was in force on the draft's day of publication.
    """

    result: Result
    reading: Reading
    before: Reading | None = None

    @property
    def is_news(self) -> bool:
        return self.result in (Result.CREATED, Result.REVISED)


class FigureSeries(NamedTuple):
    """Vintages of one figure have these in common."""

    indicator_id: int
    area_id: int
    period: str
    base: int

    @classmethod
    def of(cls, draft: ReadingDraft) -> "FigureSeries":
        return cls(draft.indicator.pk, draft.area.pk, draft.period.text, draft.base)


Seen = Mapping[FigureSeries, int]
"""The last revision that a sender knows of, 0 where they know of none."""


def record_reading(document: object, *, by: trail.Actor, dry_run: bool = False) -> Recorded:
    """Check one document and record it. Raises Refused as ``draft_of`` does, and ``busy`` (503)."""
    return record_readings([draft_of(document, by=by)], by=by, dry_run=dry_run)[0]


def draft_of(document: object, *, by: trail.Actor) -> ReadingDraft:
    """One checked document (see ``validation.FIELDS``) that its sender may record.

    Raises Refused: the faults of ``validation.read_reading``, ``not_in_scope`` (403).
    A sender who does not see everything gets 404 for unknown and for hidden codes alike.
    """
    try:
        draft = validation.read_reading(document, catalogue_of([document], by), clock.today())
        authorise(draft, by)
    except Refused as refusal:
        if not sees_all(by) and any(fault.code in _UNKNOWN for fault in refusal.faults):
            refusal.status = HTTPStatus.NOT_FOUND
        raise
    return draft


def catalogue_of(documents: Sequence[object], by: trail.Actor) -> Catalogue:
    """The indicators and areas that documents name (2 SQL queries, whatever their number)."""
    codes = validation.codes(documents, "area")
    indicators = visible_indicators(by)
    areas = Area.objects.filter(
        Q(code__in=codes) | Q(official_code__in=codes, is_active=False, level=Area.Level.PROVINCE)
    )
    if isinstance(by, User):  # Only the permissions of people look at owner and successor.
        indicators = indicators.select_related("owner__area")
        areas = areas.select_related("successor")
    return Catalogue(
        {i.code: i for i in indicators.filter(code__in=validation.codes(documents, "indicator"))},
        {area.code: area for area in areas},
        {area.official_code: area for area in areas if not (area.is_active or area.ended_on)},
    )


def authorise(draft: ReadingDraft, by: trail.Actor) -> None:
    """Raises Refused: ``not_in_scope`` (403), or ``unknown_area`` for what is hidden."""
    fact = FigureKey(draft.indicator, draft.area)
    if has_permission(by, Permission.RECORD_READING, fact):
        return
    if not covers(by, fact):
        raise refuse("unknown_area", no_such_area(draft.area.official_code), "/area")
    detail = _("You may read this figure, but not record it.")
    raise refuse("not_in_scope", detail, status=HTTPStatus.FORBIDDEN)


def record_readings(
    drafts: Sequence[ReadingDraft],
    *,
    by: trail.Actor,
    seen: Seen | None = None,
    dry_run: bool = False,
) -> list[Recorded]:
    """Record drafts in their order: one transaction, one audit event, whatever their number.

    ``seen``: a figure that has another revision by now, and says something else, is a conflict.
    ``dry_run``: the same work, rolled back at its end. Raises Refused (``busy``, 503).
    """
    with transaction.atomic():
        recorded = write_drafts(drafts, by, seen)
        news = [item for item in recorded if item.is_news]
        if len(news) == 1:
            trail.record(subject=news[0].reading, by=by, **event_of(news[0]))
        elif news:
            after, key = {"ids": [item.reading.pk for item in news]}, f"{len(news)} readings"
            trail.record("reading.batch", news[0].reading, by=by, after=after, key=key)
        if news:
            mark(news)
        if dry_run:
            transaction.set_rollback(True)
    return recorded


def write_drafts(
    drafts: Sequence[ReadingDraft], by: trail.Actor, seen: Seen | None = None
) -> list[Recorded]:
    """Inside a transaction (2 SQL queries: the vintages there are, and the new ones).

    Raises Refused (``busy``, 503).
    """

    def write() -> list[Recorded]:
        recorded = judge_all(drafts, by, seen)
        Reading.objects.bulk_create(item.reading for item in recorded if item.is_news)
        return recorded

    return until_nobody_is_first(write)


def judge_all(
    drafts: Sequence[ReadingDraft], by: trail.Actor, seen: Seen | None = None
) -> list[Recorded]:
    """What becomes of drafts in their order; nothing is written (1 SQL query)."""
    vintages, recorded = _vintages(drafts), []
    for draft in drafts:
        series = FigureSeries.of(draft)
        earlier = vintages[series]
        published = [item for item in earlier if item.published_on <= draft.published_on]
        before = max(published, key=vintage_order, default=None)
        latest = max((item.revision for item in earlier), default=0)
        found = judge(draft, before=before, latest=latest, by=by)
        if found.is_news and seen is not None and seen[series] != latest:
            found = Recorded(Result.CONFLICT, max(earlier, key=attrgetter("revision")))
        recorded.append(found)
        if found.is_news:
            earlier.append(found.reading)
    return recorded


def until_nobody_is_first(attempt: Callable[[], _Answer]) -> _Answer:
    """Try again if another writer took the same revision first.

    Raises Refused (``busy``, 503).
    """
    for _attempt in range(_ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():
            return attempt()
    detail = _("Too many others are recording this figure at this moment; send it again.")
    status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"}
    raise refuse("busy", detail, status=status, headers=headers)


def judge(draft: ReadingDraft, *, before: Reading | None, latest: int, by: trail.Actor) -> Recorded:
    """What becomes of a draft; nothing is written. ``before``: the vintage in force on its day of
    publication. ``latest``: the last revision, 0 if there is none."""
    if before and _fact(before) == _fact(draft):
        return Recorded(Result.UNCHANGED, before, before)
    fresh = Reading(
        indicator=draft.indicator,
        area=draft.area,
        period=draft.period.text,
        first_day=draft.period.first_day,
        last_day=draft.period.last_day,
        base=draft.base,
        revision=latest + 1,
        value=draft.value,
        value_text=draft.value_text,
        value_qualifier=draft.value_qualifier,
        rank=draft.rank,
        rank_of=draft.rank_of,
        obs_status=draft.obs_status,
        published_on=draft.published_on,
        recorded_at=clock.now(),
        recorded_by_user=by if isinstance(by, User) else None,
        recorded_by_client=by if isinstance(by, ApiClient) else None,
        source=draft.source,
        source_url=draft.source_url,
        note=draft.note,
    )
    return Recorded(Result.REVISED if latest else Result.CREATED, fresh, before)


def _vintages(drafts: Sequence[ReadingDraft]) -> defaultdict[FigureSeries, list[Reading]]:
    wanted = [FigureSeries.of(draft) for draft in drafts]
    rows = Reading.objects.select_related("indicator", "area").filter(
        indicator__in={item.indicator_id for item in wanted},
        area__in={item.area_id for item in wanted},
        period__in={item.period for item in wanted},
        base__in={item.base for item in wanted},
    )
    found: defaultdict[FigureSeries, list[Reading]] = defaultdict(list)
    for row in rows:
        found[FigureSeries(row.indicator_id, row.area_id, row.period, row.base)].append(row)
    return found


def _fact(item: ReadingDraft | Reading) -> tuple[object, ...]:
    """What makes two vintages the same; values are compared as numbers."""
    return (item.value, item.rank, item.rank_of, item.value_qualifier, item.obs_status)


class Event(TypedDict):
    """What the audit keeps of one new vintage."""

    action: str
    key: str
    before: dict[str, object] | None
    after: dict[str, object]


def event_of(recorded: Recorded) -> Event:
    reading, before = recorded.reading, recorded.before
    return {
        "action": f"reading.{recorded.result}",
        "key": f"{reading.indicator.code} {reading.area.code} {reading.period}",
        "before": _facts(before) if before else None,
        "after": _facts(reading),
    }


def _facts(reading: Reading) -> dict[str, object]:
    return {
        "id": reading.pk,
        "value": f"{reading.value_qualifier}{reading.value_text}",
        "rank": reading.rank,
        "rank_of": reading.rank_of,
        "obs_status": reading.obs_status,
        "base": reading.base,
        "published_on": reading.published_on.isoformat(),
        "revision": reading.revision,
    }


def mark(news: Sequence[Recorded]) -> None:
    """Mark what follows from these new vintages for recalculation."""
    changed: defaultdict[date, set[str]] = defaultdict(set)
    for reading in (item.reading for item in news):
        changed[reading.published_on].add(f"{reading.indicator_id}:{reading.area_id}")
    for since, keys in changed.items():
        recalculation.mark("reading", sorted(keys), since=since)
