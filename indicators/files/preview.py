"""What would become of each row of a file, page by page; nothing is written."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from core.calendar import clock
from core.calendar.periods import parse_period
from core.text.language import in_language, numeral
from core.text.numbers import InvalidNumber, parse_decimal
from indicators.files.chunks import documents_of, sender_of
from indicators.files.shape import TOLD
from indicators.models import ImportJob, Reading
from indicators.recording.outliers import unusual
from indicators.recording.services import catalogue_of, judge_all
from indicators.recording.validation import DocumentReader, ReadingDraft

_SHOWN = ("indicator", "area", "period")
_HEADER = 2
"""Rows are kept as people count them: the first one below the header is row 2."""


@dataclass(frozen=True)
class PreviewLine:
    """``result`` as in ``services.Result``, or "refused" with the reason; ``before`` is the figure
    in force until now; ``told`` are marks of ``figures.Figure``; ``unusual`` in what."""

    place: str
    indicator: str
    area: str
    period: str
    value: str
    result: str
    before: str = ""
    reason: str = ""
    told: Sequence[str] = ()
    unusual: str = ""


class PreviewRows:
    """The rows of a table that was laid out and looked through, read as far as they are shown.

    For a ``Paginator``, which asks how many there are and takes a slice.
    """

    def __init__(self, job: ImportJob) -> None:
        self._job = job

    def __len__(self) -> int:
        return self._job.rows_total or 0

    def __getitem__(self, part: slice) -> list[PreviewLine]:
        """4 SQL queries, and those of ``unusual``."""
        start, stop, _step = part.indices(len(self))
        with Path(self._job.table.path).open(encoding="utf-8", newline="") as file:
            rows = list(islice(csv.reader(file), start + 1, stop + 1))
        return list(self._lines(rows, start))

    def _lines(self, rows: Sequence[list[str]], start: int) -> Iterator[PreviewLine]:
        job, sender = self._job, sender_of(self._job)
        numbers = range(start + _HEADER, start + _HEADER + len(rows))
        refused = {
            row.row: " ".join(reason["detail"] for reason in row.reasons)
            for row in job.rejected_rows.filter(row__in=numbers)
        }
        documents, _faults = documents_of(job.columns, rows)
        reader = DocumentReader(catalogue_of([one for _, one in documents], sender), clock.today())
        read = zip(documents, reader.read([one for _, one in documents]), strict=True)
        drafts = {
            index: draft
            for (index, _document), draft in read
            if isinstance(draft, ReadingDraft) and index + start + _HEADER not in refused
        }
        judged = dict(zip(drafts, judge_all(list(drafts.values()), sender), strict=True))
        doubts = defaultdict[int, list[str]](list)
        for caution in unusual([document for _, document in documents], by=sender):
            doubts[documents[caution.index][0]].append(caution.detail)
        for index, cells in enumerate(rows):
            number, sent = numbers[index], dict(zip(job.columns, cells, strict=False))
            line = PreviewLine(
                place=job.place(number, cells),
                **{name: sent.get(name, "") for name in _SHOWN},
                value=_as_read(sent.get("value", "")),
                result="refused",
                reason=refused.get(number, ""),
                told=sent.get(TOLD, "").split(),
            )
            if known := judged.get(index):
                now = known.reading
                line = replace(
                    line,
                    indicator=now.indicator.name,
                    area=now.area.name,
                    period=parse_period(now.period).label(in_language("vi", "en")),
                    value=_figure(now),
                    result=known.result,
                    before=_figure(known.before) if known.before else "",
                    reason="",
                    unusual=" ".join(doubts[index]),
                )
            yield line


def _as_read(value: str) -> str:
    """A number as the reader writes it; what is no number stays as it stood in the file."""
    try:
        return numeral(parse_decimal(value))
    except InvalidNumber:
        return value


def _figure(reading: Reading) -> str:
    if reading.value is not None:
        return f"{reading.value_qualifier}{numeral(reading.value.normalize())}"
    return str(reading.rank or "")
