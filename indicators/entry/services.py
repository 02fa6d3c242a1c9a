"""What was typed into cells, recorded: the good ones kept, each of the others with its reason."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import prefetch_related_objects

from core.models import User
from indicators.entry.answers import Answer, answered, asked, series_of, told
from indicators.entry.cells import Cell, Place, TypedCell, agreed_to
from indicators.entry.drafts import drafts_of
from indicators.entry.figures import shown
from indicators.entry.selectors import vintages_of
from indicators.models import Indicator, Reading
from indicators.models.reading import vintage_order
from indicators.recording import services
from indicators.recording.outliers import cautions
from indicators.recording.services import FigureSeries, Result


def save_cells(
    typed: Sequence[TypedCell],
    indicator: Indicator,
    *,
    common: Mapping[str, Any],
    confirmed: Collection[str],
    by: User,
) -> dict[Place, Cell]:
    """Record the cells that say something new; the cells as they then stand, those left as they
    were not among them. At most 15 SQL queries, whatever their number.

    ``common``: what all figures have in common, and ``comma`` (see ``read_figure``). ``confirmed``:
    the questions that were answered with yes. Raises Refused (``busy``, 503).
    """
    held, agreed = _held(typed, indicator), agreed_to(confirmed)
    changed = [
        replace(cell, key=agreed.get((cell.key.place, cell.text), cell.key))
        for cell in typed
        if _is_changed(cell, held)
    ]
    drafts, answers = drafts_of(changed, indicator, common, by)
    doubts: defaultdict[int, list[str]] = defaultdict(list)
    for caution in cautions(dict(enumerate(draft for _cell, draft in drafts))):
        doubts[caution.index].append(caution.detail)
    ready = []
    for index, (cell, draft) in enumerate(drafts):
        if index in doubts and (cell.key.place, cell.text) not in agreed:
            answers[cell.key.place] = asked(cell, held, " ".join(doubts[index]))
        else:
            ready.append((cell, draft))
    seen = {FigureSeries.of(draft): cell.key.seen for cell, draft in ready}
    recorded = services.record_readings([draft for _c, draft in ready], by=by, seen=seen)
    rivals = [found.reading for found in recorded if found.result == Result.CONFLICT]
    prefetch_related_objects(rivals, "recorded_by_user", "recorded_by_client")
    for (cell, _draft), found in zip(ready, recorded, strict=True):
        answers[cell.key.place] = told(cell, found)
    return answered(changed, answers, indicator)


def refuse_cells(typed: Sequence[TypedCell], indicator: Indicator, words: str) -> dict[Place, Cell]:
    """The changed cells, none of which can be recorded for what stands above the grid."""
    held = _held(typed, indicator)
    changed = [cell for cell in typed if _is_changed(cell, held)]
    answers = {cell.key.place: Answer("refused", words) for cell in changed}
    return answered(changed, answers, indicator)


def _held(typed: Sequence[TypedCell], indicator: Indicator) -> Mapping[Place, Sequence[Reading]]:
    return vintages_of(indicator, {cell.area for cell in typed}, {cell.period for cell in typed})


def _is_changed(cell: TypedCell, held: Mapping[Place, Sequence[Reading]]) -> bool:
    """It says something else than the vintage in force among those its reader knew of."""
    known = [row for row in series_of(cell, held) if row.revision <= cell.key.seen]
    in_force = max(known, key=vintage_order, default=None)
    return cell.text != shown(in_force)
