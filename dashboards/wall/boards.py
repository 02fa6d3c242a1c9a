"""What each page of the wall says: figures of one area, as of today, for eyes at ten metres."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text.language import in_language
from dashboards.frame.day import Asked
from dashboards.frame.places import NOT_COMMUNES
from dashboards.pages import tilemap
from dashboards.pages.overview import JUDGED, NOT_JUDGED
from dashboards.pages.targets import VerdictGroup, by_verdict, national_targets, target_lines
from dashboards.sums.counts import Compared, compared
from dashboards.text import figures
from dashboards.work.upcoming import upcoming_of
from provinces.lookup import as_named_on
from provinces.models import Agency, Area, DisplayKey, WallPage
from provinces.models.places import province_code
from targets.models import Target
from tasks.completion.as_of import is_open, state_on
from tasks.completion.counts import Counts
from tasks.models import Assignment, CommuneSum, Proposal, ProvinceSum, StatusReport
from tasks.models.completion import counted_in

LONGEST = 10
"""Rows that fit on a page at 28 px."""
SHOWN = 7
DUE_WITHIN = timedelta(days=14)
SILENT_AFTER = timedelta(days=7)
LAGGING = ("moving_away", "off_track", "missed", "at_risk")

Board = Mapping[str, Any]


@dataclass(frozen=True)
class WallNumber:
    """A large figure; ``change`` since the compared day, "" for none. ``is_late``: it is bad."""

    label: str
    text: str
    note: str
    change: str
    is_late: bool = False


@dataclass(frozen=True)
class PlaceWork:
    """Commune work in a province, or in one commune."""

    name: str
    counts: Counts

    @property
    def rate(self) -> str:
        return figures.percent(self.counts.rate)


@dataclass(frozen=True)
class SilentAgency:
    """``last``: the day of its last report; None if it never reported. ``open``: tasks it has."""

    name: str
    head: str
    open: int
    last: date | None


def board(display: DisplayKey, page: str, asked: Asked) -> Board:
    return _BOARDS[page](display, asked)


# 1 – one sentence, four numbers ---------------------------------------------------------------


def _sentence(display: DisplayKey, asked: Asked) -> Board:
    area, is_nation = display.area, display.area.level == Area.Level.NATION
    counts = compared(counted_in(area), ("of_communes",), asked)
    nothing = Compared(Counts(), Counts())
    communes, tasks = (counts.get((of_communes,), nothing) for of_communes in (True, False))
    targets = national_targets() if is_nation else Target.objects.filter(area__path=area.path)
    groups = by_verdict(target_lines(targets, asked.day, asked.compared))
    return {"sentence": said(groups, tasks.now), "numbers": _numbers(groups, tasks, communes)}


def said(groups: list[VerdictGroup], tasks: Counts) -> str:
    """ "38 chỉ tiêu: 3 chậm so với lộ trình, 1 đạt. 12 nhiệm vụ quá hạn." """
    total = sum(group.count for group in groups)
    sentences = []
    if total:
        head = ngettext("%(n)s target", "%(n)s targets", total) % {"n": total}
        words_of = {**JUDGED, **NOT_JUDGED}
        verdicts = (str(words_of[g.verdict]) % {"n": g.count} for g in groups if g.count)
        sentences.append(f"{head}: {', '.join(verdicts)}.")
    if tasks.total:
        words = ngettext("%(n)s task is overdue.", "%(n)s tasks are overdue.", tasks.overdue)
        sentences.append(words % {"n": figures.number(tasks.overdue)})
    return " ".join(sentences) or _("There are no targets and no tasks by this day.")


def _numbers(groups: list[VerdictGroup], tasks: Compared, communes: Compared) -> list[WallNumber]:
    lagging = [group for group in groups if group.verdict in LAGGING]
    late, behind = sum(group.count for group in lagging), sum(group.before for group in lagging)
    of_all = _("of %(n)s") % {"n": figures.number(sum(group.count for group in groups))}
    work = f"{figures.number(tasks.now.completed)}/{figures.number(tasks.counted)}"
    return [
        WallNumber(_("Tasks completed"), tasks.rate, work, figures.signed(tasks.completed_change)),
        WallNumber(
            _("Overdue tasks"),
            figures.number(tasks.now.overdue),
            _("of %(n)s") % {"n": figures.number(tasks.now.total)},
            figures.signed(tasks.overdue_change),
            tasks.now.overdue > 0,
        ),
        WallNumber(
            _("Targets that lag"),
            figures.number(late),
            of_all,
            figures.signed(late - behind),
            late > 0,
        ),
        WallNumber(
            _("Overdue work of communes"),
            figures.number(communes.now.overdue),
            _("of %(n)s") % {"n": figures.number(communes.now.total)},
            figures.signed(communes.overdue_change),
            communes.now.overdue > 0,
        ),
    ]


# 2 to 5 ---------------------------------------------------------------------------------------


def _late(display: DisplayKey, asked: Asked) -> Board:
    found = upcoming_of(display, asked, NOT_COMMUNES, LONGEST)
    return {"late": found.late, "total": found.late_total}


def _map(display: DisplayKey, asked: Asked) -> Board:
    """The completion rate of the provinces' own tasks, whose screen it ever is."""
    found = compared(ProvinceSum.objects.filter(of_communes=False), ("area__code",), asked)
    counts = {code: both.now for (code,), both in found.items()}
    return {
        "map": tilemap.tile_map(tilemap.MEASURES[0], tilemap.by_completion(counts)),
        "own": province_code(display.area.path),
    }


def _communes(display: DisplayKey, asked: Asked) -> Board:
    is_nation = display.area.level == Area.Level.NATION
    rows = (
        ProvinceSum.objects.filter(of_communes=True)
        if is_nation
        else CommuneSum.objects.filter(area__path__startswith=display.area.path)
    )
    name = "short_name" if is_nation else "name"
    keys = ("area__code", f"area__{name}_vi", f"area__{name}_en")
    work = [
        PlaceWork(in_language(vietnamese, english), both.now)
        for (_code, vietnamese, english), both in compared(rows, keys, asked).items()
        if both.now.total
    ]
    work.sort(key=lambda one: (-one.counts.overdue, one.counts.rate or 0, one.name))
    silent, silent_total, agencies = silent_agencies(display, asked.day)
    return {
        "work": work[:LONGEST],
        "work_total": sum((one.counts for one in work), Counts()),
        "is_nation": is_nation,
        "silent": silent,
        "silent_total": silent_total,
        "agencies": agencies,
    }


def silent_agencies(display: DisplayKey, day: date) -> tuple[list[SilentAgency], int, int]:
    """Agencies with open tasks and no report in the seven days up to ``day``, the longest silent
    first; how many they are, and of how many with open tasks (3 SQL queries)."""
    scope = Assignment.objects.filter(NOT_COMMUNES).visible_to(display)
    open_: dict[int, int] = dict(
        state_on(scope, day)
        .filter(is_open())
        .order_by()
        .values_list("agency")
        .annotate(n=Count("pk"))
    )
    reports = StatusReport.objects.filter(assignment__agency__in=open_).effective_by(day)
    last = dict(reports.order_by().values_list("assignment__agency").annotate(Max("effective_on")))
    silent = [pk for pk in open_ if pk not in last or last[pk] <= day - SILENT_AFTER]
    silent.sort(key=lambda pk: (last.get(pk, date.min), -open_[pk], pk))
    known = Agency.objects.select_related("successor__successor").in_bulk(silent[:SHOWN])
    as_named_on(day, list(known.values()))
    shown = [
        SilentAgency(known[pk].short_name_now, known[pk].heir.head_name, open_[pk], last.get(pk))
        for pk in silent[:SHOWN]
    ]
    return shown, len(silent), len(open_)


def _soon(display: DisplayKey, asked: Asked) -> Board:
    rows = state_on(Assignment.objects.filter(NOT_COMMUNES).visible_to(display), asked.day)
    due = rows.filter(is_open() & Q(due_then__range=(asked.day, asked.day + DUE_WITHIN)))
    found: list[Any] = list(
        due.select_related("task__plan", "agency__successor__successor", "area").order_by(
            F("due_then"), "agency__protocol_order", "pk"
        )[:SHOWN]
    )
    as_named_on(asked.day, [row.agency for row in found])
    waiting = Proposal.objects.filter(
        Q(answered_on=None) | Q(answered_on__gt=asked.day),
        area__path__startswith=display.area.path,
        sent_on__lte=asked.day,
    )
    return {
        "due": found,
        "due_total": due.count(),
        "proposals": waiting.select_related("addressee").order_by(F("sent_on"), "pk")[:SHOWN],
        "proposals_total": waiting.count(),
    }


_BOARDS: Mapping[str, Callable[[DisplayKey, Asked], Board]] = {
    WallPage.SENTENCE: _sentence,
    WallPage.LATE: _late,
    WallPage.MAP: _map,
    WallPage.COMMUNES: _communes,
    WallPage.SOON: _soon,
}
