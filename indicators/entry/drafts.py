"""What cells mean as readings, and what is wrong with the others."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Refused
from core.models import User
from indicators.entry.answers import Answer
from indicators.entry.cells import Place, TypedCell
from indicators.entry.figures import read_figure
from indicators.models import Indicator
from indicators.recording import services
from indicators.recording.validation import DocumentReader, ReadingDraft


def drafts_of(
    cells: Sequence[TypedCell],
    indicator: Indicator,
    common: Mapping[str, Any],
    by: User,
) -> tuple[list[tuple[TypedCell, ReadingDraft]], dict[Place, Answer]]:
    """Of the cells that may be recorded; the others are answered (2 SQL queries)."""
    answers: dict[Place, Answer] = {}
    documents: list[tuple[TypedCell, dict[str, object]]] = []
    fields = {name: value for name, value in common.items() if name != "comma"}
    for cell in cells:
        place = cell.key.place
        if not cell.text:
            detail = _("An empty cell takes nothing back: the figure stays on record.")
            answers[place] = Answer("refused", detail, may_withdraw=True)
            continue
        try:
            figure = read_figure(cell.text, indicator, comma=common["comma"])
        except Refused as refused:
            answers[place] = Answer("refused", _said(refused))
            continue
        where = {"indicator": indicator.code, "area": place[0], "period": place[1]}
        documents.append((cell, {**where, "base": cell.key.base or None, **fields, **figure}))
    sent = [document for _cell, document in documents]
    read = DocumentReader(services.catalogue_of(sent, by), clock.today()).read(sent)
    found = []
    for (cell, _document), draft in zip(documents, read, strict=True):
        try:
            if not isinstance(draft, ReadingDraft):
                raise Refused(draft)
            services.authorise(draft, by)
        except Refused as refused:
            answers[cell.key.place] = Answer("refused", _said(refused))
        else:
            found.append((cell, draft))
    return found, answers


def _said(refused: Refused) -> str:
    return " ".join(str(fault.detail) for fault in refused.faults)
