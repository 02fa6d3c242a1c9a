"""The one page for the chair: where it stands, what moved, the longest late, what is asked for."""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text.language import in_language
from reports.content.figures import FOLDS, compare, counts_in, effect_on
from reports.content.report import rows_in
from reports.content.words import percent_of, sentence
from reports.files.blocks import Block, PartTitle, Table, TableCell, Text, Told
from reports.files.parts import read, written
from reports.models import FrozenReport
from targets.kinds import Verdict

_LATE_SHOWN, _PROPOSALS_SHOWN = 6, 3
_LONGEST = 110


def summary_of(report: FrozenReport) -> list[Block]:
    """Short enough for a page, whatever the report holds: long texts are cut, lists counted."""
    told = read(report)
    return [block for part in _PARTS for block in part(told)]


def _standing(told: Told) -> Iterator[Block]:
    """The sentence, the rate of what is due, and what moved."""
    for level in told.levels:
        counts = counts_in(told.figures, f"{level}.")
        yield written(sentence(told.day, counts, level), counts, level)
        if counts.due_rate is not None:
            rate = _("Completed of what is due: %(rate)s.")
            yield Text(rate % {"rate": percent_of(counts.due_rate)})
    before = FrozenReport.objects.filter(pk=told.content["before"] or 0).first()
    if before:
        moved = compare(rows_in(before), told.rows)
        folds = ("completed", "overdue")
        words = _("Since the report before: completed %(completed)s, overdue %(overdue)s.")
        yield Text(words % {fold: f"{effect_on(moved, fold):+d}" for fold in folds})


def _targets(told: Told) -> Iterator[Block]:
    verdicts = [one["verdict"] for one in told.content["targets"]]
    counted = [f"{v.label}: {verdicts.count(v)}" for v in Verdict if v in verdicts]
    if counted:
        yield PartTitle(_("Targets"))
        yield Text("; ".join(counted) + ".")


def _late(told: Told) -> Iterator[Block]:
    """The longest late first."""
    late = [row for row in told.rows if FOLDS.get(row.status) == "overdue"]
    if not late:
        return
    late.sort(key=lambda row: (row.due, row.id))
    yield PartTitle(_("Longest overdue"))
    yield Table(
        ngettext("%(shown)s of %(n)s overdue", "%(shown)s of %(n)s overdue", len(late))
        % {"shown": min(len(late), _LATE_SHOWN), "n": len(late)},
        (_("Task"), _("Lead agency"), _("Responsible"), _("Days late")),
        (8, 4, 4, 2),
        tuple(
            (
                TableCell(_cut(f"{row.number}. {in_language(row.title_vi, row.title_en)}")),
                TableCell(_cut(in_language(row.agency_vi, row.agency_en))),
                TableCell(_cut(row.head)),
                TableCell(str((told.day - date.fromisoformat(row.due)).days), is_number=True),
            )
            for row in late[:_LATE_SHOWN]
        ),
    )


def _asked(told: Told) -> Iterator[Block]:
    """Proposals that wait for an answer."""
    waiting = [one for one in told.content["proposals"] if not one["answer"]]
    if not waiting:
        return
    title = ngettext("%(n)s proposal not answered", "%(n)s proposals not answered", len(waiting))
    yield PartTitle(title % {"n": len(waiting)})
    for one in waiting[:_PROPOSALS_SHOWN]:
        text = _cut(in_language(one["text_vi"], one["text_en"]))
        yield Text(f"– {text} ({_cut(one['to'] or '–')})")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


_PARTS: tuple[Callable[[Told], Iterator[Block]], ...] = (_standing, _targets, _late, _asked)
