"""Many readings in one call: each checked, all written at once, every one counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, recalculation
from core.errors import Fault, Refused, refuse
from indicators.intake import Draft, Reader
from indicators.models import ImportJob, Reading
from indicators.services import authorise, catalogue_of
from indicators.writing import Written, write

Mode = ImportJob.Mode


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the documents; the four counts add up to their number.

    ``faults``: by the index of the document, with pointers such as ``/readings/17/value``.
    """

    created: int = 0
    revised: int = 0
    unchanged: int = 0
    rejected: int = 0
    faults: Mapping[int, Sequence[Fault]] = field(default_factory=dict)


def record_batch(
    documents: Sequence[object], *, by: audit.Actor, mode: str, dry_run: bool = False
) -> Outcome:
    """Check documents of ``intake.FIELDS`` and record them in one transaction.

    ``all_or_nothing``: one bad document and nothing is written, all are rejected;
    ``accept_valid``: the others are recorded. ``dry_run``: the same work, rolled back at its end.
    Raises Refused: ``too_many_readings`` (413), ``busy`` (503).
    """
    if len(documents) > settings.R57_MAX_READINGS:
        detail = _("At most %(most)d readings are taken at once.")
        raise refuse(
            "too_many_readings", detail % {"most": settings.R57_MAX_READINGS}, "/readings",
            status=413,
        )  # fmt: skip
    drafts, faults = _check(documents, by)
    if faults and mode == Mode.ALL_OR_NOTHING:
        return Outcome(rejected=len(documents), faults=faults)
    with transaction.atomic():
        written = write(drafts, by)
        if written.ids:
            _audit(written, by)
            _mark(written)
        if dry_run:
            transaction.set_rollback(True)
    unchanged = len(drafts) - written.created - written.revised
    return Outcome(
        created=written.created, revised=written.revised, unchanged=unchanged,
        rejected=len(faults), faults=faults,
    )  # fmt: skip


def _check(
    documents: Sequence[object], by: audit.Actor
) -> tuple[list[Draft], dict[int, Sequence[Fault]]]:
    """The drafts, sorted so that batches meet in one order, and the faults of the others."""
    catalogue = catalogue_of(documents, by)
    reader, checked = Reader(catalogue, clock.today()), _Checked(by)
    found: dict[tuple[int, int, str, int], tuple[int, Draft]] = {}
    faults: dict[int, Sequence[Fault]] = {}
    for index, document in enumerate(documents):
        pointer = f"/readings/{index}"
        try:
            draft = reader.read(document, pointer)
            checked.authorise(draft, pointer)
        except Refused as refusal:
            faults[index] = refusal.faults
            continue
        # ``id`` is read three times as fast as ``pk``.
        series = (draft.indicator.id, draft.area.id, draft.period.text, draft.base)
        first = found.setdefault(series, (index, draft))[0]
        if first != index:
            detail = _("The same figure stands in row %(row)d already (counted from 0).")
            fault = Fault("duplicate_in_request", detail % {"row": first}, pointer)
            faults[index] = [fault]
    return [draft for _series, (_index, draft) in sorted(found.items())], faults


class _Checked:
    """What one caller may record, asked once for each indicator and area."""

    def __init__(self, by: audit.Actor) -> None:
        self._by = by
        self._answers: dict[tuple[int, int], Sequence[Fault]] = {}

    def authorise(self, draft: Draft, pointer: str) -> None:
        """Raises Refused as ``services.authorise`` does, with pointers that begin as said."""
        pair = (draft.indicator.id, draft.area.id)
        faults = self._answers.get(pair)
        if faults is None:
            faults = self._answers[pair] = self._ask(draft)
        if faults:
            raise Refused([Fault(f.code, f.detail, pointer + f.pointer) for f in faults])

    def _ask(self, draft: Draft) -> Sequence[Fault]:
        try:
            authorise(draft, self._by)
        except Refused as refusal:
            return refusal.faults
        return ()


def _audit(written: Written, by: audit.Actor) -> None:
    """One event for the batch; its ids are told as runs, first and last."""
    after = {
        "created": written.created,
        "revised": written.revised,
        "ids": list(_runs(written.ids)),
    }
    subject = Reading(pk=written.ids[0])
    audit.record("reading.batch", subject, by=by, after=after, key=f"{len(written.ids)} readings")


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Of ascending numbers: 1 2 3 7 → (1, 3) (7, 7)."""
    for _gap, group in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        run = [number for _index, number in group]
        yield run[0], run[-1]


def _mark(written: Written) -> None:
    by_day = sorted((day, f"{pair[0]}:{pair[1]}") for pair, day in written.changed.items())
    for since, marks in groupby(by_day, lambda mark: mark[0]):
        recalculation.mark("reading", [key for _day, key in marks], since=since)
