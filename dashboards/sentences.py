"""The one sentence at the top of a page, computed."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import figures
from dashboards.selectors.counts import Compared
from dashboards.selectors.overview import Overview

_JUDGED = ("achieved", "on_track", "at_risk", "off_track", "moving_away", "missed")
_PARTS: Mapping[str, Callable[[], str]] = {
    "achieved": lambda: _("%(n)s achieved"),
    "on_track": lambda: _("%(n)s on track"),
    "at_risk": lambda: _("%(n)s at risk"),
    "off_track": lambda: _("%(n)s off track"),
    "moving_away": lambda: _("%(n)s moving away"),
    "missed": lambda: _("%(n)s missed"),
    "not_assessable": lambda: _("%(n)s not assessable"),
    "no_data": lambda: _("%(n)s without data"),
    "judged_by_people": lambda: _("%(n)s judged by people"),
}


def of_overview(page: Overview) -> str:
    """ "38 chỉ tiêu: 1 đúng lộ trình, 3 chậm; 5 chưa đủ căn cứ … 3 nhiệm vụ quá hạn." """
    counts = {group.verdict: group.count for group in page.groups}
    total = len(page.targets)
    head = ngettext("%(n)s target", "%(n)s targets", total) % {"n": total}
    judged = _listed(counts, [v for v in _PARTS if v in _JUDGED])
    unjudged = _listed(counts, [v for v in _PARTS if v not in _JUDGED])
    listed = "; ".join(part for part in (judged, unjudged) if part)
    sentences = [f"{head}: {listed}." if listed else f"{head}."]
    sentences += _overdue(page.tasks, page.commune_tasks)
    return " ".join(sentences)


def _listed(counts: Mapping[str, int], verdicts: list[str]) -> str:
    return ", ".join(_PARTS[v]() % {"n": counts[v]} for v in verdicts if counts.get(v))


def _overdue(tasks: Compared, commune_tasks: Compared) -> list[str]:
    """Tasks and commune assignments are counted apart."""
    found = []
    if tasks.now.total:
        n = tasks.now.overdue
        found.append(ngettext("%(n)s task is overdue.", "%(n)s tasks are overdue.", n) % {"n": n})
    if commune_tasks.now.overdue:
        n = commune_tasks.now.overdue
        words = ngettext(
            "%(n)s assignment of communes is overdue.",
            "%(n)s assignments of communes are overdue.",
            n,
        )
        found.append(words % {"n": figures.number(n)})
    return found
