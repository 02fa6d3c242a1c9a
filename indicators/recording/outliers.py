"""What was last recorded of a figure, and what about a new one must be looked at again."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.audit.trail import Actor
from core.calendar import clock
from core.calendar.periods import Period, parse_period
from core.text.language import in_language, numeral
from indicators.models import Indicator, ObsStatus, Reading
from indicators.recording.distance import is_jump
from indicators.recording.services import catalogue_of
from indicators.recording.validation import DocumentReader, ReadingDraft
from provinces.models import Area

_COMPARED = 8
_LOOK_BACK, _LEAST_LOOK_BACK = 16, timedelta(days=92)
"""How far back earlier readings are looked for: so many periods of the new length, and at least."""
_NOT_COMPARED = (ObsStatus.MISSING, ObsStatus.FORECAST)

_Series = tuple[int, int, int, object]
"""Id of the indicator and of the area, base, length of the periods."""


@dataclass(frozen=True)
class Caution:
    """About the document of that index; ``field`` is value, rank or published_on."""

    index: int
    field: str
    code: str
    detail: str


class _Known(NamedTuple):
    period: Period
    figure: Decimal
    is_break: bool

    @property
    def last_day(self) -> date:
        return self.period.last_day


def last_readings(indicator: Indicator, area: Area, count: int = 6) -> list[Reading]:
    """In force today, newest period first (1 SQL query)."""
    rows = Reading.objects.of(indicator, area).as_of(clock.today()).exclude(period="")
    return list(rows.order_by("-last_day", "-base")[:count])


def unusual(documents: Sequence[object], *, by: Actor) -> list[Caution]:
    """Cautions about documents that are not recorded yet. Faulty documents are ignored.

    Figures of one series in the same call are compared, too. 3 SQL queries, whatever their number.
    """
    read = DocumentReader(catalogue_of(documents, by), clock.today()).read(documents)
    return cautions({n: draft for n, draft in enumerate(read) if isinstance(draft, ReadingDraft)})


def cautions(drafts: Mapping[int, ReadingDraft]) -> list[Caution]:
    """By the index of each: a figure far from the last ones of the same base and length of period,
    and one that was published before its period's end (1 SQL query).

    A break begins a new series: readings before it are not compared, and a figure with the status
    of a break (B) is never far.
    """
    indexes, found = list(drafts), []
    for place, last in _far(list(drafts.values())):
        draft = drafts[indexes[place]]
        is_rank = draft.indicator.is_rank and draft.rank is not None
        detail = _("%(new)s is far from the last figure, %(last)s (%(period)s). Is it right?") % {
            "new": draft.rank if is_rank else numeral(Decimal(draft.value_text)),
            "last": numeral(last.figure),
            "period": last.period.label(in_language("vi", "en")),
        }
        field = "rank" if is_rank else "value"
        found.append(Caution(indexes[place], field, "unusual_value", detail))
    for index, draft in drafts.items():
        if draft.published_on < draft.period.last_day and draft.obs_status not in _NOT_COMPARED:
            detail = _(
                "Published on %(day)s, before %(period)s ended. "
                "Is it the figure of the whole period?"
            ) % {
                "day": date_format(draft.published_on, "d/m/Y"),
                "period": draft.period.label(in_language("vi", "en")),
            }
            found.append(Caution(index, "published_on", "published_before_end", detail))
    return sorted(found, key=lambda caution: caution.index)


def _far(drafts: Sequence[ReadingDraft]) -> list[tuple[int, _Known]]:
    """The places of far drafts, each with the figure before it (1 SQL query)."""
    asked = [
        (place, draft)
        for place, draft in enumerate(drafts)
        if draft.obs_status != ObsStatus.BREAK
        and not draft.value_qualifier
        and _figure(draft, draft.indicator) is not None
    ]
    if not asked:
        return []
    known = _known([draft for _place, draft in asked])
    # Figures of the same call are compared as if they were recorded already.
    beside = (d for d in drafts if not d.value_qualifier and d.obs_status not in _NOT_COMPARED)
    sent = _grouped((_series(draft), _as_known(draft, draft.period)) for draft in beside)
    found = []
    for place, draft in asked:
        series = _series(draft)
        earlier = _before(draft, known[series], sent[series])
        if is_jump([item.figure for item in earlier], _figure(draft, draft.indicator) or Decimal()):
            found.append((place, earlier[-1]))
    return found


def _before(
    draft: ReadingDraft, known: Sequence[_Known], sent: Sequence[_Known]
) -> Sequence[_Known]:
    """Oldest first; the reading in force of the draft's own period comes last."""
    day = draft.period.last_day
    by_day = {item.last_day: item for item in _until(day, known)}
    by_day |= {item.last_day: item for item in _until(day, sent) if item.last_day < day}
    found = [item for _day, item in sorted(by_day.items())][-_COMPARED:]
    breaks = [place for place, item in enumerate(found) if item.is_break]
    return found[breaks[-1] :] if breaks else found


def _until(day: date, items: Sequence[_Known]) -> Sequence[_Known]:
    """The last ones on or before that day; ``items`` are in order."""
    end = bisect_right(items, day, key=lambda item: item.last_day)
    return items[max(0, end - _COMPARED) : end]


def _known(drafts: Sequence[ReadingDraft]) -> defaultdict[_Series, list[_Known]]:
    """The readings in force of all the drafts' series, as far back as any draft looks."""
    first = min(
        # Never before the first day that Python has.
        draft.period.first_day - min(wanted, draft.period.first_day - date.min)
        for draft in drafts
        for wanted in [max(_LOOK_BACK * timedelta(days=draft.period.days), _LEAST_LOOK_BACK)]
    )
    rows = (
        Reading.objects.filter(
            indicator__in={draft.indicator.pk for draft in drafts},
            area__in={draft.area.pk for draft in drafts},
            base__in={draft.base for draft in drafts},
            last_day__gte=first,
            last_day__lte=max(draft.period.last_day for draft in drafts),
        )
        .as_of(clock.today())
        .filter(value_qualifier="")
        .exclude(obs_status__in=_NOT_COMPARED)
        .exclude(period="")
        .select_related("indicator")
    )
    dated = ((row, parse_period(row.period)) for row in rows)
    return _grouped(
        ((row.indicator_id, row.area_id, row.base, period.length_key), _as_known(row, period))
        for row, period in dated
    )


def _grouped(
    pairs: Iterable[tuple[_Series, _Known | None]],
) -> defaultdict[_Series, list[_Known]]:
    found: defaultdict[_Series, list[_Known]] = defaultdict(list)
    for series, item in pairs:
        if item:
            found[series].append(item)
    for items in found.values():
        items.sort(key=lambda item: item.last_day)
    return found


def _series(draft: ReadingDraft) -> _Series:
    return draft.indicator.pk, draft.area.pk, draft.base, draft.period.length_key


def _as_known(item: ReadingDraft | Reading, period: Period) -> _Known | None:
    figure = _figure(item, item.indicator)
    if figure is None:
        return None
    is_break = item.obs_status == ObsStatus.BREAK
    return _Known(period, figure, is_break)


def _figure(item: ReadingDraft | Reading, indicator: Indicator) -> Decimal | None:
    if indicator.is_rank and item.rank is not None:
        return Decimal(item.rank)
    return item.value
