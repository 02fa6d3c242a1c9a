"""What became of the cells that were typed, in words, and how they then stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from indicators.entry.cells import Cell, CellKey, Place, TypedCell
from indicators.entry.figures import shown
from indicators.entry.selectors import cells_of
from indicators.models import Indicator, ObsStatus, Reading
from indicators.recording.services import Recorded, Result
from indicators.schedule import begun


@dataclass(frozen=True)
class Answer:
    """What became of a cell. ``asked``: what its question speaks of; a yes repeats it, with the
    text. ``recorded``: the vintage that says what was typed."""

    state: str
    words: str = ""
    asked: CellKey | None = None
    recorded: Reading | None = None
    may_withdraw: bool = False


def series_of(cell: TypedCell, held: Mapping[Place, Sequence[Reading]]) -> Sequence[Reading]:
    return [row for row in held.get(cell.key.place, ()) if row.base == cell.key.base]


def asked(cell: TypedCell, held: Mapping[Place, Sequence[Reading]], doubts: str) -> Answer:
    """Where it is a conflict too, both are asked at once."""
    newest = max(series_of(cell, held), key=lambda row: row.revision, default=None)
    if newest and newest.revision != cell.key.seen:
        return conflict(cell, newest, doubts)
    return Answer("asked", doubts, cell.key)


def conflict(cell: TypedCell, newest: Reading, *more: str) -> Answer:
    """Both figures are named; a yes is said knowing of the newest one."""
    sender = newest.recorded_by_user or newest.recorded_by_client
    words = _("%(name)s recorded %(figure)s at %(time)s; you typed %(typed)s.") % {
        "name": sender or _("Somebody else"),
        "figure": shown(newest) or ObsStatus.MISSING.label,
        "time": date_format(localtime(newest.recorded_at), "DATETIME_FORMAT"),
        "typed": cell.text,
    }
    key = CellKey(cell.key.area, cell.key.period, cell.key.base, newest.revision)
    return Answer("conflict", " ".join([words, *more]), key)


def told(cell: TypedCell, found: Recorded) -> Answer:
    if found.result == Result.CONFLICT:
        return conflict(cell, found.reading)
    return Answer("saved", recorded=found.reading)


def answered(
    cells: Sequence[TypedCell], answers: Mapping[Place, Answer], indicator: Indicator
) -> dict[Place, Cell]:
    """The cells as they stand now; what is not saved keeps its text, and what its reader saw."""
    areas = {cell.area.pk: cell.area for cell in cells}.values()
    periods = {cell.period for cell in cells}
    before = {begun(indicator.frequency, period.first_day, 2)[1] for period in periods}
    stand = cells_of(indicator, areas, sorted(periods | before))
    found = {}
    for cell in cells:
        place = cell.key.place
        now, answer = stand[place], answers[place]
        now.state, now.words, now.may_withdraw = answer.state, answer.words, answer.may_withdraw
        if answer.recorded is None:
            now.text, now.key = cell.text, cell.key
        elif now.current and now.current.pk != answer.recorded.pk:
            now.words = _("On record as of %(day)s; what was published later stays in force.") % {
                "day": date_format(answer.recorded.published_on, "DATE_FORMAT")
            }
        if answer.asked:
            now.question = f"{answer.asked.name}|{cell.text}"
        found[place] = now
    return found
