"""Many readings in one call: each checked, all written at once, every one counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
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
    documents: Sequence[object], *, by: trail.Actor, mode: str, dry_run: bool = False
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
        if dry_run:
            transaction.set_rollback(True)
    unchanged = len(drafts) - written.created - written.revised
    return Outcome(
        created=written.created, revised=written.revised, unchanged=unchanged,
        rejected=len(faults), faults=faults,
    )  # fmt: skip


def _check(
    documents: Sequence[object], by: trail.Actor
) -> tuple[list[Draft], dict[int, Sequence[Fault]]]:
    """The drafts, sorted so that batches meet in one order, and the faults of the others."""
    reader = Reader(catalogue_of(documents, by), clock.today(), "/readings")
    refusals: dict[tuple[int, int], Sequence[Fault]] = {}
    figures: dict[tuple[int, int], dict[tuple[str, int], tuple[int, Draft]]] = {}
    faults: dict[int, Sequence[Fault]] = {}
    for index, draft in enumerate(reader.read(documents)):
        if not isinstance(draft, Draft):
            faults[index] = draft
            continue
        pair = draft.indicator.id, draft.area.id  # ``id`` is read three times as fast as ``pk``.
        if pair not in figures:
            refusals[pair], figures[pair] = _refusal(draft, by), {}
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


def _refusal(draft: Draft, by: trail.Actor) -> Sequence[Fault]:
    """Why the caller may not record figures of this indicator and area; empty if he may."""
    try:
        authorise(draft, by)
    except Refused as refusal:
        return refusal.faults
    return ()


def _audit(written: Written, by: trail.Actor) -> None:
    """One event for the batch; its ids are told as runs, first and last."""
    after = {
        "created": written.created,
        "revised": written.revised,
        "ids": list(_runs(written.ids)),
    }
    subject = Reading(pk=written.ids[0])
    trail.record("reading.batch", subject, by=by, after=after, key=f"{len(written.ids)} readings")


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Of ascending numbers: 1 2 3 7 → (1, 3) (7, 7)."""
    for _gap, group in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        run = [number for _index, number in group]
        yield run[0], run[-1]
