"""The tables that can be taken away: heads, rows and what each is asked with.

Figures are those of the pages, from the same functions; here they only get their columns.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import refuse
from core.tables.writer import Value
from core.text.language import in_language
from dashboards.charts.registry import CHARTS, figure
from dashboards.frame.day import Asked
from dashboards.frame.places import Place, provinces
from dashboards.pages.targets import national_targets, target_lines
from dashboards.sums.counts import BreakdownRow, Compared, added, breakdown_of, compared
from provinces.models import Area
from provinces.models.places import province_code
from provinces.permissions import Caller
from targets.models import Target
from tasks.completion.counts import Counts
from tasks.labels import STATUSES
from tasks.models import CommuneSum, ProvinceSum

Query = Mapping[str, str]
Rows = Iterable[Sequence[Value]]
_Cell = TypeVar("_Cell")
Heads = Mapping[str | Promise, int]
"""The heads of the columns and their widths in letters."""

_SIGNED: Heads = {
    gettext_lazy("Total"): 10,
    **{sign.label: 16 for sign in STATUSES.values()},
    gettext_lazy("Completion rate, %"): 14,
    gettext_lazy("Completed of completed and overdue, %"): 14,
    gettext_lazy("Total on the compared day"): 14,
    gettext_lazy("Completed on the compared day"): 14,
    gettext_lazy("Overdue on the compared day"): 14,
}


@dataclass(frozen=True)
class ExportedTable:
    """``takes``: names of its parameters; all take ``as_of``, ``compare`` and ``known_at`` too.
    ``is_public``: also for who is not signed in, where the dashboards are public. ``of_persons``:
    the place of the column that names persons, for those alone who are signed in.
    """

    name: str
    title: str | Promise
    heads: Heads
    takes: tuple[str, ...]
    rows: Callable[[Caller, Query, Asked], Rows]
    of_persons: int | None = None
    is_public: bool = True

    def cells(self, row: Sequence[_Cell], *, with_persons: bool) -> list[_Cell]:
        """Of a row, or of the heads."""
        hidden = None if with_persons else self.of_persons
        return [cell for place, cell in enumerate(row) if place != hidden]


def _counted(both: Compared) -> list[Value]:
    """The cells under ``_SIGNED``."""
    now, before = both.now, both.before
    parts = [getattr(now, status) for status in STATUSES]
    earlier = [before.total, before.completed, before.overdue]
    return [now.total, *parts, now.rate, now.due_rate, *earlier]


def _province(query: Query) -> Place:
    """Raises Refused (``unknown_area``)."""
    code = query.get("area", "").strip()[:10]
    place = provinces().get(code)
    if place is None:
        detail = _("There is no province with the code “%(code)s”.") % {"code": code}
        raise refuse("unknown_area", detail, "/area")
    return place


def _targets(caller: Caller, query: Query, asked: Asked) -> Rows:
    """Of a province, of the nation (VN), or all."""
    rows = Target.objects.all()
    if query.get("area") == "VN":
        rows = national_targets()
    elif query.get("area"):
        rows = rows.filter(area__path=_province(query).path)
    for line in target_lines(rows, asked.day, asked.compared, asked.known_at):
        yield [
            line.code,
            line.name,
            line.plan_number,
            line.horizon,
            line.asks,
            str(line.sign_now.label),
            str(line.sign_before.label) if line.verdict_before else None,
            line.reading or None,
            line.reading_period if line.reading else None,
            line.achieved_share,
            line.elapsed_share,
        ]


def _documents(caller: Caller, query: Query, asked: Asked) -> Rows:
    """Each document in each province; work of communes apart."""
    rows = ProvinceSum.objects.all()
    if query.get("area"):
        rows = rows.filter(area__code=_province(query).code)
    found = compared(rows, ("area__path", "plan__number", "of_communes"), asked)
    for path, number, of_communes in sorted(found):
        place = provinces().get(province_code(path))
        kind = _("Communes") if of_communes else _("Agencies")
        code, name = (place.code, place.name) if place else ("VN", _("Whole country"))
        yield [number, code, name, kind, *_counted(found[path, number, of_communes])]


def _provinces(caller: Caller, query: Query, asked: Asked) -> Rows:
    """Each province's own tasks and the work of its communes, also where there is none."""
    found = compared(ProvinceSum.objects.all(), ("area__code", "of_communes"), asked)
    nothing = Compared(Counts(), Counts())
    for code, place in sorted(provinces().items()):
        for of_communes, kind in ((False, _("Agencies")), (True, _("Communes"))):
            yield [code, place.name, kind, *_counted(found.get((code, of_communes), nothing))]


def _breakdown(
    query: Query, asked: Asked, key: Callable[[BreakdownRow], tuple[Value, ...]]
) -> Rows:
    """A province's own tasks, added up by the key."""
    sums: defaultdict[tuple[Value, ...], list[Compared]] = defaultdict(list)
    for row, both in breakdown_of(_province(query), asked).items():
        if row.level == Area.Level.PROVINCE:
            sums[key(row)].append(both)
    for cells in sorted(sums, key=str):
        yield [*cells, *_counted(added(sums[cells]))]


def _agencies(caller: Caller, query: Query, asked: Asked) -> Rows:
    return _breakdown(
        query,
        asked,
        lambda row: (
            row.plan_number,
            row.agency_code,
            in_language(row.agency_name_vi, row.agency_name_en),
            row.head,
        ),
    )


def _groups(caller: Caller, query: Query, asked: Asked) -> Rows:
    return _breakdown(
        query,
        asked,
        lambda row: (
            row.plan_number,
            row.group_number,
            in_language(row.group_name_vi, row.group_name_en),
        ),
    )


def _communes(caller: Caller, query: Query, asked: Asked) -> Rows:
    rows = CommuneSum.objects.filter(area__path__startswith=_province(query).path)
    keys = ("plan__number", "area__code", "area__name_vi", "area__name_en")
    found = compared(rows, keys, asked)
    for number, code, vietnamese, english in sorted(found):
        both = found[number, code, vietnamese, english]
        yield [number, code, in_language(vietnamese, english), *_counted(both)]


_PLAN, _CODE, _NAME = gettext_lazy("Document"), gettext_lazy("Code"), gettext_lazy("Name")
_WORK_OF = gettext_lazy("Work of")
TABLES: Mapping[str, ExportedTable] = {
    table.name: table
    for table in (
        ExportedTable(
            "targets",
            gettext_lazy("Targets"),
            {
                _CODE: 14,
                gettext_lazy("Target"): 60,
                _PLAN: 18,
                gettext_lazy("Year"): 8,
                gettext_lazy("Asked for"): 30,
                gettext_lazy("Verdict"): 24,
                gettext_lazy("Verdict on the compared day"): 24,
                gettext_lazy("Reading"): 18,
                gettext_lazy("Period"): 14,
                gettext_lazy("Way done, %"): 12,
                gettext_lazy("Time gone, %"): 12,
            },
            ("area",),
            _targets,
        ),
        ExportedTable(
            "documents",
            gettext_lazy("Documents"),
            {_PLAN: 18, _CODE: 8, _NAME: 24, _WORK_OF: 16, **_SIGNED},
            ("area",),
            _documents,
        ),
        ExportedTable(
            "provinces",
            gettext_lazy("Provinces"),
            {_CODE: 8, _NAME: 24, _WORK_OF: 16, **_SIGNED},
            (),
            _provinces,
        ),
        ExportedTable(
            "agencies",
            gettext_lazy("Agencies"),
            {_PLAN: 18, _CODE: 20, _NAME: 44, gettext_lazy("Head"): 28, **_SIGNED},
            ("area",),
            _agencies,
            of_persons=3,
        ),
        ExportedTable(
            "groups",
            gettext_lazy("Groups of tasks"),
            {_PLAN: 18, gettext_lazy("No."): 6, _NAME: 60, **_SIGNED},
            ("area",),
            _groups,
        ),
        ExportedTable(
            "communes",
            gettext_lazy("Communes"),
            {_PLAN: 18, _CODE: 8, _NAME: 28, **_SIGNED},
            ("area",),
            _communes,
        ),
    )
}


def chart_rows(name: str, caller: Caller, query: Query) -> Rows:
    """Exactly what the chart draws: a row a point, with the name of its line or bars.

    Raises Refused as the chart itself does.
    """
    drawn = figure(CHARTS[name], caller, query)
    # Bars left of zero show how many there are, without a sign.
    is_two_sided = drawn["layout"].get("barmode") == "relative"
    for trace in drawn["data"]:
        xs, ys = trace.get("x", ()), trace.get("y", ())
        for x, y in zip(xs, ys, strict=False):
            cells = (abs(x) if is_two_sided else x, y)
            # Labels are escaped, because Plotly reads markup in them.
            plain = (unescape(cell) if isinstance(cell, str) else cell for cell in cells)
            yield [str(trace.get("name") or ""), *plain]
