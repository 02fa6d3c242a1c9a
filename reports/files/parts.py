"""A frozen report as a run of blocks, part by part, in the reader's language."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.calendar.periods import parse_period
from core.text.language import in_language, numeral
from reports.content.figures import FOLDS, LEVELS, ReportRow, counts_in
from reports.content.report import rows_in, sum_of
from reports.content.words import filled, percent_of, sentence
from reports.files.blocks import Block, PartTitle, Picture, Table, TableCell, Text, Told
from reports.models import FrozenReport
from targets.kinds import Verdict
from tasks.completion.counts import Counts
from tasks.labels import STATUSES


def blocks_of(report: FrozenReport) -> list[Block]:
    """In the order of the document; what is empty is left out."""
    told = read(report)
    return [block for part in _PARTS for block in part(told)]


def read(report: FrozenReport) -> Told:
    pictures = report.pictures_in((get_language() or "vi")[:2])
    number = report.period.plan.number
    return Told(report.figures, tuple(rows_in(report)), report.as_of, pictures, number)


def _text(name: str) -> Callable[[Told], Iterator[Block]]:
    """The paragraphs of a free text, with its figures."""

    def part(told: Told) -> Iterator[Block]:
        counts = counts_in(told.figures, f"{told.levels[0]}.")
        for line in told.content["texts"].get(name, "").splitlines():
            if line.strip():
                yield written(line.strip(), counts, told.levels[0])

    return part


def written(text: str, counts: Counts, level: str) -> Text:
    """With its fields filled in; each figure knows its rows."""
    pieces = tuple(
        TableCell(piece, f"{level}.{figure}" if figure else "")
        for piece, figure in filled(text, counts)
    )
    return Text("".join(piece.text for piece in pieces), pieces)


def _figure(figures: Mapping[str, Sequence[int]], key: str) -> TableCell:
    return TableCell(number_format(len(figures.get(key, ()))), key, is_number=True)


def _tasks(told: Told) -> Iterator[Block]:
    """The sentence, both rates with their rules, by status, by group, by agency."""
    yield PartTitle(_("Tasks assigned"))
    figures = told.figures
    for level in told.levels:
        counts = counts_in(figures, f"{level}.")
        yield written(sentence(told.day, counts, level), counts, level)
        if not counts.total:
            continue
        yield Text(
            _(
                "Completion rate: %(rate)s (completed ÷ all but cancelled and ongoing work). "
                "Rate of what is due: %(due)s (completed ÷ completed and overdue)."
            )
            % {"rate": percent_of(counts.rate), "due": percent_of(counts.due_rate)}
        )
        yield Table(
            _("Tasks by status") if level == LEVELS[0] else _("Commune assignments by status"),
            (_("Status"), _("Count")),
            (7, 2),
            (
                *(
                    (TableCell(str(sign.label)), _figure(figures, f"{level}.{status}"))
                    for status, sign in STATUSES.items()
                ),
                (TableCell(_("Total")), _figure(figures, f"{level}.total")),
            ),
        )
        mine = [row for row in told.rows if row.level == level]
        groups = {row.group: in_language(row.group_vi, row.group_en) for row in mine}
        named = {n: f"{n}. {groups[n]}".rstrip(". ") for n in sorted(groups)}
        numbered = [(f"{level}.group.{n}.", name) for n, name in named.items()]
        yield _parts(figures, _("By group of tasks"), _("Group"), numbered)
        if level == LEVELS[0]:
            agencies = {row.agency: row for row in mine}
            ordered = sorted(agencies.values(), key=lambda row: (row.order, row.agency_vi))
            led = [
                (f"{level}.agency.{row.agency}.", in_language(row.agency_vi, row.agency_en))
                for row in ordered
            ]
            yield _parts(figures, _("By lead agency"), _("Agency"), led)


def _parts(
    figures: Mapping[str, Sequence[int]], title: str, head: str, parts: Iterable[tuple[str, str]]
) -> Table:
    folds = ("total", "completed", "on_schedule", "overdue")
    return Table(
        title,
        (head, _("Total"), _("Completed"), _("On schedule"), _("Overdue"), _("Rate")),
        (8, 2, 2, 2, 2, 2),
        tuple(
            (
                TableCell(name),
                *(_figure(figures, f"{part}{fold}") for fold in folds),
                TableCell(percent_of(counts_in(figures, part).rate), is_number=True),
            )
            for part, name in parts
        ),
    )


def _provinces(told: Told) -> Iterator[Block]:
    """The provinces' frozen figures, added up; who has not reported is named."""
    provinces = told.content["provinces"]
    if not provinces:
        return
    yield PartTitle(_("Reports of the provinces"))
    total = sum_of(provinces)
    silent = [in_language(one["name_vi"], one["name_en"]) for one in provinces if not one["report"]]
    reporting = len(provinces) - len(silent)
    yield Text(
        ngettext(
            "%(n)s province has reported: %(total)s tasks, %(completed)s completed, "
            "%(on_schedule)s on schedule, %(overdue)s overdue.",
            "%(n)s provinces have reported: %(total)s tasks, %(completed)s completed, "
            "%(on_schedule)s on schedule, %(overdue)s overdue.",
            reporting,
        )
        % {"n": reporting, **{key: number_format(value) for key, value in total.items()}}
    )
    if silent:
        yield Text(_("Not reported yet: %(names)s.") % {"names": ", ".join(silent)})
    if not reporting:
        return
    keys = ("total", "completed", "on_schedule", "overdue")
    yield Table(
        _("As each province has frozen it"),
        (_("Province"), _("Total"), _("Completed"), _("On schedule"), _("Overdue")),
        (8, 2, 2, 2, 2),
        tuple(
            (
                TableCell(in_language(one["name_vi"], one["name_en"])),
                *(
                    TableCell(
                        number_format(sum_of([one]).get(key, 0)) if one["report"] else "–",
                        is_number=True,
                    )
                    for key in keys
                ),
            )
            for one in provinces
        ),
    )


def _resources(told: Told) -> Iterator[Block]:
    """Budget figures, where there are readings of them."""
    readings = told.content.get("resources", [])
    if not readings:
        return
    yield PartTitle(_("Resources"))
    for one in readings:
        unit, period = in_language(one["unit_vi"], one["unit_en"]), one["period_text"]
        if one["period"]:
            period = parse_period(one["period"]).label((get_language() or "vi")[:2])
        yield Text(
            _("%(name)s: %(value)s (%(period)s; source: %(source)s).")
            % {
                "name": in_language(one["name_vi"], one["name_en"]),
                "value": f"{one['qualifier']}{numeral(Decimal(one['value']))}"
                + (unit if unit.startswith("%") else f" {unit}"),
                "period": period,
                "source": one["source"] or "–",
            }
        )


def _charts(told: Told) -> Iterator[Block]:
    """Those that were chosen, as they were drawn."""
    if not told.pictures:
        return
    yield PartTitle(_("Charts"))
    words = {"plan": told.plan, "day": date_format(told.day)}
    source = _("Source: status reports on %(plan)s; as of %(day)s.") % words
    for one in told.pictures:
        yield Picture(one.title, bytes(one.png), f"{one.kind}. {one.title}", source)


def _changes(told: Told) -> Iterator[Block]:
    """Row by row. A row that left the document is known by its number alone."""
    changes = told.content["changes"]
    if not changes:
        return
    known = {row.id: row for row in told.rows}
    titles = {pk: in_language(row.title_vi, row.title_en) for pk, row in known.items()}
    yield PartTitle(_("What changed since the report before"))
    yield Table(
        _("Tasks whose status changed"),
        (_("No."), _("Task"), _("Before"), _("Now")),
        (3, 15, 8, 8),
        tuple(
            (
                TableCell(known[one["id"]].number if one["id"] in known else "–"),
                TableCell(titles.get(one["id"]) or _("no longer in the document")),
                TableCell(_status(one["was"])),
                TableCell(_status(one["now"])),
            )
            for one in changes
        ),
    )


def _status(status: str) -> str:
    return str(STATUSES[status].label) if status else "–"


def _targets(told: Told) -> Iterator[Block]:
    """How many of each verdict, and which moved."""
    targets = told.content["targets"]
    if not targets:
        return
    yield PartTitle(_("Targets"))
    verdicts = [one["verdict"] for one in targets]
    counted = [f"{v.label}: {verdicts.count(v)}" for v in Verdict if v in verdicts]
    yield Text("; ".join(counted) + ".")
    moved = [one for one in targets if one.get("was") not in (None, "", one["verdict"])]
    for one in moved:
        yield Text(
            _("%(name)s: from %(was)s to %(now)s.")
            % {
                "name": in_language(one["name_vi"], one["name_en"]),
                "was": Verdict(one["was"]).label,
                "now": Verdict(one["verdict"]).label,
            }
        )


def _proposals(told: Told) -> Iterator[Block]:
    """Answered or not."""
    proposals = told.content["proposals"]
    if not proposals:
        return
    yield PartTitle(_("Difficulties and what is proposed"))
    for one in proposals:
        words = {"text": in_language(one["text_vi"], one["text_en"]), "to": one["to"] or "–"}
        if one["answer"]:
            answered = _("%(text)s (to %(to)s; answered: %(answer)s)")
            yield Text(answered % {**words, "answer": one["answer"]})
        else:
            yield Text(_("%(text)s (to %(to)s; not answered yet)") % words)


def _late(told: Told) -> Iterator[Block]:
    """The appendix with its ten columns."""
    rows = [row for row in told.rows if FOLDS.get(row.status) == "overdue"]
    if not rows:
        return
    cells: tuple[Callable[[ReportRow], str], ...] = (
        lambda row: in_language(row.title_vi, row.title_en),
        lambda row: in_language(row.agency_vi, row.agency_en),
        lambda row: in_language(row.product_vi, row.product_en),
        lambda row: date_format(date.fromisoformat(row.due)) if row.due else "",
        lambda row: _days_late(row, told.day),
        lambda row: row.cause,
        lambda row: row.head,
        lambda row: row.remedy,
        lambda row: row.requests,
    )
    yield Table(
        _("Appendix: overdue tasks"),
        (
            _("No."),
            _("Task"),
            _("Lead agency"),
            _("Product"),
            _("Deadline"),
            _("Progress"),
            _("Cause"),
            _("Responsible"),
            _("Remedy"),
            _("Proposal"),
        ),
        (3, 8, 5, 5, 5, 4, 5, 4, 5, 5),
        tuple((TableCell(row.number), *(TableCell(cell(row)) for cell in cells)) for row in rows),
        is_wide=True,
    )


def _days_late(row: ReportRow, day: date) -> str:
    days = (day - date.fromisoformat(row.due)).days
    words = ngettext("%(percent)s%%, %(n)s day late", "%(percent)s%%, %(n)s days late", days)
    return words % {"percent": row.percent, "n": days}


_PARTS: tuple[Callable[[Told], Iterator[Block]], ...] = (
    _text("before"),
    _tasks,
    _provinces,
    _charts,
    _text("between"),
    _changes,
    _targets,
    _resources,
    _proposals,
    _text("after"),
    _late,
)
